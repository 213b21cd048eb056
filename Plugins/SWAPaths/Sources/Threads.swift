import Torch

/// Runs `body` with one thread an operator: these commands use threads for several points at once, and
/// a small network's operators gain nothing from more, least of all on a busy machine.
func withOneThreadAnOperator<Value>(_ body: () throws -> Value) rethrows -> Value {
  let before = Engine.threads
  Engine.threads = 1
  defer { Engine.threads = before }
  return try body()
}
