import BasinKit
import Landscape

/// Four scores against ensemble size, as a figure and a table.
struct EnsembleCurves {
  /// One set of members.
  struct Curve {
    var name: String
    var scores: [EnsembleScores]
  }

  var curves: [Curve]
  var subsets: Int
  var evaluatedOn: String
  /// What the inputs are called.
  var unit: String

  var result: Result {
    var result = Result()
    result.add(figure)
    result.add(table)
    let comparison = LikelihoodComparison(curves, unit: unit).table
    if !comparison.rows.isEmpty { result.add(comparison) }
    if curves.contains(where: { $0.scores.contains { !$0.isComplete } }) {
      result.add(
        Note(
          "where there are more than \(subsets) ensembles of a size, \(subsets) random ones were "
            + "averaged"))
    }
    return result
  }

  private typealias Score = (
    label: String, column: String, path: KeyPath<ProbabilityScores, Double>, factor: Double
  )

  private static var scores: [Score] {
    [
      ("accuracy (%)", "accuracy", \.accuracy, 100),
      ("NLL (nats)", "NLL", \.negativeLogLikelihood, 1),
      ("Brier score", "Brier", \.brier, 1),
      (
        "ECE, \(ProbabilityScores.bins) equal-width bins",
        "ECE (\(ProbabilityScores.bins) equal-width bins)", \.expectedCalibrationError, 1
      ),
    ]
  }

  private var figure: Figure {
    let all = curves.flatMap { $0.scores.map(\.size) }
    let (least, greatest) = (all.min() ?? 1, all.max() ?? 1)
    return Figure(
      "Ensembles by size",
      panels: Self.scores.map { score in
        var panel = Figure.Panel(
          x: .init(
            "ensemble size", range: (Double(least) - 0.5)...(Double(greatest) + 0.5),
            ticks: .labelled((least...greatest).map { .init(Double($0), String($0)) })),
          y: .init(score.label))
        // Behind the means.
        for (index, curve) in curves.enumerated() { addEach(curve, index, score, to: &panel) }
        for (index, curve) in curves.enumerated() { add(curve, index, score, to: &panel) }
        return panel
      }, columns: 2, legend: .below, size: .wide,
      caption: "Scores of the mean of probabilities on \(evaluatedOn). Each point is the mean over "
        + "ensembles of a size; bars are one standard deviation over these ensembles to both sides, "
        + "which share members. Small points are the single ensembles.")
  }

  // Side by side, so that bars of several sets can be told apart.
  private func shift(_ index: Int) -> Double {
    curves.count > 1 ? 0.2 * (Double(index) / Double(curves.count - 1) - 0.5) : 0
  }

  private func addEach(_ curve: Curve, _ index: Int, _ score: Score, to panel: inout Figure.Panel) {
    let several = curve.scores.filter { $0.each.count > 1 }
    if several.isEmpty { return }
    let x = several.flatMap { one in one.each.map { _ in Double(one.size) + shift(index) } }
    panel.add(
      .scatter(
        x: x, y: several.flatMap { one in one.each.map { $0[keyPath: score.path] * score.factor } },
        color: .series(index), sizes: x.map { _ in 0.45 }, isFaint: true))
  }

  private func add(_ curve: Curve, _ index: Int, _ score: Score, to panel: inout Figure.Panel) {
    let x = curve.scores.map { Double($0.size) + shift(index) }
    let y = curve.scores.map { $0.mean(score.path) * score.factor }
    // One ensemble has no spread.
    let spread = curve.scores.map {
      $0.each.count > 1 ? $0.deviation(score.path) * score.factor : .nan
    }
    panel.add(.line(x: x, y: y, color: .series(index)))
    panel.add(
      .scatter(
        curve.name, x: x, y: y, color: .series(index), yError: .about(y, halfWidths: spread)))
  }

  private var table: Table {
    var table = Table(
      "Ensembles by size: mean ± standard deviation (n − 1) over ensembles",
      columns: [.text("set"), .integer("size"), .integer("ensembles")]
        + Self.scores.map {
          .number(
            $0.column, unit: $0.path == \.negativeLogLikelihood ? "nats" : nil,
            format: $0.path == \.accuracy ? .percent(2) : .fixed(4))
        })
    for curve in curves {
      for scores in curve.scores {
        table.append(
          [.text(curve.name), .integer(scores.size), .integer(scores.each.count)]
            + Self.scores.map { score in
              scores.each.count == 1
                ? .number(scores.mean(score.path))
                : .interval(scores.mean(score.path), halfWidth: scores.deviation(score.path))
            })
      }
    }
    return table
  }
}
