import BasinKit
import Landscape

/// How much more diverse the checkpoints of one set are than those of another at matched accuracy:
/// the mean over all pairs of a checkpoint of each whose accuracies differ by at most a point.
struct MatchedComparison {
  typealias Point = (accuracy: Double, diversity: Double)

  /// How far apart two accuracies may lie and still count as matched.
  static let matched = 0.01
  /// Resamples of the bootstrap.
  static let resamples = 1000

  /// Pairs at matched accuracy.
  let pairs: Int
  /// Of these, those in which the first set's checkpoint is the more diverse.
  let higher: Int
  /// The mean difference of normalised diversity, first less second; `nil` without pairs.
  let difference: Double?
  /// Its 95 % percentile bootstrap interval, checkpoints of both sets drawn anew with replacement;
  /// `nil` where a set has fewer than three checkpoints in matched pairs.
  let interval: ClosedRange<Double>?

  /// Compares two sets.
  ///
  /// - Parameter seed: Decides the bootstrap's draws.
  init(_ first: [Point], _ second: [Point], seed: Seed) {
    // What has no partner does not count, and is not drawn.
    let first = first.filter { a in second.contains { Self.isMatched(a, $0) } }
    let second = second.filter { b in first.contains { Self.isMatched($0, b) } }
    let all = first.indices.flatMap { a in second.indices.map { (a, $0) } }
      .filter { Self.isMatched(first[$0.0], second[$0.1]) }
    pairs = all.count
    higher = all.count { first[$0.0].diversity > second[$0.1].diversity }
    difference =
      all.isEmpty
      ? nil
      : all.reduce(0) { $0 + first[$1.0].diversity - second[$1.1].diversity } / Double(all.count)
    guard first.count >= 3, second.count >= 3 else {
      interval = nil
      return
    }
    var bootstrap = Bootstrap(seed: seed, resamples: Self.resamples)
    interval = bootstrap.interval { bootstrap in
      // How often each checkpoint was drawn weighs the pairs it is in.
      let one = bootstrap.counts(first.count)
      let other = bootstrap.counts(second.count)
      var (sum, weight) = (0.0, 0.0)
      for (a, b) in all {
        let own = Double(one[a] * other[b])
        sum += own * (first[a].diversity - second[b].diversity)
        weight += own
      }
      return weight > 0 ? sum / weight : nil
    }
  }

  private static func isMatched(_ a: Point, _ b: Point) -> Bool {
    abs(a.accuracy - b.accuracy) <= matched + 1e-12
  }

  /// The comparison of each two sets, in their order.
  ///
  /// - Parameter sets: Names and points.
  static func table(_ sets: [(name: String, points: [Point])], seed: Seed) -> Table {
    var table = Table(
      "Normalised diversity at matched accuracy (within 1 point)",
      columns: [
        .text("set"), .text("against"), .integer("pairs"), .integer("higher in"),
        .number("mean difference", format: .fixed(3)), .number("from", format: .fixed(3)),
        .number("to (95 %)", format: .fixed(3)),
      ])
    for (index, first) in sets.enumerated() {
      for second in sets[(index + 1)...] {
        let compared = MatchedComparison(
          first.points, second.points, seed: seed.derived("bootstrap", first.name, second.name))
        func cell(_ value: Double?) -> Table.Cell { value.map { .number($0) } ?? .missing }
        table.append([
          .text(first.name), .text(second.name), .integer(compared.pairs),
          .integer(compared.higher), cell(compared.difference),
          cell(compared.interval?.lowerBound), cell(compared.interval?.upperBound),
        ])
      }
    }
    return table
  }
}
