import BasinKit
import Landscape
import Torch

/// A curve between two solutions: its training, and its control points as checkpoints.
struct CurveBetween {
  var ends: [SelectedCheckpoint]
  var vectors: [Tensor]
  var kind: CurveKind
  var bends: Int
  var plan: TrainingPlan
  var points: Int
  var name: String
  var seed: Seed
  var regularizer: Regularizer?

  func result(in context: Context) throws -> Result {
    let evaluator = try context.evaluator(holding: ends[0])
    let (kind, bends) = (kind, bends)
    let training = try ConnectorTraining(
      ControlPoints(from: vectors[0], to: vectors[1], count: bends), free: 1..<(bends - 1),
      plan: plan, evaluator: evaluator, cancellation: context.cancellation
    ) { kind.coefficients(at: .random(in: 0..<1, using: &$0), count: bends) }
    try training.run(in: context, "curve")

    let trend = TrainingTrend(training.losses)
    let set = try controlPoints(training.controls, trend.verdict, evaluator)
    var result = Result()
    result.add(Note("\(name): \(set.summary)"))
    result.items += try CurveReport(
      kind: kind, controls: training.controls, ends: ends.map(\.label), points: points, seed: seed,
      regularizer: regularizer, trend: trend.verdict
    ).items(in: context, evaluator)
    result.items += trend.items("curve")
    result.bind(name, to: set)
    return result
  }

  // The ends as they are; each bend with batch norm recomputed for it.
  private func controlPoints(
    _ controls: ControlPoints, _ trend: TrainingTrend.Verdict, _ evaluator: Evaluator
  ) throws -> CheckpointSet {
    let network = evaluator.network
    let common = plan.metadata.merging([
      ControlPointMetadata.curve: kind.rawValue, ControlPointMetadata.count: String(bends),
      ControlPointMetadata.trend: trend.rawValue,
      "from": ends[0].label, "from_identity": ends[0].checkpoint.identity, "to": ends[1].label,
      "to_identity": ends[1].checkpoint.identity,
    ]) { _, own in own }
    let checkpoints = try (0..<bends).map { place in
      if place == 0 || place == bends - 1 {
        try network.load(ends[place == 0 ? 0 : 1].checkpoint)
      } else {
        try withoutGradients { try network.parameters.assign(controls.point(place)) }
        try evaluator.recalculateBatchNorm()
      }
      var metadata = common
      metadata[ControlPointMetadata.place] = String(place)
      return try network.checkpoint(
        named: place == 0 || place == bends - 1
          ? ends[place == 0 ? 0 : 1].label : bends == 3 ? "bend" : "bend \(place)",
        metadata: metadata)
    }
    return CheckpointSet(checkpoints, of: plan.architecture)
  }
}
