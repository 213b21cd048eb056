import BasinKit
import Landscape
import Torch

/// Evaluates a curve that `connect` trained.
struct CurveCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "curve",
    abstract: "Loss along a trained curve.",
    discussion: """
      Loss and error along a curve that connect trained, from its control points.

      What `connect` shows of a curve between two solutions, for control points that were saved and \
      loaded, on the dataset in use, or at other --points. --as-curve takes three networks or more as a \
      curve that was trained elsewhere: the start, the bends in order, the end; --as names them. \
      --regularized adds ½·decay·‖w‖² to training losses. Garipov et al., arXiv 1802.10026.
      """)
  static let task = CommandTask.landscape
  static let examples = [
    "curve curve --points 121",
    "curve start bend end --as-curve bezier --as known",
    "curve curve --regularized 5e-4",
  ]

  @Argument(help: "The control points, for instance curve.") var controls: [CheckpointSelection]
  @Option(help: "Places that are evaluated, ends included.") var points = 61

  @Option(help: "What kind of curve the networks are control points of: bezier or chain.")
  var asCurve: CurveKind?
  @Option(name: .customLong("as"), help: "The control points' session name.")
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
