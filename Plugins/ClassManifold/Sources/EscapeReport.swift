import BasinKit
import Foundation
import Landscape

/// Sets of one squared Gaussian width, how often random planes meet them, and a class beside them.
struct EscapeReport {
  var inputs: Int
  /// w²
  var squaredWidth: Double
  /// The interval of d*₅₀.
  var interval: ConfidenceInterval?
  var curve: TargetCurve?
  var threshold = 0.5
  var caption = ""

  init(inputs: Int, squaredWidth: Double) {
    self.inputs = inputs
    self.squaredWidth = squaredWidth
  }

  // R/r of the thickened subspace: thin.
  private static let thickness = 0.05

  // The ball whose w² ≈ D(R/r)² is the given one.
  private var ballRatio: Double { (squaredWidth / Double(inputs)).squareRoot() }
  // The subspace of that dimension.
  private var subspace: Int { min(inputs - 1, max(0, Int(squaredWidth.rounded()))) }
  // An orthant of m dimensions has w² ≈ m/2; where that is not enough, free dimensions add theirs.
  private var orthant: (m: Int, free: Int) {
    let width = min(squaredWidth, Double(inputs) - squaredWidth)
    let m = max(1, min(inputs, Int((2 * width).rounded())))
    return (m, min(inputs - m, max(0, Int((squaredWidth - Double(m) / 2).rounded()))))
  }

  private var sets: [(name: String, probability: (Int) -> Double)] {
    [
      (
        "ball, R/r = \(NumberFormat.fixed(3).text(ballRatio))",
        { GordonTheory.ball(dimension: $0, inputs: inputs, ratio: ballRatio) }
      ),
      (
        "subspace of \(subspace) \(subspace == 1 ? "dimension" : "dimensions"), R/r = \(Self.thickness)",
        {
          GordonTheory.thickenedSubspace(
            dimension: $0, inputs: inputs, subspace: subspace, ratio: Self.thickness)
        }
      ),
      (
        "polytope: orthant of \(orthant.m)"
          + (orthant.free > 0
            ? " and \(Counted.text(orthant.free, "free dimensions"))"
            : orthant.m == 1 ? " dimension" : " dimensions"),
        {
          GordonTheory.polytope(
            dimension: $0, inputs: inputs, orthant: orthant.m, subspace: orthant.free)
        }
      ),
    ]
  }

  // Every dimension where there are few, and evenly spread in logarithms where there are many.
  private var dimensions: [Int] {
    if inputs <= 256 { return Array(1...inputs) }
    return Set(
      (0...400).map { Int(exp(log(Double(inputs)) * Double($0) / 400).rounded()) }
    ).union((0...400).map { max(1, inputs * $0 / 400) }).sorted()
  }

  var result: Result {
    var result = Result()
    result.add(Scalar("w² ≈ D − d*₅₀", squaredWidth, format: .significant(4)))
    if let interval {
      // Where an end of d*₅₀ is beyond what was measured, w² is up to 0 or D.
      let range = interval.range
      let lower = Double(inputs) - min(Double(inputs), range.upperBound)
      let upper = Double(inputs) - max(0, range.lowerBound)
      result.add(Scalar("from", lower, format: .significant(4)))
      result.add(Scalar("to", upper, format: .significant(4)))
      result.add(Note("95 % interval: \(interval.text)"))
      if range.upperBound == .infinity || range.lowerBound <= 0 {
        result.add(
          Note(
            "the interval of d*₅₀ goes beyond the dimensions that were measured; more --planes "
              + "narrow it", level: .warning))
      }
    }
    result.add(figure)
    result.add(table)
    if let rates { result.add(rates) }
    return result
  }

  private var figure: Figure {
    var panel = Figure.Panel(
      x: .init("cutting-plane dimension d", scale: .log10, range: 0.9...Double(inputs) * 1.1),
      y: .init("probability of meeting the set", range: -0.02...1.02))
    for (index, set) in sets.enumerated() {
      panel.add(
        .line(
          set.name, x: dimensions.map(Double.init), y: dimensions.map(set.probability),
          color: .series(index + 1)))
    }
    panel.add(
      .line(
        "Gordon's bound", x: dimensions.map(Double.init),
        y: dimensions.map {
          GordonTheory.bound(dimension: $0, inputs: inputs, squaredWidth: squaredWidth)
        }, color: .neutral, dash: .dotted))
    if let curve {
      let measured = rows(curve)
      let y = measured.map { $0.rate }
      panel.add(
        .scatter(
          "\(curve.target), planes that reached it", x: measured.map { Double($0.dimension) }, y: y,
          color: .series(0),
          yError: .init(
            lower: measured.map(\.interval.lowerBound), upper: measured.map(\.interval.upperBound)))
      )
      if let fit = curve.fit {
        panel.add(
          .line(
            "\(curve.target), fit", x: curve.fine, y: curve.fine.map { fit.probability(at: $0) },
            color: .series(0), dash: .solid))
      }
    }
    panel.add(.vertical(at: Double(inputs) - squaredWidth, label: "D − w²"))
    return Figure(
      "Escaping through a mesh", panel, size: .wide,
      caption: "How often a random plane meets sets of squared Gaussian width "
        + "w² = \(NumberFormat.significant(4).text(squaredWidth)) in D = \(inputs) dimensions."
        + (curve == nil ? "" : " " + caption + " Bars are 95 % Wilson intervals."))
  }

  private typealias Row = (
    dimension: Int, planes: Int, reached: Int, rate: Double, interval: ClosedRange<Double>
  )

  private func rows(_ curve: TargetCurve) -> [Row] {
    curve.dimensions.map { dimension in
      let own = curve.points.filter { $0.plane.dimension == dimension }
      let reached = own.count { $0.outcome.probability >= threshold }
      return (
        dimension, own.count, reached, Double(reached) / Double(own.count),
        Self.wilson(reached, own.count)
      )
    }
  }

  /// Wilson's 95 % interval of a rate (E. B. Wilson, JASA 22, 1927).
  static func wilson(_ successes: Int, _ trials: Int) -> ClosedRange<Double> {
    let (n, z) = (Double(trials), 1.959964)
    let rate = Double(successes) / n
    let middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    let inner = rate * (1 - rate) / n + z * z / (4 * n * n)
    let half = z / (1 + z * z / n) * inner.squareRoot()
    return max(0, middle - half)...min(1, middle + half)
  }

  // The smallest d whose probability, which rises with d, is at least 0.5 up to rounding; by halving.
  private static func half(_ inputs: Int, _ probability: (Int) -> Double) -> Int? {
    let least = 0.5 - 1e-9
    guard probability(inputs) >= least else { return nil }
    var (low, high) = (0, inputs)
    while high - low > 1 {
      let middle = (low + high) / 2
      if probability(middle) >= least { high = middle } else { low = middle }
    }
    return high
  }

  private var table: Table {
    var table = Table(
      "Sets of this width", columns: [.text("set"), .integer("d where half of the planes meet it")])
    for set in sets {
      table.append([
        .text(set.name), Self.half(inputs, set.probability).map { .integer($0) } ?? .missing,
      ])
    }
    return table
  }

  private var rates: Table? {
    guard let curve else { return nil }
    var table = Table(
      "Planes that reached \(curve.target) (95 % intervals: Wilson's over the planes of each dimension)",
      columns: [
        .integer("d"), .integer("planes"), .number("reached", format: .percent(0)),
        .number("from", format: .percent(0)), .number("to", format: .percent(0)),
      ])
    for row in rows(curve) {
      table.append([
        .integer(row.dimension), .integer(row.planes), .number(row.rate),
        .number(row.interval.lowerBound), .number(row.interval.upperBound),
      ])
    }
    return table
  }
}
