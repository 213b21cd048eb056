import BasinKit
import Foundation
import Landscape

/// Theory beside data: how often random planes meet sets of known Gaussian width, and a class.
struct Gordon: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "How often random planes meet a set.",
    discussion: """
      Compares how often random planes meet a set in theory and for a class.

      A random plane of dimension d through x₀ misses a set with high probability as long as D − d exceeds \
      w², the squared Gaussian width of the set's projection on the unit sphere around x₀ (Gordon's escape \
      theorem; arXiv 2107.05802, 2210.05546). For a ball, a thickened subspace and a polytope the probability \
      is known exactly; their curves are drawn for the same w². For a class of a network, w² ≈ D − d*₅₀ is \
      estimated from its planes, whose results are drawn as well. A class is not a ball; its curve shows how \
      it differs.
      """)
  static let task = CommandTask.classes
  static let examples = [
    "gordon seeds[0] --target 3",
    "gordon --inputs 3072 --squared-width 100",
  ]

  @Argument(help: "A checkpoint; leave it out to draw theory only.") var checkpoint:
    CheckpointSelection?
  @Option(help: "D for theory only.") var inputs: Int?
  @Option(help: "w² for theory only.") var squaredWidth: Double?
  @OptionGroup var plane: PlaneArguments

  func validate() throws {
    if checkpoint != nil, inputs != nil || squaredWidth != nil {
      throw ValidationError(
        "--inputs and --squared-width are for theory alone, without a checkpoint")
    }
    if checkpoint == nil {
      guard let inputs, let squaredWidth else {
        throw ValidationError(
          "name a checkpoint, for instance seeds[0], or give --inputs and --squared-width")
      }
      guard (2...1_000_000).contains(inputs) else {
        throw ValidationError("--inputs is \(inputs); it must be from 2 to 1000000")
      }
      guard squaredWidth > 0, squaredWidth < Double(inputs) else {
        throw ValidationError(
          "--squared-width is \(squaredWidth); it must be between 0 and --inputs, \(inputs)")
      }
    }
  }

  func run(in context: Context) throws -> Result {
    guard let checkpoint else {
      return EscapeReport(inputs: inputs ?? 0, squaredWidth: squaredWidth ?? 0).result
    }
    let selected = try context.checkpoint(checkpoint, for: "gordon")
    let search = try ManifoldSearch(plane, allTargets: false, context)
    guard search.targets.count == 1 else {
      throw CommandError("gordon takes one target; give --target or --between")
    }
    let found = try search.run(Subject(label: selected.label, members: [selected]))
    let curve = TargetCurve(
      subject: selected.label, target: try search.names()[0], inputs: search.inputs,
      points: found.planes(search.targets[0]), seed: search.seed)
    guard case .at(let half)? = curve.fit?.crossing(0.5) else {
      throw CommandError(
        (curve.remark ?? "the curve does not cross 0.5") + ", and w² cannot be estimated")
    }
    var report = EscapeReport(
      inputs: search.inputs, squaredWidth: Double(search.inputs) - half.value)
    report.interval = half.interval
    report.curve = curve
    report.threshold = plane.threshold
    report.caption = search.caption
    var result = report.result
    result.add(search.endings([found]))
    if half.interval == nil, let remark = curve.remark {
      result.add(Note(remark, level: .warning))
    }
    for note in search.notes([found]) { result.add(note) }
    return result
  }
}
