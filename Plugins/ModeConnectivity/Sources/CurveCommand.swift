import BasinKit
import Landscape
import Torch

/// Evaluates a curve that `connect` trained.
struct CurveCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "curve",
    abstract: "Loss along a trained curve.",
    discussion: """
      Evaluates loss and error along a curve from its control points.

      Shows what `connect` shows for a curve between two solutions, for control points that were saved and \
      loaded, on the current dataset or at other --points. --as-curve takes three or more networks as a curve \
      that was trained elsewhere: start, bends in order, end; --as names them. \
      --regularized adds ½·decay·‖w‖² to training losses. Garipov et al., arXiv 1802.10026.
      """)
  static let task = CommandTask.landscape
  static let examples = [
    "curve curve --points 121",
    "curve start bend end --as-curve bezier --as known",
    "curve curve --regularized 5e-4",
  ]

  @Argument(help: "Control points, for instance curve.") var controls: [CheckpointSelection]
  @Option(help: "Number of points evaluated, including the ends.") var points = 61

  @Option(help: "Kind of curve whose control points the networks are: bezier or chain.")
  var asCurve: CurveKind?
  @Option(name: .customLong("as"), help: "Session name of the control points.")
  var name: String?
  @OptionGroup var regularized: RegularizedOption

  func validate() throws {
    guard (3...10_001).contains(points) else {
      throw ValidationError("--points is \(points); it must be from 3 to 10001")
    }
  }

  func run(in context: Context) throws -> Result {
    let selected = try context.checkpoints(controls)
    let text = controls.map(\.text).joined(separator: " ")
    let kind: CurveKind
    if let asCurve {
      guard selected.count >= 3 else {
        throw CommandError(
          "--as-curve takes three networks or more, start, bends and end, and \(text) is "
            + "\(selected.count)")
      }
      // Without one that is NaN, three are left or there is no such curve.
      _ = try context.checkpoints(controls, atLeast: 3, for: "curve --as-curve")
      kind = asCurve
    } else {
      do {
        kind = try CurveKind(ofControlPoints: selected.map(\.checkpoint.metadata))
      } catch {
        throw CommandError("\(text) \(error)")
      }
    }
    for one in selected where one.architecture != selected[0].architecture {
      throw CommandError(
        "\(one.label) is a \(one.architecture.text) and \(selected[0].label) a "
          + "\(selected[0].architecture.text); a curve runs between networks of one architecture")
    }
    let regularizer = try regularized.regularizer(for: selected)
    let own = selected.map(\.checkpoint)
    let controlPoints = asCurve.map { $0.controlPoints(own) } ?? own
    let trend = TrainingTrend.Verdict(ofControlPoints: controlPoints.map(\.metadata))
    let vectors = try selected.map { try context.parameters($0) }
    let evaluator = try context.evaluator(holding: selected[0])
    let names = ["from", "to"].enumerated().map { index, key in
      (asCurve == nil ? selected[0].checkpoint.metadata[key] : nil)
        ?? selected[index == 0 ? 0 : selected.count - 1].label
    }
    var result = Result(
      items: try CurveReport(
        kind: kind, controls: ControlPoints(vectors), ends: names, points: points,
        seed: context.seed(for: ["curve"] + selected.map(\.checkpoint.identity)),
        regularizer: regularizer, trend: trend
      ).items(in: context, evaluator))
    if let warning = Note.unsettled(trend, text) { result.add(warning) }
    if let name {
      let set = CheckpointSet(controlPoints, of: selected[0].architecture)
      result.items.insert(.note(Note("\(name): \(set.summary)")), at: 0)
      result.bind(name, to: set)
    }
    return result
  }
}
