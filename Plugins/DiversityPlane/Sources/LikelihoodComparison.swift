import BasinKit
import Landscape

/// Whether ensembles of one kind have a lower negative log-likelihood than those of another, on the same
/// inputs: what larger ensembles gain over single members, and each two sets at the largest size that
/// both have.
struct LikelihoodComparison {
  private typealias Side = (name: String, scores: EnsembleScores)

  private let pairs: [(Side, Side)]
  private let unit: String

  init(_ curves: [EnsembleCurves.Curve], unit: String) {
    self.unit = unit
    var pairs: [(Side, Side)] = []
    for curve in curves {
      guard let least = curve.scores.first, let greatest = curve.scores.last,
        greatest.size > least.size
      else { continue }
      pairs.append(((curve.name, greatest), (curve.name, least)))
    }
    for (index, first) in curves.enumerated() {
      for second in curves[(index + 1)...] {
        let sizes = Set(first.scores.map(\.size)).intersection(second.scores.map(\.size))
        guard let size = sizes.max(),
          let one = first.scores.first(where: { $0.size == size }),
          let other = second.scores.first(where: { $0.size == size })
        else { continue }
        pairs.append(((first.name, one), (second.name, other)))
      }
    }
    self.pairs = pairs
  }

  var table: Table {
    // Small differences keep their digits.
    let format = NumberFormat.significant(3)
    let differences = pairs.map { first, second in
      Difference.paired(
        first.scores.negativeLogLikelihoods, second.scores.negativeLogLikelihoods, unit: unit,
        given: "these networks",
        draws: [first, second].map(\.scores).filter { !$0.isComplete }
          .map { $0.each.map(\.negativeLogLikelihood) }, drawn: "ensembles",
        spacing: first.scores.spacing + second.scores.spacing)
    }
    var table = Table(
      "NLL compared on the same inputs, in nats (\(Estimate.caption(of: differences.map(\.estimate))))",
      columns: [
        .text("ensembles"), .text("against"), .number("difference", format: format),
        .number("from", format: format), .number("to", format: format), .text("verdict"),
      ])
    for ((first, second), difference) in zip(pairs, differences) {
      table.append(
        [first, second].map { .text("\($0.name), \($0.scores.size)") }
          + [.number(difference.value)] + difference.estimate.endCells + [
            .text(difference.verdict.text)
          ])
    }
    return table
  }
}
