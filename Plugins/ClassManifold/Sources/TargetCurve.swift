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

  init(subject: String, target: String, inputs: Int, points: [Point], seed: Seed) {
    self.subject = subject
    self.target = target
    self.inputs = inputs
    self.points = points
    fit = SuccessCurve(
      points.map { ($0.plane.dimension, $0.outcome.probability) }, inputs: inputs,
      seed: seed.derived("draws of the fit", subject, target))
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
    guard let least = dimensions.first, let greatest = dimensions.last, greatest > least else {
      return []
    }
    let ratio = Double(greatest) / Double(least)
    return (0...120).map { Double(least) * pow(ratio, Double($0) / 120) }
  }

  /// d* as a cell: with half the width of its interval, or as a bound.
  func cell(_ crossing: SuccessCurve.Crossing?) -> Table.Cell {
    switch crossing {
    case .at(let value, let interval?):
      .interval(value, halfWidth: (interval.upperBound - interval.lowerBound) / 2)
    case .at(let value, nil): .number(value)
    case .above(let bound): .text("> \(Int(bound))")
    case .below(let bound): .text("< \(Int(bound))")
    case nil: .missing
    }
  }

  /// D − d*, the manifold's effective dimension.
  func manifoldCell(_ crossing: SuccessCurve.Crossing?) -> Table.Cell {
    switch crossing {
    case .at(let value, let interval?):
      .interval(
        Double(inputs) - value, halfWidth: (interval.upperBound - interval.lowerBound) / 2)
    case .at(let value, nil): .number(Double(inputs) - value)
    case .above(let bound): .text("< \(inputs - Int(bound))")
    case .below(let bound): .text("> \(inputs - Int(bound))")
    case nil: .missing
    }
  }

  /// What is wrong with the fit, if anything.
  var remark: String? {
    let name = subject.isEmpty ? target : "\(subject), \(target)"
    guard let fit else {
      return "\(name): fewer than three dimensions were measured, so no curve is fitted"
    }
    switch fit.crossing(0.5) {
    case .above(let bound):
      return
        "\(name): the curve does not reach 0.5 up to d = \(Int(bound)), so d*₅₀ is only bounded"
    case .below(let bound):
      return "\(name): the curve is above 0.5 from d = \(Int(bound)) on, so d*₅₀ is only bounded"
    case .at(_, nil):
      return
        "\(name): the planes do not determine the curve, so d*₅₀ has no interval; more --planes "
        + "or --dims would"
    case .at: return nil
    }
  }
}
