import BasinKit
import Landscape
import Torch

/// Predictive bands on the one-dimensional regression problem (arXiv 1907.07504, §5.1).
struct RegressionBands {
  var command: SubspaceCommand

  private static let epochs = 1000
  private static let rate = 0.05
  private static let snapshots = 40
  private static let swagSamples = 100

  // Functions of many networks at the same positions.
  private struct Functions {
    var name: String
    var values: [[Double]]
    /// What the networks support as draws.
    var support = DrawSupport.independent

    /// For the caption, where draws of chains are worth fewer independent ones.
    var caution: String {
      switch support {
      case .independent: ""
      case .effective(let size) where size >= Double(values.count): ""
      case .effective(let size):
        " The \(values.count) draws of \(name) are worth \(Int(size)) independent ones."
      case .none(let reason), .unfitted(let reason):
        " There is no band of \(name): \(reason)."
      }
    }

    /// Why draws have no band: their spread is not the posterior's.
    var objection: String? { support.objection }

    /// A note on what is missing; `nil` where there is a band.
    var note: Note? {
      objection.map {
        Note(
          "\(name): no band is drawn and no width of it is shown: \($0)", level: .warning)
      }
    }

    var means: [Double] {
      values[0].indices.map { place in
        values.reduce(0) { $0 + $1[place] } / Double(values.count)
      }
    }

    /// The standard deviation over the networks (n − 1) at each position.
    func deviations(_ kept: [Int]? = nil) -> [Double] {
      let rows = kept.map { $0.map { values[$0] } } ?? values
      return values[0].indices.map { place in MeanAndSpread(rows.map { $0[place] }).deviation }
    }
  }

  func result(in context: Context) throws -> Result {
    let seed = context.seed(
      for: "subspace regression", command.kind.rawValue, command.infer.rawValue)
    // The same problem and the same run for every command of a session, so that they can be compared.
    let own = Seed(context.workspace.settings.seed).derived("toy regression")
    let problem = try ToyRegression(seed: own)
    let snapshots = try problem.train(
      epochs: Self.epochs, rate: Self.rate, snapshots: Self.snapshots, seed: own,
      cancellation: context.cancellation
    ) { done in
      context.progress.report(
        ProgressUpdate("training on the toy problem", completed: done, total: Self.epochs))
    }
    var swag = try SWAG(rank: command.deviations, parameters: snapshots[0].count)
    for snapshot in snapshots { try swag.collect(snapshot) }
    let subspace =
      command.kind == .pca
      ? try AffineSubspace(principal: swag, rank: command.rank)
      : try AffineSubspace(
        randomAround: swag, rank: command.rank, seed.derived("directions").generator())
    let target = problem.target(subspace)
    let posterior = try command.posterior(of: target, seed: seed, in: context)
    let x = (0...160).map { -10 + 20 * Double($0) / 160 }
    let generator = seed.derived("SWAG").generator()
    let functions = [
      Functions(
        name: "subspace \(command.kind.rawValue), \(command.infer.rawValue)",
        values: try posterior.coordinates.map {
          try problem.values(subspace.point($0), at: x)
        }, support: posterior.support),
      Functions(
        name: "SWAG",
        values: try (0..<Self.swagSamples).map { _ in
          try problem.values(swag.sample(scale: 0.5, generator), at: x)
        }),
    ]
    let place = try subspace.coordinates(of: snapshots[snapshots.count - 1])
    var result = Result()
    result.add(try figure(functions, x, problem))
    try addWidths(functions, x, problem, to: &result)
    try PosteriorReport(
      posterior: posterior, target: target, prior: command.prior, lengths: subspace.lengths,
      anchors: [
        ("SWA", Array(repeating: 0, count: subspace.rank)), ("SGD", place.coordinates),
      ], curve: [], grid: command.grid
    ).add(to: &result, in: context)
    return result
  }

  private func figure(
    _ functions: [Functions], _ x: [Double], _ problem: ToyRegression
  ) throws -> Figure {
    let truth = try problem.truth(at: x)
    let panels = functions.map { one in
      let (means, deviations) = (one.means, one.deviations())
      var panel = Figure.Panel(one.name, x: .init("x", range: -10...10), y: .init("y"))
      if one.objection == nil {
        panel.add(
          .band(
            "mean ± 3 standard deviations", x: x, lower: zip(means, deviations).map { $0 - 3 * $1 },
            upper: zip(means, deviations).map { $0 + 3 * $1 }, color: .series(0)))
      }
      for values in one.values.prefix(5) {
        panel.add(.line("draws", x: x, y: values, color: .series(0), dash: .dotted))
      }
      panel.add(
        .line("function without noise", x: x, y: truth, color: .neutral, dash: .dashed))
      panel.add(
        .scatter(
          "data", x: problem.x, y: problem.y, color: .series(1), marker: .circle, isFaint: true))
      panel.add(.line("mean", x: x, y: means, color: .highlight, dash: .solid))
      return panel
    }
    return Figure(
      "Predictive bands", panels: panels, columns: 2, legend: .below, size: .wide,
      caption:
        "Functions of networks drawn from each posterior: mean, three standard deviations to "
        + "both sides, and five of the draws (dotted). The noise's deviation is "
        + "\(ToyRegression.noise)."
        + functions.map(\.caution).joined())
  }

  // Mean band within the data, in the gaps between and beyond it.
  private func addWidths(
    _ functions: [Functions], _ x: [Double], _ problem: ToyRegression, to result: inout Result
  ) throws {
    let format = NumberFormat.significant(3)
    let inside = x.indices.filter { place in
      ToyRegression.clusters.contains { $0.contains(x[place]) }
    }
    let known = Set(inside)
    let span = (problem.x.min() ?? 0)...(problem.x.max() ?? 0)
    let between = x.indices.filter { !known.contains($0) && span.contains(x[$0]) }
    let beyond = x.indices.filter { !span.contains(x[$0]) }
    let truth = try problem.truth(at: x)
    func mean(_ values: [Double], _ places: [Int]) -> Double {
      places.reduce(0) { $0 + values[$1] } / Double(max(1, places.count))
    }
    var rows: [(cells: [Table.Cell], deviation: Estimate, error: Double)] = []
    var ratios: [(name: String, ratio: Estimate)] = []
    for one in functions {
      let means = one.means
      func estimate(_ value: ([Double]) -> Double) -> Estimate {
        func estimate(_ effective: Double?) -> Estimate {
          .groupedJackknife(
            count: one.values.count, unit: "networks", given: "this run", effective: effective
          ) { value(one.deviations($0)) }
        }
        switch one.support {
        case .independent: return estimate(nil)
        case .effective(let size): return estimate(size)
        case .none(let reason), .unfitted(let reason): return Estimate(.nan, .unsupported(reason))
        }
      }
      for (name, places) in [
        ("within the data", inside), ("between clusters", between), ("beyond the data", beyond),
      ] {
        let squares = places.map { (means[$0] - truth[$0]) * (means[$0] - truth[$0]) }
        rows.append(
          (
            [.text(one.name), .text(name)], estimate { mean($0, places) },
            (squares.reduce(0, +) / Double(max(1, squares.count))).squareRoot()
          ))
      }
      if let note = one.note {
        result.add(note)
        continue
      }
      ratios.append((one.name, estimate { mean($0, between) / mean($0, inside) }))
    }
    for (name, ratio) in ratios {
      result.add(
        Note(
          "\(name): the band between clusters is \(ratio.text(format)) times as wide as within the "
            + "data (\(Estimate.caption(of: [ratio])))"))
    }
    var table = Table(
      "Standard deviation (n − 1) of the functions (\(Estimate.caption(of: rows.map(\.deviation))))",
      columns: [
        .text("posterior"), .text("where"), .number("mean deviation", format: format),
        .number("from", format: format), .number("to", format: format),
        .number("error of the mean", format: format),
      ])
    for row in rows {
      table.append(
        row.cells + [.number(row.deviation.value)] + row.deviation.endCells + [.number(row.error)])
    }
    result.add(table)
  }
}
