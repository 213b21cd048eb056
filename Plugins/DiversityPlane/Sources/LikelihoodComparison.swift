import BasinKit
import Landscape

/// Whether ensembles of one kind have a lower negative log-likelihood than those of another, on the same
/// inputs: what larger ensembles gain over single members, and each two sets at the largest size that
/// both have.
struct LikelihoodComparison {
  private typealias Side = (name: String, scores: EnsembleScores)

  private let pairs: [(Side, Side)]
  private let seed: Seed

  init(_ curves: [EnsembleCurves.Curve], seed: Seed) {
    self.seed = seed
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
    let format = NumberFormat.fixed(4)
    var table = Table(
      "NLL compared on the same inputs, in nats (95 % bootstrap intervals over inputs)",
      columns: [
        .text("ensembles"), .text("against"), .number("difference", format: format),
        .number("from", format: format), .number("to", format: format), .text(""),
      ])
    for (first, second) in pairs {
      let differences = zip(
        first.scores.negativeLogLikelihoods, second.scores.negativeLogLikelihoods
      ).map { $0 - $1 }
      let names = [first, second].map { "\($0.name), \($0.scores.size)" }
      var bootstrap = Bootstrap(seed: seed.derived(["NLL"] + names))
      let interval = bootstrap.interval(ofMean: differences)
      let mean = differences.reduce(0, +) / Double(max(1, differences.count))
      table.append(
        names.map { .text($0) } + [
          .number(mean), interval.map { .number($0.lowerBound) } ?? .missing,
          interval.map { .number($0.upperBound) } ?? .missing,
          .text(Self.verdict(interval)),
        ])
    }
    return table
  }

  private static func verdict(_ interval: ClosedRange<Double>?) -> String {
    guard let interval else { return "" }
    if interval.upperBound < 0 { return "lower" }
    return interval.lowerBound > 0 ? "higher" : "no clear difference"
  }
}
