import BasinKit
import Landscape

/// Whether chains have mixed, how many independent draws they are worth, and whether the data had a
/// say in them.
struct ChainReport {
  var chains: [EllipticalSliceSampling.Chain]
  var rank: Int

  /// R̂ above which chains are said not to have mixed (Gelman et al., BDA3, §11.4).
  private static let mixed = 1.1
  /// Draws below which all first proposals may be accepted by chance: of proposals of which 86 in 100
  /// are, twenty in a row are once in twenty times.
  private static let leastDraws = 20

  func add(to result: inout Result) {
    let draws = chains.first?.draws.count ?? 0
    var table = Table(
      "Chains: R̂ and effective sample size of halves of \(chains.count) "
        + "\(chains.count == 1 ? "chain" : "chains") of \(draws) \(draws == 1 ? "draw" : "draws")",
      columns: [
        .integer("coordinate"), .number("mean"), .number("deviation"),
        .number("R̂", format: .fixed(3)), .number("effective sample size", format: .fixed(0)),
      ])
    var worst = 1.0
    var fewest = Double.infinity
    for coordinate in 0..<rank {
      let each = chains.map { $0.draws.map { $0[coordinate] } }
      let all = each.flatMap(\.self)
      let mean = all.reduce(0, +) / Double(all.count)
      let variance =
        all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, all.count - 1))
      let reduction = ChainDiagnostics.splitScaleReduction(each)
      let size = ChainDiagnostics.effectiveSampleSize(each)
      if reduction.isNaN { worst = .nan } else { worst = max(worst, reduction) }
      if size.isFinite { fewest = min(fewest, size) }
      table.append([
        .integer(coordinate + 1), .number(mean), .number(variance.squareRoot()),
        reduction.isNaN ? .missing : .number(reduction), size.isNaN ? .missing : .number(size),
      ])
    }
    result.add(table)
    let evaluations = chains.flatMap(\.evaluations)
    let count = Double(max(1, evaluations.count))
    result.add(
      Scalar(
        "Likelihood evaluations a draw", Double(evaluations.reduce(0, +)) / count,
        format: .fixed(2)))
    result.add(
      Scalar(
        "First proposals accepted", Double(evaluations.count { $0 == 1 }) / count,
        format: .percent(1)))
    result.add(Self.verdict(draws: draws, chains: chains.count, worst: worst, fewest: fewest))
  }

  /// Whether the data did not move the chains: there are twenty draws or more, and each was the first
  /// proposal, a draw of the prior's.
  var isPrior: Bool {
    let evaluations = chains.flatMap(\.evaluations)
    return evaluations.count >= Self.leastDraws && evaluations.allSatisfy { $0 == 1 }
  }

  /// What R̂ and effective sample size say.
  ///
  /// - Parameters:
  ///   - draws: Of each chain.
  ///   - worst: The greatest R̂ of all coordinates; `NaN` where one has none.
  ///   - fewest: The least effective sample size; infinite where no chain moves.
  static func verdict(draws: Int, chains: Int, worst: Double, fewest: Double) -> Note {
    let least = ChainDiagnostics.leastDrawsOfAHalf
    guard draws / 2 >= least, !worst.isNaN else {
      return Note(
        "too few draws to tell whether the chains have mixed: their halves have \(draws / 2), and need "
          + "\(least); raise --samples to \(2 * least * chains)", level: .warning)
    }
    let reduction = NumberFormat.fixed(3).text(worst)
    if worst > Self.mixed {
      return Note(
        "the chains have not mixed: R̂ is \(reduction), above \(Self.mixed); raise --warmup and "
          + "--samples", level: .warning)
    }
    return Note(
      "the chains agree: R̂ is at most \(reduction)"
        + (fewest.isFinite
          ? ", and the draws are worth \(NumberFormat.fixed(0).text(fewest)) independent ones or more "
            + "in every coordinate" : ""))
  }
}
