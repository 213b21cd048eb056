import BasinKit
import Landscape

/// How much more diverse the checkpoints of one set are than those of another at matched accuracy:
/// the mean over all pairs of a checkpoint of each whose accuracies differ by at most a point.
///
/// Where the checkpoints of both sets are independent, its interval is over checkpoints (a two-sample
/// jackknife). Snapshots of one run are not: then it is over inputs, for these checkpoints, this baseline and
/// these pairs.
struct MatchedComparison {
  /// A checkpoint's place in the plane.
  struct Point {
    var accuracy: Double
    var diversity: Double
    /// What each input adds to the diversity, see `Estimate.deltaMethod`; empty where it is not known.
    var influences: [Double] = []
    /// What it shares with the same checkpoint in another set; `nil` for a head of one.
    var content: String?
  }

  /// How far apart two accuracies may lie and still count as matched.
  static let matched = 0.01

  /// Pairs at matched accuracy.
  let pairs: Int
  /// Of these, those in which the first set's checkpoint is the more diverse.
  let higher: Int
  /// The mean difference of normalised diversity, first minus second; NaN without pairs.
  let difference: Estimate

  /// Compares two sets.
  ///
  /// - Parameters:
  ///   - objection: Why checkpoints are not independent; `nil` where they are.
  ///   - unit: What the inputs are called.
  init(_ first: [Point], _ second: [Point], objection: String?, unit: String) {
    // A checkpoint without a partner does not count.
    let first = first.filter { a in second.contains { Self.isMatched(a, $0) } }
    let second = second.filter { b in first.contains { Self.isMatched($0, b) } }
    let all = first.indices.flatMap { a in second.indices.map { (a, $0) } }
      .filter { Self.isMatched(first[$0.0], second[$0.1]) }
    pairs = all.count
    higher = all.count { first[$0.0].diversity > second[$0.1].diversity }
    func mean(_ pairs: [(Int, Int)]) -> Double? {
      pairs.isEmpty
        ? nil
        : pairs.reduce(0) { $0 + first[$1.0].diversity - second[$1.1].diversity }
          / Double(pairs.count)
    }
    guard let value = mean(all) else {
      difference = Estimate(.nan, .unsupported("no accuracies match"))
      return
    }
    guard objection != nil else {
      difference = .twoSampleJackknife(
        (first.count, second.count), unit: "checkpoints", given: "this baseline and these inputs"
      ) { one, other in mean(all.filter { $0.0 != one && $0.1 != other }) }
      return
    }
    let inputs = first[0].influences.count
    guard inputs > 0, (first + second).allSatisfy({ $0.influences.count == inputs }) else {
      difference = Estimate(value, .unsupported(objection ?? ""))
      return
    }
    var influences = Array(repeating: 0.0, count: inputs)
    let share = 1 / Double(all.count)
    for (a, b) in all {
      for place in 0..<inputs {
        influences[place] +=
          share * (first[a].influences[place] - second[b].influences[place])
      }
    }
    difference = .deltaMethod(
      value, influences: influences, unit: unit, given: "these checkpoints and this baseline")
  }

  // A checkpoint is no partner of itself.
  private static func isMatched(_ a: Point, _ b: Point) -> Bool {
    (a.content == nil || a.content != b.content)
      && abs(a.accuracy - b.accuracy) <= matched + 1e-12
  }

  /// One set of the comparison.
  struct Side {
    var name: String
    var points: [Point]
    /// The checkpoints of the points.
    var checkpoints: [SelectedCheckpoint]
  }

  /// The comparison of each two sets, in their order.
  ///
  /// - Parameters:
  ///   - unit: What the inputs are called.
  ///   - independence: Whether there may be intervals over checkpoints.
  static func table(
    _ sets: [Side], unit: String, independence: Independence = Independence()
  ) -> Table {
    let rows = sets.indices.flatMap { index in
      sets[(index + 1)...].map { second in
        let first = sets[index]
        let objection =
          independence.objection(to: first.checkpoints)
          ?? independence.objection(to: second.checkpoints)
          ?? independence.objection(between: first.checkpoints, and: second.checkpoints)
        return (
          first.name, second.name,
          MatchedComparison(first.points, second.points, objection: objection, unit: unit)
        )
      }
    }
    var table = Table(
      "Normalised diversity at matched accuracy, within 1 point "
        + "("
        + independence.caption(
          of: rows.map(\.2.difference), over: sets.flatMap(\.checkpoints)) + ")",
      columns: [
        .text("set"), .text("against"), .integer("pairs"), .integer("higher in"),
        .number("mean difference", format: .significant(3)),
        .number("from", format: .significant(3)), .number("to", format: .significant(3)),
        .text("interval over"),
      ])
    for (first, second, compared) in rows {
      let difference = compared.difference
      table.append(
        [
          .text(first), .text(second), .integer(compared.pairs), .integer(compared.higher),
          difference.value.isNaN ? .missing : .number(difference.value),
        ] + difference.endCells + [.text(difference.interval?.unit ?? "")])
    }
    return table
  }
}
