import BasinKit
import Datasets
import Foundation
import Landscape
import Torch

/// A way to predict: one network, or the mean of several networks' probabilities.
struct Competitor {
  var name: String
  /// Logits `[N, C]` of each network; those of one chain follow each other.
  var logits: [Tensor]
  /// Whether its networks are draws: a single one then has an unknown Monte-Carlo error.
  var isAverage: Bool
  /// Whether it stands in the table alone, and is not compared.
  var isShownOnly = false
  /// What its networks support as draws.
  var support = DrawSupport.independent

  init(
    _ name: String, _ logits: [Tensor], isAverage: Bool = false, support: DrawSupport = .independent
  ) {
    (self.name, self.logits, self.isAverage, self.support) = (name, logits, isAverage, support)
  }
}

/// Scores of single networks and model averages on the same inputs: a table, paired intervals of the
/// last minus each other, and the reliability figure.
struct ModelComparison {
  var competitors: [Competitor]
  var split: Split
  var seed: Seed

  private static let bins = Calibration.Scheme.equalCount(20)
  private static let resamples = 1000

  func add(to result: inout Result, in context: Context, _ evaluator: Evaluator) throws {
    let labels = try evaluator.data(split).labels
    let measured = try competitors.map { one in
      try context.cancellation.check()
      return try MeasuredModel(
        one, labels: labels, bins: Self.bins, seed: seed.derived("networks", one.name),
        cancellation: context.cancellation)
    }
    result.add(
      Self.figure(
        measured.map { ($0.name, $0.calibration) },
        "the \(Counted.text(labels.count, "\(split.rawValue) inputs")) of \(evaluator.dataset.name)"
      ))
    result.add(scores(measured))
    guard let own = measured.last else { return }
    let compared = zip(competitors, measured).dropLast().filter { !$0.0.isShownOnly }.map(\.1)
    let differences = try compared.map { other in
      try ScoreDifferences(
        of: own, minus: other, bins: Self.bins, unit: split.inputsUnit,
        seed: seed.derived("scores", own.name, other.name),
        resamples: Self.resamples, cancellation: context.cancellation)
    }
    result.add(Self.table(own.name, differences))
    for score in ScoreDifferences.Score.allCases {
      result.add(Note(Self.statement(own.name, score, differences)))
    }
  }

  private func scores(_ measured: [MeasuredModel]) -> Table {
    var table = Table(
      "Scores on the \(split.rawValue) split",
      columns: [
        .text("model"), .number("accuracy", format: .percent(2)),
        .number("NLL", unit: "nats", format: .fixed(4)),
        .number("ECE (\(Self.bins.text))", format: .fixed(4)),
        .number("Brier", format: .fixed(4)),
        .number("mean confidence", format: .percent(2)),
      ])
    for one in measured {
      table.append([
        .text(one.name), .number(one.accuracy), .number(one.negativeLogLikelihood),
        .number(one.calibration.error), .number(one.brier), .number(one.meanConfidence),
      ])
    }
    return table
  }

  static func table(_ name: String, _ differences: [ScoreDifferences]) -> Table {
    // Small differences keep their digits.
    let format = NumberFormat.significant(3)
    let all = differences.flatMap { one in
      ScoreDifferences.Score.allCases.map { one[$0].difference.estimate }
    }
    var table = Table(
      "\(name) minus the others (\(Estimate.caption(of: all)))",
      columns: [
        .text("against"), .text("score"), .number("difference", format: format),
        .number("from", format: format), .number("to", format: format),
        .number("Monte-Carlo error", format: format), .text("verdict"),
      ])
    for one in differences {
      for score in ScoreDifferences.Score.allCases {
        let found = one[score]
        table.append(
          [.text(one.other), .text(score.text), .number(found.value)]
            + found.difference.estimate.endCells
            + [
              found.monteCarloError.map { .number($0) } ?? .missing, .text(found.text(score)),
            ])
      }
    }
    return table
  }

  /// `SWAG: NLL better than A and C; not clearly different from B`.
  static func statement(
    _ name: String, _ score: ScoreDifferences.Score, _ differences: [ScoreDifferences]
  ) -> String {
    var groups: [(verdict: Verdict, others: [String])] = []
    for one in differences {
      let verdict = one[score].difference.verdict
      if let place = groups.firstIndex(where: { $0.verdict == verdict }) {
        groups[place].others.append(one.other)
      } else {
        groups.append((verdict, [one.other]))
      }
    }
    let parts = groups.map { verdict, others in
      let names = others.joined(separator: " and ")
      switch verdict {
      case .above: return "\(score.isBetterBelow ? "worse" : "better") than \(names)"
      case .below: return "\(score.isBetterBelow ? "better" : "worse") than \(names)"
      case .notClear: return "not clearly different from \(names)"
      case .rounding: return "equal within rounding to \(names)"
      case .same(let text): return "that of \(names): \(text)"
      case .unsupported(let reason): return "not compared with \(names): \(reason)"
      }
    }
    return "\(name): \(score.name) " + parts.joined(separator: "; ")
  }

  // MARK: The reliability figure

  /// Positions −log₁₀(1 − c) of confidences c.
  enum ConfidenceAxis {
    /// The smallest 1 − c that is resolved.
    static let least = 1e-6

    static func position(_ confidence: Double) -> Double {
      -log10(max(least, 1 - confidence))
    }

    static func axis(from low: Double, to high: Double) -> Figure.Axis {
      let marks: [(Double, String)] = [
        (0.1, "0.1"), (0.5, "0.5"), (0.8, "0.8"), (0.9, "0.9"), (0.99, "0.99"),
        (0.999, "0.999"), (0.9999, "0.9999"), (0.99999, "0.99999"),
      ]
      return .init(
        "confidence (highest probability)", range: low...max(high, low + 0.1),
        ticks: .labelled(
          marks.map { .init(position($0.0), $0.1) }.filter {
            low <= $0.position && $0.position <= high
          }
            + (high >= 6 ? [.init(6, "≥ 0.999999")] : [])))
    }
  }

  /// Confidence − accuracy of each bin at its mean confidence.
  static func figure(
    _ measured: [(name: String, calibration: Calibration)], _ evaluatedOn: String
  ) -> Figure {
    let places = measured.map { $0.calibration.bins.map { ConfidenceAxis.position($0.confidence) } }
    let all = places.joined()
    let (low, high) = ((all.min() ?? 0) - 0.1, (all.max() ?? 1) + 0.1)
    var panel = Figure.Panel(
      x: ConfidenceAxis.axis(from: low, to: min(high, 6.2)), y: .init("confidence − accuracy"))
    panel.add(.horizontal(at: 0, label: "calibrated"))
    for (index, one) in measured.enumerated() {
      panel.add(
        .line(
          one.name, x: places[index], y: one.calibration.bins.map { -$0.gap },
          color: index == measured.count - 1 ? .highlight : .series(index), dash: .solid,
          marker: .automatic))
    }
    return Figure(
      "Reliability", panel, legend: .below,
      caption:
        "Confidence minus accuracy in \(bins.text) on \(evaluatedOn), at each bin's mean confidence c. The "
        + "axis is linear in −log₁₀(1 − c). Above the line a model is overconfident, below it "
        + "underconfident.")
  }
}
