import BasinKit
import Datasets
import Landscape

/// Confidence against accuracy of checkpoints or of their ensemble (Guo et al., arXiv 1706.04599).
struct Calibrate: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw a reliability diagram.",
    discussion: """
      Groups predictions into bins by confidence, which is the highest predicted probability, and compares \
      accuracy with mean confidence in each bin. The expected calibration error (ECE) is the mean gap, \
      weighted by the number of predictions per bin. Guo et al., On Calibration of Modern Neural Networks, \
      arXiv 1706.04599. Equal-width bins cover (b/B, (b + 1)/B]; equal-count bins hold the same number of \
      predictions.
      """)
  static let task = CommandTask.ensembles
  static let examples = [
    "calibrate seeds --ensemble",
    "calibrate seeds[0] --scheme equal-count",
  ]

  @Argument(
    help: "Checkpoints, or with --ensemble sets of checkpoints, including A*B as for `ensemble`.")
  var checkpoints: [EnsembleSet]
  @Option(help: "Number of bins; 15 of equal width or 20 of equal count unless given.")
  var bins: Int?
  @Option(help: "Binning scheme: equal-width or equal-count.") var scheme = Scheme.equalWidth
  @Flag(help: "Score the mean of the probabilities of each set, not its checkpoints one by one.")
  var ensemble = false
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  /// How bins are made, as it is typed.
  enum Scheme: String, ExpressibleByArgument, CaseIterable {
    case equalWidth = "equal-width"
    case equalCount = "equal-count"
  }

  func validate() throws {
    if let bins, !(1...1000).contains(bins) {
      throw ValidationError("--bins takes a number from 1 to 1000, not \(bins)")
    }
    if !ensemble, let set = checkpoints.first(where: { $0.samples != nil }) {
      throw ValidationError("\(set.text) is an ensemble; add --ensemble")
    }
  }

  func run(in context: Context) throws -> Result {
    let dataset = try context.dataset()
    let widths = Calibration.Scheme.equalWidth(scheme == .equalWidth ? bins ?? 15 : 15)
    let counts = Calibration.Scheme.equalCount(scheme == .equalCount ? bins ?? 20 : 20)
    var models: [ReliabilityDiagram.Model] = []
    var leftOut: [NonFiniteOutputs] = []
    for set in checkpoints {
      var members = try context.ensemble(set)
      let chosen: MemberPredictions
      if ensemble {
        chosen = try members.predictions(in: context, split).mean()
      } else {
        let finite = try context.finitePredictions(
          members.groups.flatMap(\.self), split, atLeast: 0)
        leftOut += finite.leftOut
        guard let first = finite.predictions.first else { continue }
        members.groups = finite.checkpoints.map { [$0] }
        chosen = try MemberPredictions(
          logits: finite.predictions.map(\.logits), labels: first.labels)
      }
      let scores = try chosen.scores()
      for (place, scores) in scores.enumerated() {
        models.append(
          .init(
            name: ensemble
              ? "\(set.text), \(members.count) averaged" : members.groups[place][0].label,
            scores: scores, equalWidth: try chosen.calibration(of: place, widths),
            equalCount: try chosen.calibration(of: place, counts)))
      }
    }
    if models.isEmpty, let first = leftOut.first { throw first }
    var result = ReliabilityDiagram(
      models: models, drawsEqualCounts: scheme == .equalCount,
      evaluatedOn:
        "the \(Counted.text(dataset[split].count, "\(split.rawValue) inputs")) of \(dataset.name)"
    ).result
    if let note = FinitePredictions.note(leftOut, "left out") { result.add(note) }
    return result
  }
}
