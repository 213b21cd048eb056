import BasinKit
import Datasets
import Landscape
import Torch

/// Accuracy and agreement over the plane of a solution, a sample around it and another solution
/// (arXiv 1912.02757, the radial loss landscape).
struct Radial: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "The plane of a solution and its samples.",
    discussion: """
      Maps accuracy and agreement over the plane of a solution, its samples and another solution.

      Draws three maps of the plane through BASE, a sample around it (--through) and another solution \
      (--and): accuracy, agreement with BASE's predictions, and agreement with the other solution's. \
      Agreement is the fraction of inputs with the same predicted class. The function can change along a \
      valley of high accuracy. Fort, Hu & \
      Lakshminarayanan, Deep Ensembles: A Loss Landscape Perspective, arXiv 1912.02757.

      If there are several samples, the plane goes through the one farthest from BASE, and the others are \
      projected onto it. Without --through, the plane goes through the origin of weight space, as in the \
      paper. Batch-norm statistics are recomputed on the training split at every point.
      """)
  static let task = CommandTask.differences
  static let examples = [
    "radial seeds[0] --through lowrank --and seeds[1]",
    "radial seeds[0] --and seeds[1] --grid 41",
  ]

  @Argument(help: "The baseline, for instance seeds[0].") var base: CheckpointSelection
  @Option(help: "One or several samples around BASE; the origin of weight space unless given.")
  var through: CheckpointSelection?
  @Option(help: "Another solution, for instance seeds[1].") var and: CheckpointSelection
  @Option(help: "Number of points along the plane's longer side.") var grid = 31
  @Option(help: "Margin around the points, as a fraction of their extent.") var margin = 0.2
  @Option(
    help:
      "Value at the dark end of the colour scale; derived from the two solutions' agreement unless given."
  )
  var floor: Double?
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  func validate() throws {
    guard (2...501).contains(grid) else {
      throw ValidationError("--grid is \(grid); it must be from 2 to 501")
    }
    if let floor, !(0..<1).contains(floor) {
      throw ValidationError("--floor is \(floor); it must be 0 or more and below 1")
    }
    guard (0...10).contains(margin) else {
      throw ValidationError("--margin is \(margin); it must be from 0 to 10")
    }
  }

  func run(in context: Context) throws -> Result {
    let base = try context.checkpoint(base, for: "BASE")
    let other = try context.checkpoint(and, for: "--and")
    let samples = try through.map { try context.checkpoints([$0]) } ?? []
    for one in [other] + samples where one.architecture != base.architecture {
      throw CommandError(
        "\(one.label) is a \(one.architecture.text) and \(base.label) a \(base.architecture.text); "
          + "a plane needs one architecture")
    }
    let start = try context.parameters(base)
    let end = try context.parameters(other)
    var anchors = [Anchor(base, start), Anchor(other, end)]
    anchors += try samples.map { Anchor($0, try context.parameters($0)) }
    let plane = try plane(start, end, anchors.dropFirst(2).map(\.vector))
    for index in anchors.indices {
      anchors[index].place = try plane.projection(of: anchors[index].vector)
    }
    let evaluator = try context.evaluator(holding: base)
    let map = AgreementMap(
      evaluator, split, base: try context.predictions(base, split).classes(),
      other: try context.predictions(other, split).classes())
    var shown = anchors.compactMap(\.place)
    if samples.isEmpty {
      shown.append(try plane.projection(of: Tensor.zeros([start.count], dtype: .float64)))
    }
    let points = PlaneGrid(about: shown, margin: margin, flattest: 1, side: grid)
    var values: [AgreementMap.Values] = []
    for index in 0..<points.count {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("evaluating the plane", completed: index, total: points.count))
      values.append(try map.values(plane, at: points[index]))
    }
    var result = Result()
    result.add(
      figure(
        points, values, anchors, floor: try lowest(map), origin: samples.isEmpty ? shown.last : nil)
    )
    if let statistics = evaluator.statement() { result.add(Note(statistics)) }
    if let note = Note.missing(values.map(\.accuracy), "points of the plane") { result.add(note) }
    result.add(try table(anchors, plane, map))
    return result
  }

  // A checkpoint that is shown in the plane.
  private struct Anchor {
    var selected: SelectedCheckpoint
    var vector: Tensor
    var place: ParameterPlane.Projection?

    init(_ selected: SelectedCheckpoint, _ vector: Tensor) {
      (self.selected, self.vector) = (selected, vector)
    }
  }

  private func plane(
    _ start: Tensor, _ end: Tensor, _ samples: [Tensor]
  ) throws -> ParameterPlane {
    do {
      guard !samples.isEmpty else {
        return try ParameterPlane(through: start, end, Tensor.zeros([start.count]))
      }
      let farthest = try samples.map { try ($0 - start).to(.float64).norm().item() }.enumerated()
        .max { $0.element < $1.element }?.offset
      return try ParameterPlane(through: start, end, samples[farthest ?? 0])
    } catch let error as PlaneError {
      throw CommandError("\(error.description); choose other checkpoints")
    }
  }

  // Good networks agree on most inputs: colours from 0 would show one solution as the other. Four times
  // their disagreement, in steps of 0.05.
  private func lowest(_ map: AgreementMap) throws -> Double {
    if let floor { return floor }
    let disagreement = try map.base.notEqual(to: map.other).to(.float64).mean().item()
    return min(max(0, ((1 - 4 * disagreement) * 20).rounded(.down) / 20), 0.95)
  }

  private func figure(
    _ points: PlaneGrid, _ values: [AgreementMap.Values], _ anchors: [Anchor], floor: Double,
    origin: ParameterPlane.Projection?
  ) -> Figure {
    let names = (base: anchors[0].selected.label, other: anchors[1].selected.label)
    func panel(_ title: String, _ value: (AgreementMap.Values) -> Double, isBarShown: Bool)
      -> Figure.Panel
    {
      var panel = Figure.Panel(
        title, x: .init("towards \(names.other)"), y: .init("across"),
        color: .init("fraction of inputs", range: floor...1, isBarShown: isBarShown), aspect: .equal
      )
      panel.add(.heatMap(.init(x: points.x, y: points.y, values: values.map(value))))
      let roles: [(name: String, marker: Figure.Marker, anchors: ArraySlice<Anchor>)] = [
        (names.base, .star, anchors[0..<1]), (names.other, .diamond, anchors[1..<2]),
        (through?.text ?? "", .circle, anchors[2...]),
      ]
      for role in roles where !role.anchors.isEmpty {
        let places = role.anchors.compactMap(\.place)
        panel.add(
          .scatter(
            role.name, x: places.map(\.x), y: places.map(\.y), color: .highlight,
            marker: role.marker))
      }
      if let origin {
        panel.add(
          .scatter(
            "zero of weight space", x: [origin.x], y: [origin.y], color: .highlight,
            marker: .triangle))
      }
      return panel
    }
    return Figure(
      "Accuracy and agreement in the plane of \(names.base) and \(names.other)",
      panels: [
        panel("\(split.rawValue) accuracy", { $0.accuracy }, isBarShown: false),
        panel("agrees with \(names.base)", { $0.base }, isBarShown: false),
        panel("agrees with \(names.other)", { $0.other }, isBarShown: true),
      ], columns: 3, size: .wide,
      caption:
        "Axes are distances between weights, from \(names.base) at (0, 0). \(points.x.count) × "
        + "\(points.y.count) points."
        + (floor > 0
          ? " Fractions below \(NumberFormat.fixed(2).text(floor)) have the darkest colour." : ""))
  }

  private func table(
    _ anchors: [Anchor], _ plane: ParameterPlane, _ map: AgreementMap
  ) throws -> Table {
    var table = Table(
      "Checkpoints in the plane (values at their projections)",
      columns: [
        .text("checkpoint"), .number("x"), .number("y"), .number("off the plane"),
        .number("accuracy", format: .percent(1)),
        .number("as \(anchors[0].selected.label)", format: .percent(1)),
        .number("as \(anchors[1].selected.label)", format: .percent(1)),
      ])
    for anchor in anchors {
      guard let place = anchor.place else { continue }
      let values = try map.values(plane, at: (place.x, place.y))
      table.append([
        .text(anchor.selected.label), .number(place.x), .number(place.y),
        .number(place.distance), .number(values.accuracy), .number(values.base),
        .number(values.other),
      ])
    }
    return table
  }
}

/// Accuracy at points of a plane, and how often predictions are those of two solutions.
private struct AgreementMap {
  struct Values {
    var accuracy: Double
    var base: Double
    var other: Double
  }

  let evaluator: Evaluator
  let split: Split
  let base: Tensor
  let other: Tensor

  init(_ evaluator: Evaluator, _ split: Split, base: Tensor, other: Tensor) {
    (self.evaluator, self.split, self.base, self.other) = (evaluator, split, base, other)
  }

  func values(_ plane: ParameterPlane, at point: (x: Double, y: Double)) throws -> Values {
    try plane.move(evaluator.network, to: point)
    try evaluator.recalculateBatchNorm()
    let logits = try evaluator.logits(split)
    guard try logits.isFinite() else { return Values(accuracy: .nan, base: .nan, other: .nan) }
    let classes = try logits.argmax(1)
    func agreement(_ with: Tensor) throws -> Double {
      try classes.equal(to: with).to(.float64).mean().item()
    }
    return Values(
      accuracy: try agreement(evaluator.data(split).labels), base: try agreement(base),
      other: try agreement(other))
  }
}
