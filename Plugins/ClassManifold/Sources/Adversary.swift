import BasinKit
import Foundation
import Landscape

/// The length of the step inside random planes that reaches a class, against their dimension.
struct Adversary: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "Smallest step to a class in random planes.",
    discussion: """
      Measures the smallest step inside random planes that reaches a class.

      Uses the same searches as `manifold`. For each search it takes the minimum ‖x − x₀‖ along the way at \
      which the target's probability is at least --threshold, and plots it against the plane's dimension d. \
      Gradient descent does not always take the shortest way, so this is an upper bound on the smallest step. \
      For a linear boundary at distance r, the smallest step in a random plane is about r·√(D/d); this curve \
      is drawn through the median at the highest dimension. Fort et al., arXiv 2210.05546.
      """)
  static let task = CommandTask.classes
  static let examples = [
    "adversary seeds[0] --target 3",
    "adversary seeds[0] --targets 0..9 --dims 1,2,4,8,16,32,64",
  ]

  @Argument(help: "Checkpoints, each measured separately.")
  var checkpoints: [CheckpointSelection] = []
  @Option(help: "Checkpoints searched together, as an ensemble.")
  var ensemble: CheckpointSelection?
  @OptionGroup var plane: PlaneArguments

  func run(in context: Context) throws -> Result {
    let subjects = try Subject.all(checkpoints, ensemble: ensemble, context)
    let search = try ManifoldSearch(plane, allTargets: true, context)
    let (found, leftOut) = try search.run(subjects)
    var result = Result()
    result.add(figure(found, search))
    result.add(table(found))
    result.add(search.endings(found))
    for note in search.notes(found, leftOut: leftOut) { result.add(note) }
    return result
  }

  private typealias Row = (dimension: Int, planes: Int, steps: [Double])

  // Steps that reached, by dimension, all targets together.
  private func rows(_ found: ManifoldSearch.Found) -> [Row] {
    let dimensions = Set(found.outcomes.keys.map(\.dimension)).sorted()
    return dimensions.map { dimension in
      let own = found.outcomes.filter { $0.key.dimension == dimension }.values
      return (dimension, own.count, own.compactMap(\.distance).sorted())
    }
  }

  private func quantile(_ sorted: [Double], _ part: Double) -> Double {
    Quantiles.quantile(ofSorted: sorted, part) ?? .nan
  }

  private func figure(_ found: [ManifoldSearch.Found], _ search: ManifoldSearch) -> Figure {
    var panel = Figure.Panel(
      x: .init("cutting-plane dimension d", scale: .log10),
      y: .init("‖x − x₀‖ where the target is reached", scale: .log10))
    for (index, one) in found.enumerated() {
      let rows = rows(one).filter { !$0.steps.isEmpty }
      let raw = rows.flatMap { row in row.steps.map { (Double(row.dimension), $0) } }
      panel.add(
        .scatter(
          x: raw.map(\.0), y: raw.map(\.1), color: .series(index), marker: .circle, isFaint: true))
      let medians = rows.map { quantile($0.steps, 0.5) }
      let x = rows.map { Double($0.dimension) }
      panel.add(
        .line("\(one.subject.label), median", x: x, y: medians, color: .series(index), dash: .solid)
      )
      panel.add(
        .scatter(
          x: x, y: medians, color: .series(index),
          yError: .init(
            lower: rows.map { quantile($0.steps, 0.25) },
            upper: rows.map { quantile($0.steps, 0.75) })))
      if found.count == 1, let last = x.last, let end = medians.last {
        panel.add(
          .line(
            "linear boundary, ∝ 1/√d", x: x, y: x.map { end * (last / $0).squareRoot() },
            color: .neutral, dash: .dashed))
      }
    }
    return Figure(
      "The step that reaches another class", panel,
      caption: search.caption
        + " Each faint point is a plane whose target reached a probability of "
        + "\(NumberFormat.significant(3).text(plane.threshold)); bars are quartiles, "
        + "interpolated linearly.")
  }

  private func table(_ found: [ManifoldSearch.Found]) -> Table {
    var table = Table(
      "Steps by dimension, all targets together, of the planes that reached (95 % intervals of the median: "
        + "order statistics over these planes)",
      columns: [
        .text("network"), .integer("d"), .integer("planes"),
        .number("reached", format: .percent(0)),
        .number("lower quartile"), .number("median"), .number("from"), .number("to"),
        .number("upper quartile"),
      ])
    for one in found {
      for row in rows(one) {
        func cell(_ part: Double) -> Table.Cell {
          row.steps.isEmpty ? .missing : .number(quantile(row.steps, part))
        }
        table.append(
          [
            .text(one.subject.label), .integer(row.dimension), .integer(row.planes),
            .number(Double(row.steps.count) / Double(row.planes)), cell(0.25), cell(0.5),
          ] + Estimate.median(of: row.steps, unit: "planes").endCells + [cell(0.75)])
      }
    }
    return table
  }
}
