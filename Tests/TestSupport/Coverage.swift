import Foundation

/// Simulations that count how often intervals contain the truth.
///
/// With `BASIN_COVERAGE=ROUNDS` in the environment a simulation has that many rounds and prints a line:
///
///     coverage | kind | what is simulated | rounds | contained (%) | no interval (%)
///
/// `Benchmarks/coverage` collects these lines for the table of `docs/intervals.md`.
public enum Coverage {
  /// What a simulation found.
  public struct Found: Sendable {
    /// The fraction of the intervals that contain the truth.
    public var contained: Double
    /// The fraction of the rounds that had an interval.
    public var supported: Double
  }

  private static var large: Int? {
    ProcessInfo.processInfo.environment["BASIN_COVERAGE"].flatMap(Int.init)
  }

  /// The rounds of a simulation.
  public static func rounds(few: Int, divisor: Int = 1) -> Int {
    large.map { max(few, $0 / divisor) } ?? few
  }

  /// Runs a simulation.
  ///
  /// - Parameters:
  ///   - kind: The interval's method.
  ///   - shape: The simulated data.
  ///   - few: Rounds of a test.
  ///   - divisor: A large run has its rounds divided by this: for simulations that take long.
  ///   - round: Draws data by the round's number, and says whether the interval contains the truth; `nil`
  ///     where there is no interval.
  public static func measure(
    _ kind: String, _ shape: String, few: Int, divisor: Int = 1,
    _ round: (UInt64) throws -> Bool?
  ) rethrows -> Found {
    let rounds = rounds(few: few, divisor: divisor)
    var (contained, supported) = (0, 0)
    for index in 0..<rounds {
      guard let one = try round(UInt64(index)) else { continue }
      supported += 1
      if one { contained += 1 }
    }
    let found = Found(
      contained: Double(contained) / Double(max(1, supported)),
      supported: Double(supported) / Double(rounds))
    if large != nil {
      let percent = { (value: Double) in String(format: "%.1f", 100 * value) }
      print(
        "coverage | \(kind) | \(shape) | \(rounds) | \(percent(found.contained)) | "
          + percent(1 - found.supported))
    }
    return found
  }
}
