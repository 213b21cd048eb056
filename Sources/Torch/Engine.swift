import CTorch

/// Facts and settings of the libtorch that Basin runs on.
public enum Engine {
  /// libtorch's version, for instance `1.13.1`.
  public static var version: String { String(cString: ct_version()) }

  /// Threads that one operator may use. Results of reductions can differ in the last bit between
  /// thread counts, so provenance records it.
  public static var threads: Int {
    get { Int(ct_threads()) }
    set {
      // libtorch refuses none below 1.
      guard ct_set_threads(Int32(clamping: max(1, newValue))) == nil else {
        preconditionFailure("libtorch does not take \(newValue) threads")
      }
    }
  }

  /// Runs `body` with one thread an operator, for results that must not follow the number of threads in their
  /// last bits, such as where an iteration starts that may end elsewhere.
  public static func withOneThread<Value>(_ body: () throws -> Value) rethrows -> Value {
    let before = threads
    guard before != 1 else { return try body() }
    threads = 1
    defer { threads = before }
    return try body()
  }

  /// Whether tensors can live on a device such as `cpu`, `cuda` or `cuda:1`.
  public static func isAvailable(device: String) -> Bool { ct_device_available(device) }
}
