import BasinKit
import Landscape

/// The dimension of class manifolds by cutting planes (arXiv 2210.05546).
struct Manifold: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "The dimension of a class manifold.",
    discussion: """
      Measures the dimension of the region of inputs that a network assigns to a class.

      In random planes of increasing dimension d through an input of another class, gradient descent searches \
      for inputs of the target class. The probability reached rises along an S-shaped curve from near 0 to \
      near 1. Planes begin to meet the class's region where it crosses 0.5, at d*₅₀; the region's effective \
      dimension is D − d*. Fort, Cubuk, Ganguli & Schoenholz, What does a deep neural \
      network confidently perceive?, arXiv 2210.05546.

      --dims auto first measures powers of two with half of the planes, then six more dimensions per target \
      where its curve rises, with all planes. Ctrl-C shows the results so far; running the same line again \
      continues from there.
      """)
  static let task = CommandTask.classes
  static let examples = [
    "manifold seeds[0] --target 3",
    "manifold seeds[0] --targets 0..9 --planes 10",
    "manifold --ensemble seeds --between 3,5",
  ]

  @Argument(help: "Checkpoints, each measured separately.")
  var checkpoints: [CheckpointSelection] = []
  @Option(help: "Checkpoints searched together, as an ensemble.")
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
