import BasinKit
import Foundation
import Landscape

/// d* against a variable, and what it says beside the paper's claim.
struct SweepReport {
  struct Step {
    var value: Double
    var label: String
    /// Of the network or ensemble on the test split.
    var accuracy: Double
    var curve: TargetCurve
  }

  var variable: SweepVariable
  /// The axis.
  var label: String
  var steps: [Step]
  var caption: String
  var targets: Int
  /// What lets searches end that were cut off.
  var remedy: String

  var result: Result {
    var result = Result()
    result.add(figure)
    result.add(table)
    if let comparison { result.add(comparison) }
    for remark in steps.compactMap(\.curve.remark) { result.add(Note(remark, level: .warning)) }
    return result
  }

  private var figure: Figure {
    let x = Figure.Axis(label, scale: isLogarithmic ? .log10 : .linear, range: shown)
    let bounds = steps.compactMap { step -> (x: Double, y: Double, isAbove: Bool)? in
      switch step.curve.fit?.crossing(0.5) {
      case .above(let bound, _) where !step.curve.failsEverywhere: (step.value, bound, true)
      case .below(let bound, _): (step.value, bound, false)
      default: nil
      }
    }
    var dimension = Figure.Panel("Dimension", x: x, y: .init("d*₅₀"))
    let crossing = steps.compactMap { step -> (x: Double, y: Double, low: Double, high: Double)? in
      step.curve.drawn.map { (step.value, $0.value, $0.lower, $0.upper) }
    }
    let all = crossing.map(\.y) + bounds.map(\.y)
    if let least = all.min(), let greatest = all.max(), least > 0, greatest / least > 8 {
      dimension.y.scale = .log10
    }
    dimension.add(
      .line(x: crossing.map(\.x), y: crossing.map(\.y), color: .series(0), dash: .solid))
    dimension.add(
      .scatter(
        x: crossing.map(\.x), y: crossing.map(\.y), color: .series(0),
        yError: .init(lower: crossing.map(\.low), upper: crossing.map(\.high))))
    for (marker, isAbove) in [(Figure.Marker.triangle, true), (.triangleDown, false)] {
      let own = bounds.filter { $0.isAbove == isAbove }
      guard !own.isEmpty else { continue }
      dimension.add(
        .scatter(
          isAbove ? "above" : "below", x: own.map(\.x), y: own.map(\.y), color: .neutral,
          marker: marker, limits: isAbove ? .above : .below))
    }
    var accuracy = Figure.Panel("Test accuracy", x: x, y: .init("accuracy (%)"))
    accuracy.add(
      .line(
        x: steps.map(\.value), y: steps.map { $0.accuracy * 100 }, color: .series(1), dash: .solid,
        marker: .automatic))
    return Figure(
      "Class manifolds over \(variable.rawValue)", panels: [dimension, accuracy], columns: 2,
      legend: .none, size: .wide,
      caption: caption
        + " The planes of \(targets == 1 ? "one target" : "all \(targets) targets") are "
        + "fitted together (\(TargetCurve.intervals) and target). A bar without a stroke across its end is open, and a "
        + "triangle is a bound: d*₅₀ is beyond the dimensions measured.")
  }

  // The same values below both panels.
  private var shown: ClosedRange<Double>? {
    let values = steps.map(\.value)
    guard let least = values.min(), let greatest = values.max(), least < greatest else {
      return nil
    }
    if isLogarithmic { return least / 1.1...greatest * 1.1 }
    let air = (greatest - least) * 0.03
    return least - air...greatest + air
  }

  private var isLogarithmic: Bool {
    (variable == .width || variable == .trainSize) && steps.allSatisfy { $0.value > 0 }
  }

  private var table: Table {
    let format = NumberFormat.significant(3)
    func three(_ name: String) -> [Table.Column] {
      [
        .number(name, format: format), .number("from", format: format),
        .number("to", format: format),
      ]
    }
    var table = Table(
      "d* over \(variable.rawValue) (\(TargetCurve.intervals) and target)",
      columns: [
        .number(label, format: .significant(6)),
        .number("test accuracy", format: .percent(1)), .integer("planes"),
      ] + three("d*₅₀") + three("D − d*₅₀") + three("d*₂₅") + three("d*₇₅"))
    for step in steps {
      let curve = step.curve
      table.append(
        [.number(step.value), .number(step.accuracy), .integer(curve.points.count)]
          + curve.cells(0.5) + curve.manifoldCells + curve.cells(0.25) + curve.cells(0.75))
    }
    return table
  }

  // The networks that have a d*₅₀, or all where fewer than two have one.
  private var comparable: [Step] {
    let own = steps.filter { !$0.curve.failsEverywhere }
    return own.count >= 2 ? own : steps
  }

  // The most and the least accurate network, and the ends of the sweep.
  private var comparison: Table? {
    let format = NumberFormat.significant(3)
    let steps = comparable
    guard let first = steps.first, let last = steps.last,
      let best = steps.max(by: { $0.accuracy < $1.accuracy }),
      let worst = steps.min(by: { $0.accuracy < $1.accuracy })
    else { return nil }
    var table = Table(
      "Does d*₅₀ fall as networks get better, as arXiv 2210.05546 reports? (95 % intervals: paired bootstrap "
        + "of the planes within each dimension and target with Student's t)",
      columns: [
        .text("d*₅₀ of"), .text("minus that of"), .number("accuracy gained", format: .percent(1)),
        .number("difference", format: format), .number("from", format: format),
        .number("to", format: format), .text("planes"), .text("here"),
      ])
    var pairs = [(last, first)]
    if Set([best.value, worst.value]) != Set([last.value, first.value]) {
      pairs.append((best, worst))
    }
    for (one, other) in pairs where one.value != other.value {
      guard let fit = one.curve.fit, let base = other.curve.fit else { continue }
      let gain = one.accuracy - other.accuracy
      let compared = SuccessCurve.difference(fit, base, at: 0.5)
      let range = compared.estimate.interval?.range
      func end(_ value: Double?) -> Table.Cell {
        value.map { .number($0) } ?? .missing
      }
      table.append([
        .text(name(one)), .text(name(other)), .number(gain),
        compared.value.isFinite ? .number(compared.value) : .missing, end(range?.lowerBound),
        end(range?.upperBound),
        .text("\(one.curve.points.count) + \(other.curve.points.count)"),
        .text(verdict(one.curve, other.curve, gain: gain, compared)),
      ])
    }
    return table
  }

  private func name(_ step: Step) -> String {
    "\(variable == .epochs ? label : variable.rawValue) \(NumberFormat.significant(6).text(step.value))"
  }

  // A verdict stands where it does not depend on searches that were cut off: where it would be the same if those of
  // one network had reached, as far as they can move the difference, and where none is significant, if all had.
  private func verdict(
    _ one: TargetCurve, _ other: TargetCurve, gain: Double, _ compared: Difference
  ) -> String {
    for curve in [one, other] where curve.failsEverywhere {
      return "not compared: \(curve.subject) does not reach 0.5 at d = D"
    }
    let verdict = verdict(gain: gain, compared)
    let cut = one.unfinished + other.unfinished
    guard let range = compared.estimate.interval?.range, cut > 0 else { return verdict }
    let cases =
      range.contains(0)
      ? [(one.completed, other.completed)] : [(one.completed, other), (one, other.completed)]
    for (one, other) in cases {
      guard let fit = one.fit, let base = other.fit,
        self.verdict(gain: gain, SuccessCurve.difference(fit, base, at: 0.5)) == verdict
      else {
        return "not compared: it depends on \(cut) of \(one.points.count + other.points.count) "
          + "planes whose loss still fell at the step limit; \(remedy)"
      }
    }
    return verdict
  }

  // The difference is significant when its interval excludes 0.
  private func verdict(gain: Double, _ compared: Difference) -> String {
    guard let range = compared.estimate.interval?.range else {
      return "not compared: \(compared.estimate.reason ?? "no interval")"
    }
    guard !range.contains(0) else { return "no significant difference" }
    let isLower = range.upperBound < 0
    if gain == 0 { return isLower ? "lower at the same accuracy" : "higher at the same accuracy" }
    return isLower == (gain > 0)
      ? "lower for the better network, as reported"
      : "higher for the better network, against the report"
  }
}
