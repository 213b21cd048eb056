import BasinKit
import Datasets
import Foundation
import Landscape
import Torch

/// A way to predict: one network, or the mean of several networks' probabilities.
struct Competitor {
  var name: String
  /// Logits `[N, C]` of each network.
  var logits: [Tensor]

  init(_ name: String, _ logits: [Tensor]) { (self.name, self.logits) = (name, logits) }
}

/// Scores of single networks and model averages on the same inputs: a table, paired intervals of the
/// last against each other, and the reliability figure.
struct ModelComparison {
  var competitors: [Competitor]
  var split: Split
  var seed: Seed

  private static let bins = Calibration.Scheme.equalCount(20)
  private static let resamples = 1000

  // One way to predict, measured.
  private struct Measured {
    var name: String
    var scores: ProbabilityScores
    var calibration: Calibration
    var predictions: ScoredPredictions
  }

  func add(to result: inout Result, in context: Context, _ evaluator: Evaluator) throws {
    let labels = try evaluator.data(split).labels
    let measured = try competitors.map { one in
      let mean = try MemberPredictions(
        logits: one.logits, labels: labels,
        names: one.logits.indices.map {
          one.logits.count > 1 ? "\(one.name), network \($0 + 1)" : one.name
        }
      ).mean()
      let classes = try mean.member(0).argmax(1)
      let calibration = try mean.calibration(of: 0, Self.bins)
      return Measured(
        name: one.name, scores: try mean.scores()[0], calibration: calibration,
        predictions: ScoredPredictions(
          confidences: calibration.confidences,
          correct: try classes.equal(to: mean.labels).array(of: UInt8.self).map { $0 != 0 },
          negativeLogs: try mean.rightLogProbabilities.array(of: Double.self).map { -$0 }))
    }
    result.add(
      figure(measured, "the \(labels.count) \(split.rawValue) inputs of \(evaluator.dataset.name)"))
    result.add(scores(measured))
    try addDifferences(measured, to: &result, context)
  }

  private func scores(_ measured: [Measured]) -> Table {
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
      let confidences = one.calibration.confidences
      table.append([
        .text(one.name), .number(one.scores.accuracy), .number(one.scores.negativeLogLikelihood),
        .number(one.calibration.error), .number(one.scores.brier),
        .number(confidences.reduce(0, +) / Double(max(1, confidences.count))),
      ])
    }
    return table
  }

  // The last against each of the others, on the same draws of the inputs.
  private func addDifferences(
    _ measured: [Measured], to result: inout Result, _ context: Context
  ) throws {
    guard let own = measured.last else { return }
    let format = NumberFormat.fixed(4)
    var table = Table(
      "\(own.name) less the others (95 % bootstrap intervals over inputs: basic for ECE, percentile for "
        + "NLL and accuracy)",
      columns: [
        .text("against"), .text("score"), .number("difference", format: format),
        .number("from", format: format), .number("to", format: format), .text(""),
      ])
    var verdicts: [(score: String, verdict: String, other: String)] = []
    for other in measured.dropLast() {
      let differences = try ScoreDifferences(
        of: own.predictions, less: other.predictions, bins: Self.bins,
        seed: seed.derived("scores", own.name, other.name), resamples: Self.resamples,
        cancellation: context.cancellation)
      let rows:
        [(name: String, value: Double, interval: ClosedRange<Double>?, isBetterBelow: Bool)] = [
          (
            "NLL (nats)", differences.likelihood.value, differences.likelihood.percentileInterval,
            true
          ),
          ("ECE", differences.calibration.value, differences.calibration.basicInterval, true),
          (
            "accuracy", differences.accuracy.value, differences.accuracy.percentileInterval, false
          ),
        ]
      for row in rows {
        let interval = row.interval
        let verdict = Self.verdict(interval, isBetterBelow: row.isBetterBelow)
        table.append([
          .text(other.name), .text(row.name), .number(row.value),
          interval.map { .number($0.lowerBound) } ?? .missing,
          interval.map { .number($0.upperBound) } ?? .missing, .text(verdict),
        ])
        verdicts.append((row.name, verdict, other.name))
      }
    }
    result.add(table)
    for score in ["NLL", "ECE", "accuracy"] {
      result.add(
        Note(Self.statement(own.name, score, verdicts.filter { $0.score.hasPrefix(score) })))
    }
  }

  /// `SWAG, NLL: better than SGD; not clearly different from SWA`.
  static func statement(
    _ name: String, _ score: String, _ verdicts: [(score: String, verdict: String, other: String)]
  ) -> String {
    let parts = ["better", "worse", "not clearly different"].compactMap { verdict -> String? in
      let others = verdicts.filter { $0.verdict == verdict }.map(\.other)
      guard !others.isEmpty else { return nil }
      return "\(verdict) \(verdict.hasPrefix("not") ? "from" : "than") "
        + others.joined(separator: " and ")
    }
    return "\(name): \(score) " + parts.joined(separator: "; ")
  }

  static func verdict(_ interval: ClosedRange<Double>?, isBetterBelow: Bool) -> String {
    guard let interval else { return "" }
    if interval.upperBound < 0 { return isBetterBelow ? "better" : "worse" }
    if interval.lowerBound > 0 { return isBetterBelow ? "worse" : "better" }
    return "not clearly different"
  }

  // MARK: The reliability figure

  /// How the talk draws confidences: nines are equally far apart.
  enum ConfidenceAxis {
    /// The least 1 − confidence that is told apart.
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

  private func figure(_ measured: [Measured], _ evaluatedOn: String) -> Figure {
    Self.figure(measured.map { ($0.name, $0.calibration) }, evaluatedOn)
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
      caption: "Confidence less accuracy in \(bins.text) of the confidence on \(evaluatedOn), "
        + "at their mean confidence, on an axis on which each further nine takes the same room. Above "
        + "the line a model is too sure, below it too cautious.")
  }
}
