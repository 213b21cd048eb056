import BasinKit
import Foundation
import Landscape
import Torch

/// Where optima and their shared middle lie: norms, angles and distances from their Gram matrix.
struct OptimaGeometry {
  var labels: [String]
  /// The optima, and last the middle.
  var controls: ControlPoints

  func add(to result: inout Result) throws {
    let zero = try Tensor.zeros([controls.vectors.shape[1]], dtype: .float64)
      .to(device: "cpu")
    let vectors = try ControlPoints(
      (0..<controls.count).map { try controls.point($0).to(device: "cpu") })
    let gram = try vectors.gram(about: zero)
    let around = try vectors.gram(about: vectors.point(controls.count - 1))
    let names = labels + ["middle"]
    let cosines = names.indices.map { a in names.indices.map { Self.cosine(gram, a, $0) } }
    result.add(
      Figure(
        "Angles between optima and the middle",
        .matrix(
          rows: cosines, labels: names, axis: "control point",
          color: .init("cosine", map: .diverging, range: -1...1), format: .fixed(2)),
        legend: .none,
        caption: "Cosines of the weights, seen from the zero of weight space."))
    var table = Table(
      "Where they lie, in units of weight",
      columns: [
        .text("control point"), .number("norm"), .number("distance from the middle"),
        .number("mean distance from optima"),
        .number("mean angle from 0", unit: "°", format: .fixed(1)),
        .number("mean angle from the middle", unit: "°", format: .fixed(1)),
      ])
    let optima = labels.indices
    for place in names.indices {
      let others = optima.filter { $0 != place }
      func mean(_ value: (Int) -> Double) -> Double {
        others.map(value).reduce(0, +) / Double(others.count)
      }
      table.append([
        .text(names[place]), .number(gram[place][place].squareRoot()),
        place < labels.count ? .number(around[place][place].squareRoot()) : .missing,
        .number(mean { Self.distance(gram, place, $0) }),
        .number(mean { Self.degrees(Self.cosine(gram, place, $0)) }),
        place < labels.count
          ? .number(mean { Self.degrees(Self.cosine(around, place, $0)) }) : .missing,
      ])
    }
    result.add(table)
    // In many dimensions independent points of one radius are orthogonal, √2 radii apart.
    let radii = optima.map { gram[$0][$0].squareRoot() }
    let pairs = optima.flatMap { a in (0..<a).map { (a, $0) } }
    let ratio =
      pairs.map { Self.distance(gram, $0, $1) }.reduce(0, +) / Double(pairs.count)
      / (radii.reduce(0, +) / Double(radii.count))
    result.add(
      Scalar(
        "Mean distance between optima over their mean norm (orthogonal ones of one norm: 1.414)",
        ratio))
  }

  private static func cosine(_ gram: [[Double]], _ a: Int, _ b: Int) -> Double {
    let norms = (gram[a][a] * gram[b][b]).squareRoot()
    return norms > 0 ? gram[a][b] / norms : .nan
  }

  private static func distance(_ gram: [[Double]], _ a: Int, _ b: Int) -> Double {
    max(0, gram[a][a] + gram[b][b] - 2 * gram[a][b]).squareRoot()
  }

  private static func degrees(_ cosine: Double) -> Double {
    acos(min(1, max(-1, cosine))) * 180 / .pi
  }
}
