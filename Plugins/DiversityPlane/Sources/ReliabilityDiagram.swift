import BasinKit
import Landscape

/// Accuracy against confidence of a few classifiers, as figures and a table.
struct ReliabilityDiagram {
  /// One classifier.
  struct Model {
    var name: String
    var scores: ProbabilityScores
    var equalWidth: Calibration
    var equalCount: Calibration
  }

  var models: [Model]
  var drawsEqualCounts: Bool
  var evaluatedOn: String

  private static let columns = 3
  private static let mostDrawn = 9

  var result: Result {
    var result = Result()
    let drawn = models.prefix(Self.mostDrawn)
    for start in stride(from: 0, to: drawn.count, by: Self.columns) {
      result.add(figure(Array(drawn[start..<min(start + Self.columns, drawn.count)])))
    }
    if models.count > drawn.count {
      result.add(
        Note(
          "the first \(drawn.count) of \(models.count) are drawn; the table has all"))
    }
    result.add(table)
    return result
  }

  private func figure(_ models: [Model]) -> Figure {
    let calibrations = models.map { drawsEqualCounts ? $0.equalCount : $0.equalWidth }
    // Histograms of one figure are to be compared.
    let shares = models.map { Self.histogram($0.equalWidth.confidences) }
    let highest = (shares.joined().max() ?? 1) * 1.06
    return Figure(
      "Reliability" + (models.count == 1 ? " of \(models[0].name)" : ""),
      panels: zip(models, calibrations).map { model, calibration in
        reliability(models.count == 1 ? "" : model.name, calibration)
      }
        + shares.map { shares in
          Figure.Panel(
            x: .init("confidence", range: 0...1), y: .init("inputs (%)", range: 0...highest),
            relativeHeight: 0.4,
            layers: [
              .histogram(
                edges: (0...Self.histogramBins).map { Double($0) / Double(Self.histogramBins) },
                heights: shares, color: .neutral)
            ])
        }, columns: models.count, legend: .below, size: models.count > 1 ? .wide : .regular,
      caption: "Accuracy against confidence (the highest probability) on \(evaluatedOn), in "
        + "\(calibrations[0].scheme.text)"
        + (drawsEqualCounts ? "" : ", empty ones left out")
        + ". The gap is from each bin's accuracy to its mean confidence, which lies on the diagonal: "
        + "above the diagonal the classifier is too cautious, below it too sure. Below: how the "
        + "confidences are distributed.")
  }

  private func reliability(_ title: String, _ calibration: Calibration) -> Figure.Panel {
    var panel = Figure.Panel(
      title, x: .init("confidence", range: 0...1), y: .init("accuracy", range: 0...1.02))
    let confidences = calibration.bins.map(\.confidence)
    let accuracies = calibration.bins.map(\.accuracy)
    if case .equalWidth(let count) = calibration.scheme {
      panel.add(
        .bars(
          "accuracy of a bin",
          x: calibration.bins.map { ($0.range.lowerBound + $0.range.upperBound) / 2 },
          heights: accuracies, width: 0.92 / Double(count), color: .series(0)))
    }
    panel.add(
      .line("perfect calibration", x: [0, 1], y: [0, 1], color: .neutral, dash: .dashed))
    panel.add(
      .scatter(
        "confidence and gap", x: confidences, y: confidences, color: .series(1),
        yError: .init(
          lower: zip(confidences, accuracies).map(min),
          upper: zip(confidences, accuracies).map(max))))
    if case .equalCount = calibration.scheme {
      panel.add(
        .scatter("accuracy of a bin", x: confidences, y: accuracies, color: .series(0)))
    }
    return panel
  }

  private static let histogramBins = 20

  // Percent of the inputs in each bin of confidence.
  private static func histogram(_ confidences: [Double]) -> [Double] {
    var counts = Array(repeating: 0.0, count: histogramBins)
    for bin in Calibration(
      confidences: confidences, correct: confidences.map { _ in false },
      scheme: .equalWidth(histogramBins)
    ).bins {
      let place = Int((bin.range.lowerBound * Double(histogramBins)).rounded())
      counts[place] = 100 * Double(bin.count) / Double(confidences.count)
    }
    return counts
  }

  private var table: Table {
    var table = Table(
      "Calibration",
      columns: [
        .text("model"), .number("accuracy", format: .percent(2)),
        .number("mean confidence", format: .percent(2)),
        .number("ECE (\(models[0].equalWidth.scheme.text))", format: .fixed(4)),
        .number("ECE (\(models[0].equalCount.scheme.text))", format: .fixed(4)),
        .number("NLL", unit: "nats", format: .fixed(4)), .number("Brier", format: .fixed(4)),
      ])
    for model in models {
      let confidences = model.equalWidth.confidences
      table.append([
        .text(model.name), .number(model.scores.accuracy),
        .number(confidences.reduce(0, +) / Double(max(confidences.count, 1))),
        .number(model.equalWidth.error), .number(model.equalCount.error),
        .number(model.scores.negativeLogLikelihood), .number(model.scores.brier),
      ])
    }
    return table
  }
}
