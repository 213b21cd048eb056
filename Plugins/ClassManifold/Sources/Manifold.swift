import BasinKit
import Landscape

/// The dimension of class manifolds by cutting planes (arXiv 2210.05546).
struct Manifold: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "The dimension of a class manifold.",
    discussion: """
      The dimension of the region of inputs that a network assigns to a class.

      In random planes of rising dimension d through an input of another class, gradient descent \
      looks for inputs of the target class. The probability that it reaches rises in an S-curve from \
      near 0 to near 1; where it crosses a half, at d*₅₀, planes begin to meet the class's region, \
      whose effective dimension is D − d*. Fort, Cubuk, Ganguli & Schoenholz, What does a deep neural \
      network confidently perceive?, arXiv 2210.05546.

      --dims auto measures powers of two with half of the planes, and then six more dimensions for \
      each target where its curve rises, with all of them. Ctrl-C shows what is done; the same line \
      again goes on from there.
      """)
  static let task = CommandTask.classes
  static let examples = [
    "manifold seeds[0] --target 3",
    "manifold seeds[0] --targets 0..9 --planes 10",
    "manifold --ensemble seeds --between 3,5",
  ]

  @Argument(help: "Checkpoints, each measured on its own.")
  var checkpoints: [CheckpointSelection] = []
  @Option(help: "Checkpoints that are searched together, as an ensemble.")
  var ensemble: CheckpointSelection?
  @OptionGroup var plane: PlaneArguments

  func run(in context: Context) throws -> Result {
    let subjects = try Subject.all(checkpoints, ensemble: ensemble, context)
    let search = try ManifoldSearch(plane, allTargets: false, context)
    let (found, leftOut) = try search.run(subjects)
    let names = try search.names()
    let curves = found.flatMap { one in
      zip(search.targets, names).map { target, name in
        TargetCurve(
          subject: one.subject.label, target: name, inputs: search.inputs,
          points: one.planes(target), seed: search.seed)
      }
    }
    var result = ManifoldReport(
      curves: curves, caption: search.caption, threshold: plane.threshold
    ).result
    result.add(search.endings(found))
    for note in search.notes(found, leftOut: leftOut) { result.add(note) }
    return result
  }
}
