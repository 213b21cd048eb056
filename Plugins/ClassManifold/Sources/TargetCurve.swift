import BasinKit
import Foundation
import Landscape

/// One target's planes, with the fit of their probabilities.
struct TargetCurve {
  typealias Point = (plane: CuttingPlane, outcome: CuttingPlane.Outcome)

  var subject: String
  var target: String
  var inputs: Int
  var points: [Point]
  var fit: SuccessCurve?
  private let seed: Seed

  /// Fits the curve.
  ///
  /// - Parameter seed: Decides how planes are resampled. Networks that were searched in the same planes are
  ///   resampled together, so that their differences are paired.
  init(subject: String, target: String, inputs: Int, points: [Point], seed: Seed) {
    self.subject = subject
    self.target = target
    self.inputs = inputs
    self.points = points
    self.seed = seed
    let targets = Array(Set(points.map(\.plane.target))).sorted { $0.lexicographicallyPrecedes($1) }
    let places = Dictionary(uniqueKeysWithValues: zip(targets, targets.indices))
    fit = SuccessCurve(
      points.map {
        SuccessCurve.Point(
          dimension: $0.plane.dimension, probability: $0.outcome.probability,
          target: places[$0.plane.target] ?? 0)
      }, inputs: inputs, seed: seed.derived("resampled planes"))
  }

  /// How many searches were cut off while the loss still fell, with a probability that can rise.
  var unfinished: Int { points.count { $0.outcome.isUnfinished } }

  /// The curve if these had reached their targets, the farthest that they can move it.
  var completed: TargetCurve {
    TargetCurve(
      subject: subject, target: target, inputs: inputs,
      points: points.map { plane, outcome in
        var outcome = outcome
        if outcome.isUnfinished { outcome.probability = 1 }
        return (plane, outcome)
      }, seed: seed)
  }

  /// What is said where d*₅₀ depends on searches that were cut off: if they had reached, it would be less than half
  /// as large.
  func dependence(of half: Estimate) -> String? {
    guard unfinished > 0 else { return nil }
    switch completed.fit?.crossing(0.5) {
    case .at(let other)? where other.value >= half.value / 2: return nil
    case .below(let bound, _)? where bound >= half.value / 2: return nil
    default: break
    }
    return "\(subject), \(target): d*₅₀ depends on \(unfinished) of \(points.count) planes whose "
      + "searches were cut off while the loss still fell"
  }

  /// The dimensions that were measured, rising.
  var dimensions: [Int] { Array(Set(points.map(\.plane.dimension))).sorted() }

  /// The mean of something over the planes of each dimension.
  func means(_ value: (CuttingPlane.Outcome) -> Double) -> [Double] {
    dimensions.map { dimension in
      let own = points.filter { $0.plane.dimension == dimension }.map { value($0.outcome) }
      return own.reduce(0, +) / Double(own.count)
    }
  }

  /// Dimensions close together, for drawing the fit.
  var fine: [Double] {
    guard let first = dimensions.first, let last = dimensions.last, last > first else { return [] }
    let ratio = Double(last) / Double(first)
    return (0...120).map { Double(first) * pow(ratio, Double($0) / 120) }
  }

  /// What the intervals of d* are, for titles of tables.
  static let intervals =
    "95 % intervals: bootstrap of the planes within each dimension with Student's t"

  /// Whether the curve misses 0.5 where planes are all of the input space, so that there is no d*₅₀.
  var failsEverywhere: Bool {
    if case .above(let bound, _)? = fit?.crossing(0.5) { bound >= Double(inputs) } else { false }
  }

  // Whether d* is not there: infinite, though planes of all dimensions were measured.
  private func isNowhere(_ value: Double) -> Bool {
    value == .infinity && dimensions.last == inputs
  }

  // Beyond what was measured, d* is 0 or infinite.
  private func limit(_ value: Double, _ role: Limit.Role) -> Limit? {
    if value == .infinity { return Limit(role, .above, Double(dimensions.last ?? inputs)) }
    return value <= 0 ? Limit(role, .below, Double(dimensions.first ?? 1)) : nil
  }

  // d* as a cell: a number, or on which side of what was measured it lies. Nothing lies above D.
  private func cell(_ value: Double, _ role: Limit.Role) -> Table.Cell {
    if isNowhere(value) { return .number(Double(inputs)) }
    return limit(value, role).map { .limit($0) } ?? .number(value)
  }

  // D − d* as a cell.
  private func manifoldCell(_ value: Double, _ role: Limit.Role) -> Table.Cell {
    if isNowhere(value) { return .number(0) }
    return limit(value, role).map {
      .limit(Limit(role, $0.isAbove ? .below : .above, Double(inputs) - $0.bound))
    } ?? .number(Double(inputs) - value)
  }

  // d*; 0 or infinite where it is beyond what was measured.
  private func value(_ crossing: SuccessCurve.Crossing) -> Double {
    switch crossing {
    case .at(let estimate): estimate.value
    case .above: .infinity
    case .below: 0
    }
  }

  /// d* and the ends of its interval: three cells.
  func cells(_ probability: Double) -> [Table.Cell] {
    guard let crossing = fit?.crossing(probability), !isNowhere(value(crossing)) else {
      return [.missing, .missing, .missing]
    }
    let value = cell(value(crossing), .value)
    guard let range = crossing.interval?.range else { return [value, .missing, .missing] }
    return [value, cell(range.lowerBound, .lowerEnd), cell(range.upperBound, .upperEnd)]
  }

  /// D − d*₅₀, the manifold's effective dimension, and the ends of its interval: three cells.
  var manifoldCells: [Table.Cell] {
    guard let crossing = fit?.crossing(0.5), !isNowhere(value(crossing)) else {
      return [.missing, .missing, .missing]
    }
    let value = manifoldCell(value(crossing), .value)
    guard let range = crossing.interval?.range else { return [value, .missing, .missing] }
    return [
      value, manifoldCell(range.upperBound, .lowerEnd), manifoldCell(range.lowerBound, .upperEnd),
    ]
  }

  /// d*₅₀ and the ends of its interval for a figure: infinite where an end is open, both NaN without an interval.
  var drawn: (value: Double, lower: Double, upper: Double)? {
    guard case .at(let estimate)? = fit?.crossing(0.5) else { return nil }
    let ends = cells(0.5).dropFirst().map(\.number)
    return (estimate.value, ends[0], ends[1])
  }

  /// What is wrong with the fit, if anything.
  var remark: String? {
    let name = subject.isEmpty ? target : "\(subject), \(target)"
    guard let fit else {
      return "\(name): no curve is fitted to fewer than three dimensions; add --dims"
    }
    guard fit.isConverged else { return "\(name): the fit of the curve did not converge" }
    switch fit.crossing(0.5) {
    case .above(let bound, _) where bound >= Double(inputs):
      return "\(name): the curve does not reach 0.5 at d = \(inputs) either, where a plane is all "
        + "of the input space, so there is no d*₅₀: searches fail there (see how they ended; "
        + "more --steps or another --lr may help), or the network has no inputs of the target"
    case .above(let bound, _):
      return "\(name): the curve does not reach 0.5 up to d = \(Int(bound)), so d*₅₀ is above it"
    case .below(let bound, _):
      return "\(name): the curve is above 0.5 from d = \(Int(bound)) on, so d*₅₀ is below it"
    case .at(let estimate):
      guard let reason = estimate.reason else { return nil }
      return "\(name): d*₅₀ has no interval, because \(reason); more --planes, or more --dims near "
        + "\(NumberFormat.significant(2).text(estimate.value)), would give one"
    }
  }
}
