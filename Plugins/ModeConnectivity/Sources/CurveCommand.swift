import BasinKit
import Landscape
import Torch

/// Evaluates a curve that `connect` trained.
struct CurveCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "curve",
    abstract: "Loss and error along a curve that connect trained, from its control points.",
    discussion: """
      What `connect` shows of a curve between two solutions, for control points that were saved and \
      loaded, on the dataset in use, or at other --points. Garipov et al., arXiv 1802.10026.

        curve curve --points 121
      """)

  @Argument(help: "The control points, for instance curve.") var controls: CheckpointSelection
  @Option(help: "Places that are evaluated, ends included.") var points = 61

  func validate() throws {
    guard (3...10_001).contains(points) else {
      throw ValidationError("--points is \(points); it must be from 3 to 10001")
    }
  }

  func run(in context: Context) throws -> Result {
    let selected = try context.checkpoints([controls])
    let kind: CurveKind
    do {
      kind = try CurveKind(ofControlPoints: selected.map(\.checkpoint.metadata))
    } catch {
      throw CommandError("\(controls.text) \(error)")
    }
    let vectors = try selected.map { try context.parameters($0) }
    let evaluator = try context.evaluator(holding: selected[0])
    let names = ["from", "to"].enumerated().map { index, key in
      selected[0].checkpoint.metadata[key] ?? selected[index == 0 ? 0 : selected.count - 1].label
    }
    return Result(
      items: try CurveReport(
        kind: kind, controls: ControlPoints(vectors), ends: names, points: points,
        seed: context.seed()
      ).items(in: context, evaluator))
  }
}
