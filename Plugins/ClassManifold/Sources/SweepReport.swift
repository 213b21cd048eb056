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
  var steps: [Step]
  var caption: String
  var targets: Int

  var result: Result {
    var result = Result()
    result.add(figure)
    result.add(table)
    if let comparison { result.add(comparison) }
    for remark in steps.compactMap(\.curve.remark) { result.add(Note(remark, level: .warning)) }
    return result
  }

  private var figure: Figure {
    let x = Figure.Axis(variable.label, scale: isLogarithmic ? .log10 : .linear, range: shown)
    let bounds = steps.compactMap { step -> (x: Double, y: Double, isAbove: Bool)? in
      switch step.curve.fit?.crossing(0.5) {
      case .above(let bound): (step.value, bound, true)
      case .below(let bound): (step.value, bound, false)
      default: nil
      }
    }
    var dimension = Figure.Panel("Dimension", x: x, y: .init("d*₅₀"))
    let crossing = steps.compactMap { step -> (x: Double, y: Double, low: Double, high: Double)? in
      guard case .at(let half, let interval) = step.curve.fit?.crossing(0.5) else { return nil }
      return (step.value, half, interval?.lowerBound ?? half, interval?.upperBound ?? half)
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
          marker: marker))
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
        + "fitted together; bars are 95 % intervals from draws of the fit's covariance.")
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
    var table = Table(
      "d* over \(variable.rawValue) (± half the 95 % interval)",
      columns: [
        .number(variable.label, format: .significant(6)),
        .number("test accuracy", format: .percent(1)),
        .integer("planes"), .number("d*₂₅", format: format), .number("d*₅₀", format: format),
        .number("d*₇₅", format: format), .number("D − d*₅₀", format: format),
      ])
    for step in steps {
      let fit = step.curve.fit
      table.append([
        .number(step.value), .number(step.accuracy), .integer(step.curve.points.count),
        step.curve.cell(fit?.crossing(0.25)), step.curve.cell(fit?.crossing(0.5)),
        step.curve.cell(fit?.crossing(0.75)), step.curve.manifoldCell(fit?.crossing(0.5)),
      ])
    }
    return table
  }

  // The most and the least accurate network, and the ends of the sweep. Draws of two independent fits are
  // differences' draws when taken in turn.
  private var comparison: Table? {
    let format = NumberFormat.significant(3)
    guard let first = steps.first, let last = steps.last,
      let best = steps.max(by: { $0.accuracy < $1.accuracy }),
      let worst = steps.min(by: { $0.accuracy < $1.accuracy })
    else { return nil }
    var table = Table(
      "Does d*₅₀ fall as networks get better, as arXiv 2210.05546 reports?",
      columns: [
        .text("d*₅₀ of"), .text("less that of"), .number("accuracy gained", format: .percent(1)),
        .number("difference", format: format), .number("from", format: format),
        .number("to (95 %)", format: format), .text("here"),
      ])
    var pairs = [(last, first)]
    if Set([best.value, worst.value]) != Set([last.value, first.value]) {
      pairs.append((best, worst))
    }
    for (one, other) in pairs where one.value != other.value {
      let gain = one.accuracy - other.accuracy
      let compared = Difference(one.curve.fit, other.curve.fit)
      table.append([
        .text(name(one)), .text(name(other)), .number(gain),
        compared.value.map { .number($0) } ?? .missing,
        compared.from.map { .number($0) } ?? .missing, compared.to.map { .number($0) } ?? .missing,
        .text(verdict(gain: gain, compared)),
      ])
    }
    return table
  }

  private func name(_ step: Step) -> String {
    "\(variable.rawValue) \(NumberFormat.significant(6).text(step.value))"
  }

  private func verdict(gain: Double, _ compared: Difference) -> String {
    let isLower: Bool
    if let to = compared.to, to < 0 {
      isLower = true
    } else if let from = compared.from, from > 0 {
      isLower = false
    } else {
      return compared.from == nil && compared.to == nil
        ? "not measured: a curve does not cross 0.5" : "no clear difference"
    }
    if gain == 0 { return isLower ? "lower at the same accuracy" : "higher at the same accuracy" }
    return isLower == (gain > 0)
      ? "lower for the better, as reported" : "higher for the better, against the report"
  }
}

/// How much d*₅₀ of one fit is above that of another, as far as they determine it: where a curve does not
/// cross a half, its bound bounds the difference.
private struct Difference {
  var value: Double?
  var from: Double?
  var to: Double?

  init(_ one: SuccessCurve?, _ other: SuccessCurve?) {
    guard let one, let other else { return }
    switch (one.crossing(0.5), other.crossing(0.5)) {
    case (.at(let high, _?), .at(let low, _?)):
      // Draws of two independent fits, taken in turn, are draws of their difference.
      let draws = zip(one.crossingDraws(0.5), other.crossingDraws(0.5)).map { $0 - $1 }.sorted()
      guard !draws.isEmpty else { return }
      value = high - low
      from = draws[Int((0.025 * Double(draws.count - 1)).rounded())]
      to = draws[Int((0.975 * Double(draws.count - 1)).rounded())]
    case (.at(_, let own?), .above(let bound)): to = own.upperBound - bound
    case (.above(let bound), .at(_, let own?)): from = bound - own.upperBound
    case (.at(_, let own?), .below(let bound)): from = own.lowerBound - bound
    case (.below(let bound), .at(_, let own?)): to = bound - own.lowerBound
    default: break
    }
  }
}
