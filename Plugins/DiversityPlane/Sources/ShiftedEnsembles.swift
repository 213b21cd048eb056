import BasinKit
import Landscape

/// Scores of ensembles of a few sizes at each severity of a shift, as box plots and a table.
struct ShiftedEnsembles {
  var shift: String
  var kinds: Int
  /// The sets' names, in order.
  var names: [String]
  var dataset: String
  var inputs: Int
  private var values: [Key: EnsembleScores] = [:]

  private struct Key: Hashable {
    var set: Int
    var severity: Int
    var size: Int
  }

  init(shift: String, kinds: Int, names: [String], dataset: String, inputs: Int) {
    self.shift = shift
    self.kinds = kinds
    self.names = names
    self.dataset = dataset
    self.inputs = inputs
  }

  /// Adds what was measured under one kind of shift; several kinds of a severity are pooled.
  mutating func add(_ scores: EnsembleScores, set: Int, severity: Int) {
    let key = Key(set: set, severity: severity, size: scores.size)
    guard var known = values[key] else {
      values[key] = scores
      return
    }
    known.each += scores.each
    known.divergences += scores.divergences
    known.isComplete = known.isComplete && scores.isComplete
    values[key] = known
  }

  var result: Result {
    var result = Result()
    for start in stride(from: 0, to: names.count, by: 3) {
      result.add(figure(Array(start..<min(start + 3, names.count))))
    }
    result.add(table)
    if values.values.contains(where: { !$0.isComplete }) {
      result.add(Note("where a set has very many ensembles of a size, random ones were taken"))
    }
    return result
  }

  private var sizes: [Int] { Set(values.keys.map(\.size)).sorted() }

  private struct Measure: Sendable {
    var label: String
    var factor: Double
    var of: @Sendable (EnsembleScores) -> [Double]
  }

  private static let measures = [
    Measure(label: "accuracy (%)", factor: 100) { $0.each.map(\.accuracy) },
    Measure(label: "Brier score", factor: 1) { $0.each.map(\.brier) },
    Measure(label: "JSD of members (nats)", factor: 1) { $0.divergences },
  ]

  private func boxes(
    _ measure: Measure, set: Int, size: Int
  ) -> [(severity: Int, box: FiveNumbers)] {
    (0...5).compactMap { severity in
      let scores = values[Key(set: set, severity: severity, size: size)]
      return FiveNumbers((scores.map(measure.of) ?? []).map { $0 * measure.factor })
        .map { (severity, $0) }
    }
  }

  private func figure(_ sets: [Int]) -> Figure {
    // Single members have no divergence among them.
    let measures = Self.measures.filter { measure in
      values.values.contains { !measure.of($0).isEmpty }
    }
    let panels = measures.enumerated().flatMap { row, measure in
      sets.map { set in
        panel(measure, set, title: row == 0 ? names[set] : "", sets: sets)
      }
    }
    return Figure(
      "Ensembles under \(kinds == 1 ? "\(shift) shift" : shift)", panels: panels,
      columns: sets.count, legend: .below, size: sets.count > 1 ? .wide : .regular,
      caption:
        "Scores on the \(Counted.text(inputs, "test inputs")) of \(dataset), corrupted by \(shift) at severities 1 to 5 "
        + "(0 is uncorrupted). Areas reach from the lower to the upper quartile over "
        + "ensembles\(kinds > 1 ? " and kinds" : ""), strokes are medians, whiskers reach to the "
        + "extremes. The Jensen–Shannon divergence is among the members of an ensemble.",
      alt: alternative(measures, sets))
  }

  // A description made of every box would take pages.
  private func alternative(_ measures: [Measure], _ sets: [Int]) -> String {
    let number = NumberFormat.significant(3)
    let sentences = measures.flatMap { measure in
      sets.map { set in
        let parts = sizes.compactMap { size -> String? in
          let found = boxes(measure, set: set, size: size)
          guard let first = found.first, let last = found.last else { return nil }
          return "\(Self.name(size)) from \(number.text(first.box.median)) at severity "
            + "\(first.severity) to \(number.text(last.box.median)) at \(last.severity)"
        }
        return "Median \(measure.label) of \(names[set]): \(parts.joined(separator: "; "))."
      }
    }
    return "Box plots against the severity of \(shift). " + sentences.joined(separator: " ")
  }

  private static func name(_ size: Int) -> String {
    size == 1 ? "single members" : "ensembles of \(size)"
  }

  private func panel(
    _ measure: Measure, _ set: Int, title: String, sets: [Int]
  ) -> Figure.Panel {
    // Panels of one row are to be compared.
    let row = sets.flatMap { set in sizes.flatMap { boxes(measure, set: set, size: $0) } }
    let shown = row.flatMap { [$0.box.least, $0.box.greatest] }.finiteRange ?? 0...1
    let (least, greatest) = (shown.lowerBound, shown.upperBound)
    let air = max((greatest - least) * 0.06, 1e-9)
    var panel = Figure.Panel(
      title, x: .categories("severity", (0...5).map(String.init)),
      y: .init(measure.label, range: (least - air)...(greatest + air)))
    let step = 0.8 / Double(sizes.count)
    for (index, size) in sizes.enumerated() {
      let found = boxes(measure, set: set, size: size)
      let shift = (Double(index) - Double(sizes.count - 1) / 2) * step
      panel.addBoxes(
        Self.name(size),
        x: found.map { Double($0.severity) + shift }, found.map(\.box), width: step * 0.8,
        color: .series(index))
    }
    return panel
  }

  private var table: Table {
    var table = Table(
      "Medians over ensembles\(kinds > 1 ? " and kinds of shift" : " under \(shift)")",
      columns: [
        .text("set"), .integer("severity"), .integer("size"), .integer("ensembles"),
        .number("accuracy", format: .percent(2)), .number("NLL", unit: "nats", format: .fixed(4)),
        .number("Brier", format: .fixed(4)),
        .number("ECE (\(ProbabilityScores.bins) equal-width bins)", format: .fixed(4)),
        .number("JSD of members", unit: "nats", format: .fixed(4)),
      ])
    for (set, name) in names.enumerated() {
      for severity in 0...5 {
        for size in sizes {
          guard let scores = values[Key(set: set, severity: severity, size: size)] else { continue }
          func median(_ values: [Double]) -> Table.Cell {
            FiveNumbers(values).map { .number($0.median) } ?? .missing
          }
          table.append([
            .text(name), .integer(severity), .integer(size), .integer(scores.each.count),
            median(scores.each.map(\.accuracy)), median(scores.each.map(\.negativeLogLikelihood)),
            median(scores.each.map(\.brier)), median(scores.each.map(\.expectedCalibrationError)),
            median(scores.divergences),
          ])
        }
      }
    }
    return table
  }
}
