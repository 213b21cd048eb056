import BasinCore
import Torch

/// What the user sets for the whole session and every command obeys.
public struct Settings: Sendable, Equatable {
  /// Where random draws come from.
  public var seed: UInt64 = 0
  /// Threads one operator may use. One unless the user wants more: sums differ in their last bits
  /// between thread counts, and small networks are fastest on one.
  public var threads: Int = 1
  /// Inputs in one forward pass.
  public var batch: Int = 500
  /// Where tensors live: `cpu`, `cuda`.
  public var device: String = "cpu"

  /// The settings a session starts with.
  public init() {}

  /// Names and values, in the order in which `set` lists them.
  public var list: [(name: String, value: String)] {
    [
      ("seed", String(seed)), ("threads", String(threads)), ("batch", String(batch)),
      ("device", device),
    ]
  }

  /// Changes one setting by name.
  ///
  /// - Throws: ``CommandError`` for an unknown name or a value out of range.
  public mutating func set(_ name: String, to value: String) throws {
    func number<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) throws -> Number {
      guard let number = Number(value), range.contains(number) else {
        throw CommandError(
          "\(name) takes a number from \(range.lowerBound) to \(range.upperBound), "
            + "not '\(value)'")
      }
      return number
    }
    switch name {
    case "seed": seed = try number(0...UInt64(Int64.max))
    case "threads": threads = try number(1...1024)
    case "batch": batch = try number(1...1_000_000)
    case "device":
      guard Engine.isAvailable(device: value) else {
        throw CommandError(
          "device '\(value)' cannot be used here; libtorch \(Engine.version) has "
            + "cpu" + (Engine.isAvailable(device: "cuda") ? " and cuda" : " only"))
      }
      device = value
    default:
      let names = (list + DisplaySettings().list).map { $0.name }
      let hint = nearest(name, in: names).map { "did you mean '\($0)'?" }
      throw CommandError(
        "unknown setting '\(name)'; \(hint ?? "there are \(names.joined(separator: ", "))")")
    }
  }
}
