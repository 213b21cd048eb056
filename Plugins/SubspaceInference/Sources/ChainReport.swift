import BasinKit
import Landscape

/// What draws support.
enum DrawSupport: Equatable {
  /// Independent draws.
  case independent
  /// Draws of chains, worth this many independent ones, 20 or more.
  case effective(Double)
  /// No interval of these draws of chains, for this reason: a clause.
  case none(String)
  /// Independent draws of what cannot be used, such as a fit that did not converge: no interval, for this reason.
  case unfitted(String)

  /// Whether draws that follow each other are correlated.
  var isOfChains: Bool {
    switch self {
    case .independent, .unfitted: false
    case .effective, .none: true
    }
  }

  /// Why there is no interval; `nil` where there is one.
  var objection: String? {
    switch self {
    case .independent, .effective: nil
    case .none(let reason), .unfitted(let reason): reason
    }
  }

  /// The same draws without an interval.
  ///
  /// - Parameter reason: Why, a clause, which comes after one of their own; `nil` changes nothing.
  func withholding(_ reason: String?) -> DrawSupport {
    guard let reason, objection == nil else { return self }
    return isOfChains ? .none(reason) : .unfitted(reason)
  }
}

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
    for coordinate in 0..<rank {
      let each = each(coordinate)
      let all = MeanAndSpread(each.flatMap(\.self))
      let reduction = ChainDiagnostics.splitScaleReduction(each)
      let size = ChainDiagnostics.effectiveSampleSize(each)
      table.append([
        .integer(coordinate + 1), .number(all.mean), .number(all.deviation),
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

  private func each(_ coordinate: Int) -> [[Double]] {
    chains.map { $0.draws.map { $0[coordinate] } }
  }

  // The max R̂ of all coordinates; NaN where one has none.
  private var worst: Double {
    (0..<rank).map { ChainDiagnostics.splitScaleReduction(each($0)) }
      .reduce(1) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
  }

  // The min effective sample size of all coordinates; infinite where no chain moves.
  private var fewest: Double {
    (0..<rank).map { ChainDiagnostics.effectiveSampleSize(each($0)) }.filter(\.isFinite).min()
      ?? .infinity
  }

  /// How many independent draws the chains are worth, or why they support no interval.
  var support: DrawSupport {
    let draws = chains.first?.draws.count ?? 0
    let (worst, fewest) = (worst, fewest)
    guard draws / 2 >= ChainDiagnostics.leastDrawsOfAHalf, !worst.isNaN, fewest.isFinite else {
      return .none("too few draws to tell whether the chains have mixed")
    }
    guard worst <= Self.mixed else { return .none("the chains have not mixed") }
    guard fewest >= Double(Estimate.jackknifeGroups) else {
      return .none(
        "the draws are worth \(Int(fewest)) independent ones, fewer than "
          + "\(Estimate.jackknifeGroups)")
    }
    return .effective(fewest)
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
  ///   - worst: The max R̂ of all coordinates; `NaN` where one has none.
  ///   - fewest: The min effective sample size; infinite where no chain moves.
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
