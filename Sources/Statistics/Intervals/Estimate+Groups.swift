import BasinCore
import Foundation

extension Estimate {
  /// The number of groups of a grouped jackknife.
  public static let jackknifeGroups = 20

  /// A positive statistic of many draws, with the interval of the delete-a-group jackknife of its logarithm
  /// (P. S. Kott, The delete-a-group jackknife, Journal of Official Statistics 17, 2001):
  /// θ·exp(±t(G − 1)·√((G − 1)/G·Σ(log θ₋g − mean)²)).
  ///
  /// Groups are of consecutive draws, so that the autocorrelated draws of a chain stay together.
  ///
  /// - Parameters:
  ///   - count: The number of draws.
  ///   - unit: What the draws are, in the plural.
  ///   - given: What is held fixed.
  ///   - effective: How many independent draws those of chains are worth; `nil` for independent draws.
  ///   - statistic: Computes θ > 0 from the draws at these places.
  /// - Returns: Without an interval for fewer than 20 draws or effective draws, and where θ is 0, NaN or infinite.
  public static func groupedJackknife(
    count: Int, unit: String, given: String? = nil, effective: Double? = nil,
    statistic: (_ kept: [Int]) -> Double
  ) -> Estimate {
    let all = Array(0..<count)
    let value = statistic(all)
    guard count >= jackknifeGroups else {
      return Estimate(
        value,
        .unsupported("\(Counted.subject(count, unit)) too few (\(jackknifeGroups) are needed)"))
    }
    let groups = jackknifeGroups
    var unit = unit
    if let effective {
      let worth = "worth \(Int(max(0, min(effective, 1e9)))) independent ones"
      guard effective >= Double(groups) else {
        return Estimate(
          value,
          .unsupported(
            "\(Counted.text(count, unit)) \(worth) \(count == 1 ? "is" : "are") too few (\(groups) are needed)"
          ))
      }
      if effective < Double(count) { unit += " \(worth)" }
    }
    let logs = (0..<groups).map { group in
      let left = (group * count / groups)..<((group + 1) * count / groups)
      return log(statistic(all.filter { !left.contains($0) }))
    }
    let spread = Moments(logs)
    let degrees = Double(groups - 1)
    let error = (degrees / Double(groups) * spread.squares).squareRoot()
    guard value > 0, value.isFinite, error.isFinite, error > 0 else {
      return Estimate(
        value, .unsupported("equal, NaN or infinite values have no measurable spread"))
    }
    let factor = exp(StudentT.critical(level: 0.95, degrees: degrees) * error)
    return Estimate(
      value,
      .interval(
        ConfidenceInterval(
          (value / factor)...(value * factor), method: "delete-a-group jackknife", count: count,
          unit: unit, given: given)))
  }
}
