import BasinKit
import Foundation
import Landscape

/// A posterior over coordinates: its density over the plane, its draws, and whether its chains mixed.
struct PosteriorReport {
  var posterior: SubspacePosterior
  var target: SubspaceTarget
  var prior: Double
  /// The length of each coordinate's row, in units of weight.
  var lengths: [Double]
  var anchors: [(name: String, place: [Double])]
  var curve: [[Double]]
  /// Points along a side of the density's map; 0 for none.
  var grid: Int

  /// Nats from the prior below which a Gaussian is said to be the prior.
  private static let leastDivergence = 0.01

  func add(to result: inout Result, in context: Context) throws {
    result.add(
      try PosteriorFigure(
        posterior: posterior, target: target, prior: prior, anchors: anchors, curve: curve,
        grid: grid
      ).figure(in: context))
    result.add(settings)
    switch posterior.found {
    case .chains(let chains):
      let report = ChainReport(chains: chains, rank: target.rank)
      report.add(to: &result)
      if report.isPrior { addPrior("the first proposal of every draw was accepted", to: &result) }
    case .gaussian(let fit, _):
      let fitted = fit.posterior
      result.add(gaussian(fitted))
      VariationalReport(fit: fit).add(to: &result)
      if fitted.divergence < Self.leastDivergence {
        addPrior(
          "the fitted Gaussian is \(NumberFormat.fixed(4).text(max(0, fitted.divergence))) nats from it",
          to: &result)
      }
    }
  }

  // The average is then one of networks drawn blindly.
  private func addPrior(_ why: String, to result: inout Result) {
    let format = NumberFormat.significant(3)
    result.add(
      Note(
        "the posterior is the prior at T = \(format.text(posterior.temperature)) and --prior "
          + "\(format.text(prior)): \(why). The data do not change it; lower --temperature, or raise --prior",
        level: .warning))
  }

  private var settings: Table {
    var table = Table("The posterior", columns: [.text(""), .number("value")])
    table.append([.text("coordinates"), .integer(target.rank)])
    table.append([.text("training examples N"), .integer(target.examples)])
    table.append([.text("temperature T"), .number(posterior.temperature)])
    table.append([
      .text("examples' worth of data, N/T"),
      .number(Double(target.examples) / posterior.temperature),
    ])
    table.append([.text("prior deviation"), .number(prior)])
    for (index, length) in lengths.enumerated() {
      table.append([
        .text("length of coordinate \(index + 1), in units of weight"), .number(length),
      ])
    }
    return table
  }

  private func gaussian(_ fitted: MeanFieldPosterior) -> Table {
    var table = Table(
      "Fitted Gaussian (KL from the prior "
        + "\(NumberFormat.significant(3).text(fitted.divergence)) nats)",
      columns: [.integer("coordinate"), .number("mean"), .number("standard deviation")])
    for (index, (mean, deviation)) in zip(fitted.means, fitted.deviations).enumerated() {
      table.append([.integer(index + 1), .number(mean), .number(deviation)])
    }
    return table
  }
}
