import BasinKit
import Datasets
import Landscape
import Torch

/// Loss over the triangles between optima: flat, and through the shared middle.
struct SimplexReport {
  var optima: [String]
  /// The optima, and last the middle.
  var controls: ControlPoints
  var steps: Int
  /// Why flat and curved triangles are not compared, a clause.
  var objection: String?

  private static let mostFaces = 4
  private static let pixels = 97

  // A triangle of three optima, with what was measured flat and through the middle.
  private struct Face {
    var corners: [Int]
    var flat: [PathProfile]
    var curved: [PathProfile]
  }

  func add(to result: inout Result, in context: Context, _ evaluator: Evaluator) throws {
    let lattice = SimplexLattice(steps: steps)
    let all = Subsets3.all(of: optima.count)
    let chosen = Array(all.prefix(Self.mostFaces))
    var faces: [Face] = []
    for (index, corners) in chosen.enumerated() {
      func profile(_ half: Int, _ coefficients: ([Double]) -> [Double]) throws -> [PathProfile] {
        try evaluator.profile(on: [.train, .test], count: lattice.points.count) {
          var barycentric = Array(repeating: 0.0, count: optima.count)
          for (corner, value) in zip(corners, lattice.points[$0]) { barycentric[corner] = value }
          return try controls.combination(coefficients(barycentric))
        } report: { done in
          context.progress.report(
            ProgressUpdate(
              "evaluating the simplex",
              completed: (2 * index + half) * lattice.points.count + done,
              total: 2 * chosen.count * lattice.points.count))
        }
      }
      faces.append(
        Face(
          corners: corners, flat: try profile(0) { $0 + [0] },
          curved: try profile(1) { SharedMiddle.coefficients(at: $0) }))
    }
    let statistics = evaluator.clause()
    for face in faces { result.add(try figure(face, lattice, statistics)) }
    let losses = try faces.flatMap { try ($0.flat + $0.curved).flatMap { try $0.loss() } }
    if let note = Note.missing(losses, "losses on the triangles") { result.add(note) }
    if all.count > chosen.count {
      result.add(
        Note("the first \(chosen.count) of \(all.count) triangles of optima were evaluated"))
    }
    try addBarriers(faces, lattice, statistics, to: &result)
  }

  private func names(_ face: Face) -> String {
    face.corners.map { optima[$0] }.joined(separator: ", ")
  }

  private func figure(
    _ face: Face, _ lattice: SimplexLattice, _ statistics: String
  ) throws -> Figure {
    let losses = try [face.flat, face.curved].map { try $0[0].loss() }
    let errors = try [face.flat, face.curved].map { try $0[1].error().map { $0 * 100 } }
    func range(_ values: [[Double]], least: Double) -> ClosedRange<Double> {
      let all = values.joined().finiteRange
      let low = max(least, all?.lowerBound ?? least)
      return low...max(all?.upperBound ?? 1, low * 1.01 + 1e-9)
    }
    let cornerNames = face.corners.map { optima[$0] }.joined(separator: ", ")
    func panel(
      _ title: String, _ values: [Double], _ label: String, _ scale: Figure.Scale,
      _ range: ClosedRange<Double>, isBarShown: Bool
    ) -> Figure.Panel {
      var panel = Figure.Panel(
        title, x: .init("", range: -0.18...1.18, ticks: .labelled([])),
        y: .init("", range: -0.14...1.0, ticks: .labelled([])),
        color: .init(label, scale: scale, range: range, isBarShown: isBarShown), aspect: .equal)
      let places = lattice.points.map(SimplexLattice.position(of:))
      panel.add(
        .heatMap(
          Self.drawn(values, lattice), isMasked: true,
          measured: .init(x: places.map(\.x), y: places.map(\.y), values: values)))
      let corners = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]].map(SimplexLattice.position(of:))
      panel.add(
        .line(
          "corners: \(cornerNames)", x: corners.map(\.x) + [0], y: corners.map(\.y) + [0],
          color: .neutral, dash: .solid))
      for (corner, place) in zip(face.corners, corners) {
        panel.add(
          .text(
            optima[corner], x: place.x, y: place.y + (place.y > 0 ? 0.06 : -0.07), side: .center))
      }
      return panel
    }
    let (lossRange, errorRange) = (range(losses, least: 1e-6), range(errors, least: 0))
    return Figure(
      "The triangle of \(names(face))",
      panels: [
        panel(
          "training loss, flat", losses[0], "nats", .log10, lossRange, isBarShown: false),
        panel(
          "training loss, through the middle", losses[1], "nats", .log10, lossRange,
          isBarShown: true),
        panel("test error, flat", errors[0], "%", .linear, errorRange, isBarShown: false),
        panel(
          "test error, through the middle", errors[1], "%", .linear, errorRange, isBarShown: true),
      ], columns: 2, legend: .none, size: .wide,
      caption:
        "\(lattice.points.count) convex combinations of three optima, linear between them; the "
        + "corners are \(cornerNames) at (0, 0), (1, 0) and (½, √¾). "
        + "Left: the flat triangle. Right: the surface that bends through the shared middle\(statistics)."
    )
  }

  // The lattice on a fine rectangular grid, with nothing outside the triangle.
  private static func drawn(_ values: [Double], _ lattice: SimplexLattice) -> Figure.Grid {
    let top = 0.5 * (3.0).squareRoot()
    let rows = Int((Double(pixels - 1) * top).rounded()) + 1
    let x = (0..<pixels).map { Double($0) / Double(pixels - 1) }
    let y = (0..<rows).map { top * Double($0) / Double(rows - 1) }
    return Figure.Grid(
      x: x, y: y,
      values: y.flatMap { y in
        x.map { lattice.interpolated(values, at: SimplexLattice.barycentric(x: $0, y: y)) ?? .nan }
      })
  }

  private func addBarriers(
    _ faces: [Face], _ lattice: SimplexLattice, _ statistics: String, to result: inout Result
  ) throws {
    let format = NumberFormat.significant(3)
    let outcomes = try faces.map { face in
      try [Split.train, .test].enumerated().map { index, split in
        try BarrierComparison.compare(
          [face.flat[index].losses, face.curved[index].losses], over: lattice.points,
          unit: split.inputsUnit,
          spacings: [face.flat[index].spacing, face.curved[index].spacing]
        ).withholding(objection)
      }
    }
    let heights = outcomes.flatMap { $0.flatMap(\.heights) }
    var table = Table(
      "Barriers over the triangles, in nats (\(Estimate.caption(of: heights)); "
        + "\(Note.barrierPlaces(lattice.points.count - 3))\(statistics))",
      columns: [.text("optima"), .text("split"), .text("surface")]
        + ["max loss", "barrier", "from", "to"].map { .number($0, format: format) }
        + [.number("mean error", format: .percent(2))])
    var statements: [String] = []
    for (face, outcomes) in zip(faces, outcomes) {
      for (index, split) in [Split.train, .test].enumerated() {
        let pair = [face.flat[index], face.curved[index]]
        let compared = outcomes[index]
        for (surface, name) in ["flat", "through the middle"].enumerated() {
          let errors = try pair[surface].error()
          table.append(
            [
              .text(names(face)), .text(split.rawValue), .text(name),
              .number(try pair[surface].loss().finiteRange?.upperBound ?? .nan),
              .number(compared.heights[surface].value),
            ] + compared.heights[surface].endCells + [
              .number(errors.reduce(0, +) / Double(errors.count))
            ])
        }
        if split == .train { statements.append(Self.statement(names(face), compared)) }
      }
    }
    result.add(table)
    for statement in statements { result.add(Note(statement)) }
  }

  static func statement(_ names: String, _ compared: BarrierComparison.Outcome) -> String {
    let format = NumberFormat.significant(3)
    guard !compared.heights.contains(where: \.value.isNaN) else {
      return "training barrier over \(names) not compared: there are points with NaN or infinite "
        + "outputs"
    }
    let difference = compared.differences[0].estimate.text(format)
    let verdict =
      switch compared.differences[0].verdict {
      case .above: "lower by \(difference) nats"
      case .below: "not lower: flat minus curved is \(difference) nats"
      case .notClear: "not clearly lower: flat minus curved is \(difference) nats"
      case .rounding, .same, .unsupported: compared.differences[0].verdict.text
      }
    return
      "training barrier over \(names): \(compared.heights[0].text(format)) flat, "
      + "\(compared.heights[1].text(format)) through the middle, \(verdict)"
  }
}

/// Triples of so many things, in lexicographic order.
enum Subsets3 {
  static func all(of count: Int) -> [[Int]] {
    (0..<count).flatMap { a in
      ((a + 1)..<max(a + 1, count)).flatMap { b in
        ((b + 1)..<max(b + 1, count)).map { [a, b, $0] }
      }
    }
  }
}
