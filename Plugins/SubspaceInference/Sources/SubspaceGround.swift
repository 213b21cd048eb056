import BasinKit
import Datasets
import Landscape
import Torch

/// A subspace with what it was made of: places to mark in it, and what its average is compared with.
struct SubspaceGround {
  var subspace: AffineSubspace
  /// A checkpoint whose architecture and name stand for the subspace.
  var first: SelectedCheckpoint
  /// Named places, in coordinates.
  var anchors: [(name: String, place: [Double])]
  /// Coordinates along the curve; empty where there is none.
  var curve: [[Double]] = []

  private var single: [SelectedCheckpoint]
  // Whether the run's last checkpoint is a network of SGD's, and not the mean that a file gives.
  private var hasSGD = true
  var run: (snapshots: Snapshots, swag: SWAG)?
  // Of the run's snapshots; of those behind a file nothing is known.
  private var trend = Trend.none
  /// Why the networks of the subspace are not compared: its snapshots still descend, or its curve had not
  /// settled.
  private(set) var objection: String?
  /// Warnings of such snapshots and curves.
  private(set) var warnings: [Note] = []

  /// Random directions or principal components at the mean of a run.
  ///
  /// - Parameter file: A file of the run's Gaussian, which takes the place of its snapshots'.
  init(
    _ kind: SubspaceCommand.Kind, _ snapshots: Snapshots, moments file: String?, deviations: Int,
    rank: Int, seed: Seed, in context: Context
  ) throws {
    let given = try file.map { file in
      try context.moments(
        in: file, for: context.evaluator(holding: snapshots.last).network.parameterLayout,
        rank: deviations)
    }
    if let file, let given, given.file.swag.kept < 2 {
      throw CommandError(
        "\(file) has \(given.file.swag.kept == 0 ? "no deviations" : "one deviation"), and a subspace needs two or "
          + "more; name a run's snapshots and leave out --from-moments")
    }
    // A file of moments, loaded, is its own mean, which is SWA.
    hasSGD = given.map { $0.identity != snapshots.last.checkpoint.identity } ?? true
    let swag = try given?.file.swag ?? snapshots.swag(rank: deviations, in: context)
    subspace =
      kind == .pca
      ? try AffineSubspace(principal: swag, rank: rank)
      : try AffineSubspace(
        randomAround: swag, rank: rank, seed.derived("directions").generator())
    first = snapshots.last
    single = hasSGD ? [snapshots.last] : []
    run = (snapshots, swag)
    if given == nil { trend = try snapshots.trend(in: context) }
    warnings = [.trending(trend)].compactMap(\.self)
    objection = trend.objection
    let place = try subspace.coordinates(of: context.parameters(snapshots.last).to(device: "cpu"))
    anchors = [("SWA", Array(repeating: 0, count: rank))]
    if hasSGD { anchors.append(("SGD, \(snapshots.last.label)", place.coordinates)) }
  }

  /// The plane of a curve's ends and middle.
  init(
    curve selection: CheckpointSelection, against: CheckpointSelection?, deviations: Int,
    in context: Context
  ) throws {
    let controls = try context.checkpoints([selection])
    let kind: CurveKind
    do {
      kind = try CurveKind(ofControlPoints: controls.map(\.checkpoint.metadata))
    } catch {
      throw CommandError("\(selection.text) \(error)")
    }
    let vectors = try ControlPoints(controls.map { try context.parameters($0).to(device: "cpu") })
    let last = controls[controls.count - 1]
    func place(_ t: Double) throws -> Tensor {
      try vectors.combination(kind.coefficients(at: t, count: controls.count))
    }
    let subspace = try AffineSubspace(
      curveThrough: vectors.point(0), place(0.5), vectors.point(controls.count - 1))
    func coordinates(_ t: Double) throws -> [Double] {
      try subspace.coordinates(of: place(t)).coordinates
    }
    self.subspace = subspace
    first = controls[0]
    single = [controls[0], last]
    anchors = try [
      (controls[0].checkpoint.name, 0), ("middle of the curve", 0.5), (last.checkpoint.name, 1),
    ].map { ($0.0, try coordinates($0.1)) }
    curve = try (0...60).map { try coordinates(Double($0) / 60) }
    if let against {
      let snapshots = try Snapshots(against, for: "--against", in: context)
      guard snapshots.last.architecture == first.architecture else {
        throw CommandError(
          "--against \(against.text) is of \(snapshots.last.architecture.text), and the curve of "
            + "\(first.architecture.text); name a run of that")
      }
      run = (snapshots, try snapshots.swag(rank: deviations, in: context))
      trend = try snapshots.trend(in: context)
    }
    let end = TrainingTrend.Verdict(ofControlPoints: controls.map(\.checkpoint.metadata))
    objection = end?.objection("curve")
    warnings = [.unsettled(end, selection.text), .trending(trend)].compactMap(\.self)
  }

  /// SGD, and of a run SWA and thirty samples of SWAG, all with batch norm recomputed; networks with batch
  /// norm stand there with their stored statistics too, for show.
  func competitors(
    _ split: Split, _ evaluator: Evaluator, in context: Context
  ) throws -> [Competitor] {
    var all = try single.flatMap {
      try Competitor.single(
        $0, "SGD, \($0.checkpoint.metadata["curve"] == nil ? $0.label : $0.checkpoint.name)", split,
        evaluator, in: context)
    }
    guard let run else { return all }
    // The run's end may be an end of the curve.
    if hasSGD {
      let ends = try Competitor.single(
        run.snapshots.last, "SGD, \(run.snapshots.last.label)", split, evaluator, in: context)
      let last = ends[ends.count - 1].logits[0]
      let isKnown = try all.contains { one in
        try one.logits[0].notEqual(to: last).countNonzero() == 0
      }
      if !isKnown { all += ends }
    }
    let support = DrawSupport.independent.withholding(trend.objection)
    all.append(
      Competitor(
        "SWA, mean of \(run.swag.count)",
        [try evaluator.moved(to: run.swag.mean.to(.float32)) { try $0.logits(split) }],
        support: support))
    // The networks of `swag`.
    let generator = SWAG.seed(run.snapshots, in: context).derived("samples").generator()
    var logits: [Tensor] = []
    for index in 0..<30 {
      try context.cancellation.check()
      context.progress.report(ProgressUpdate("sampling SWAG", completed: index, total: 30))
      logits.append(
        try evaluator.moved(to: run.swag.sample(scale: 0.5, generator)) { try $0.logits(split) })
    }
    all.append(Competitor("SWAG, 30 samples", logits, isAverage: true, support: support))
    return all
  }
}
