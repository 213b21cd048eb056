import Foundation
import Landscape

/// Planes by dimension and target: what is resampled, and what is fitted.
struct PlaneSample {
  /// The planes of one dimension and target.
  struct Stratum {
    /// The place of the dimension in ``means``.
    var place: Int
    /// What its draws follow from.
    var words: [String]
    /// Probabilities, in the planes' order.
    var values: [Double]

    var mean: Double { MeanAndSpread(values).mean }
    /// The variance of one value, with n − 1; 0 for one value.
    var variance: Double { MeanAndSpread(values).variance }
  }

  let strata: [Stratum]
  let means: SigmoidFit.Means

  init(_ points: [SuccessCurve.Point]) {
    struct Key: Hashable {
      var dimension: Int
      var target: Int
    }
    var values: [Key: [Double]] = [:]
    for point in points {
      values[Key(dimension: point.dimension, target: point.target), default: []]
        .append(point.probability)
    }
    let keys = values.keys.sorted { ($0.dimension, $0.target) < ($1.dimension, $1.target) }
    var (dimensions, sums, counts): ([Int], [Double], [Double]) = ([], [], [])
    var strata: [Stratum] = []
    for key in keys {
      let own = values[key] ?? []
      if dimensions.last != key.dimension {
        dimensions.append(key.dimension)
        sums.append(0)
        counts.append(0)
      }
      let place = dimensions.count - 1
      sums[place] += own.reduce(0, +)
      counts[place] += Double(own.count)
      strata.append(
        Stratum(
          place: place, words: [String(key.dimension), String(key.target), String(own.count)],
          values: own))
    }
    self.strata = strata
    means = SigmoidFit.Means(
      positions: dimensions.map { log(Double($0)) },
      means: zip(sums, counts).map { $0 / $1 }, weights: counts)
  }

  var planes: Int { strata.reduce(0) { $0 + $1.values.count } }

  /// Means of each dimension with planes resampled within each stratum: n − 1 of n with replacement, whose
  /// means have the variance s²/n.
  ///
  /// - Returns: `[count][dimensions]`
  func resampled(_ count: Int, _ seed: Seed) -> [[Double]] {
    var means = [[Double]](repeating: self.means.means, count: count)
    for stratum in strata where stratum.values.count > 1 && stratum.variance > 0 {
      var random = SeededNumbers(seed.derived(stratum.words))
      let (size, middle) = (stratum.values.count, stratum.mean)
      let share = Double(size) / self.means.weights[stratum.place]
      for row in 0..<count {
        var sum = 0.0
        for _ in 1..<size { sum += stratum.values[Int.random(in: 0..<size, using: &random)] }
        means[row][stratum.place] += share * (sum / Double(size - 1) - middle)
      }
    }
    return means
  }
}
