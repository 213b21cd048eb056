import BasinKit
import Datasets
import Landscape

/// Scores of ensembles against their size, and under shifted inputs (arXiv 1912.02757).
struct Ensemble: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score ensembles by size.",
    discussion: """
      Computes accuracy, NLL, Brier score and calibration error of ensembles of each size.

      An ensemble predicts the mean of its members' probabilities. The value for size k is the mean over all \
      subsets of k members, or over --subsets random ones if there are more. In seeds*low each checkpoint of \
      seeds is a member that averages the samples in low drawn around it. --shift repeats this on test inputs \
      corrupted with severities 0 to 5. Fort, Hu & \
      Lakshminarayanan, Deep Ensembles: A Loss Landscape Perspective, arXiv 1912.02757.
      """)
  static let task = CommandTask.ensembles
  static let examples = [
    "ensemble seeds path seeds*low",
    "ensemble seeds path --shift gaussian-noise",
  ]

  @Argument(help: "Checkpoint sets; A*B combines the checkpoints of A with their samples in B.")
  var sets: [EnsembleSet]
  @Option(
    help: "Ensemble sizes, for instance 1..5; all sizes unless given, 1,2,4 with --shift."
  )
  var sizes: NumberList?
  @Option(help: "An additional set A*B: checkpoints of A, each with its samples in B.")
  var combine: [EnsembleSet] = []
  @Option(help: "Maximum number of ensembles of one size to average over.")
  var subsets = 100
  @Option(
    help: "Corrupt the test inputs with a kind such as gaussian-noise, or with all kinds.",
    completion: .list(Shift.names), transform: Shift.init(named:))
  var shift: Shift?
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  /// How a shift is typed.
  enum Shift {
    case kind(Corruption.Kind)
    case all

    static var names: [String] { Corruption.Kind.allCases.map(\.rawValue) + ["all"] }

    init(named name: String) throws {
      if name == "all" {
        self = .all
      } else if let kind = Corruption.Kind(rawValue: name) {
        self = .kind(kind)
      } else {
        throw ValidationError("it takes one of \(Self.names.joined(separator: ", "))")
      }
    }

    var kinds: [Corruption.Kind] {
      switch self {
      case .kind(let kind): [kind]
      case .all: Corruption.Kind.allCases
      }
    }

    var text: String {
      switch self {
      case .kind(let kind): kind.rawValue
      case .all: "all kinds of shift"
      }
    }
  }

  func validate() throws {
    guard (1...100_000).contains(subsets) else {
      throw ValidationError("--subsets takes a number from 1 to 100000, not \(subsets)")
    }
    if shift != nil, split != .test {
      throw ValidationError("--shift corrupts the test inputs; leave out --split \(split.rawValue)")
    }
  }

  func run(in context: Context) throws -> Result {
    let members = try (sets + combine).map { try context.ensemble($0) }
    try check(members)
    var result =
      if let shift {
        try underShift(shift, members, in: context)
      } else {
        try bySize(members, in: context)
      }
    for set in members where !set.leftOut.isEmpty {
      result.add(
        Note(
          "\(set.name): \(set.leftOut.joined(separator: ", ")) left out, as no sample was drawn "
            + "around \(set.leftOut.count == 1 ? "it" : "them")", level: .warning))
    }
    return result
  }

  private func check(_ members: [EnsembleMembers]) throws {
    guard let sizes, let largest = members.max(by: { $0.count < $1.count }) else { return }
    let least = sizes.values.min() ?? 1
    if let small = members.first(where: { $0.count < least && largest.count >= least }) {
      throw CommandError(
        "\(small.name) has \(small.count) \(small.count == 1 ? "member" : "members"), fewer than the "
          + "minimum of --sizes, \(least); add a size that it has, or leave it out")
    }
    if let size = sizes.values.first(where: { !(1...largest.count).contains($0) }) {
      throw CommandError(
        "--sizes \(size) cannot be had: the largest set, \(largest.name), has \(largest.count) "
          + "\(largest.count == 1 ? "member" : "members")")
    }
  }

  private func chosenSizes(_ count: Int, unlessGiven sizes: [Int]) -> [Int] {
    Set(self.sizes?.values ?? sizes).filter { $0 <= count }.sorted()
  }

  // Asking for the seed says that numbers depend on it.
  private func seed(_ members: [EnsembleMembers], _ sizes: [[Int]], in context: Context) -> Seed {
    let isRandom = zip(members, sizes).contains { set, sizes in
      sizes.contains { !Subsets.isComplete(of: set.count, size: $0, limit: subsets) }
    }
    return isRandom ? context.seed(for: "ensemble") : Seed(0)
  }

  private func bySize(_ members: [EnsembleMembers], in context: Context) throws -> Result {
    let sizes = members.map { chosenSizes($0.count, unlessGiven: Array(1...$0.count)) }
    let seed = seed(members, sizes, in: context)
    let curves = try zip(members, sizes).map { set, sizes in
      let predictions = try set.predictions(in: context, split)
      return EnsembleCurves.Curve(
        name: set.name,
        scores: try sizes.map {
          try predictions.ensembles(
            of: $0, subsets: subsets, seed: seed, cancellation: context.cancellation)
        })
    }
    let dataset = try context.dataset()
    return EnsembleCurves(
      curves: curves, subsets: subsets,
      evaluatedOn:
        "the \(Counted.text(dataset[split].count, "\(split.rawValue) inputs")) of \(dataset.name)",
      unit: split.inputsUnit
    ).result
  }

  private func underShift(
    _ shift: Shift, _ members: [EnsembleMembers], in context: Context
  ) throws -> Result {
    let sizes = members.map { chosenSizes($0.count, unlessGiven: [1, 2, min(4, $0.count)]) }
    let seed = seed(members, sizes, in: context)
    var measured = ShiftedEnsembles(
      shift: shift.text, kinds: shift.kinds.count, names: members.map(\.name),
      dataset: try context.dataset().name, inputs: try context.dataset()[split].count)
    for severity in 0...5 {
      for kind in severity == 0 ? [nil] : shift.kinds.map(Optional.some) {
        let corruption = kind.flatMap { Corruption($0, severity: severity) }
        let shifted = try context.dataset(shiftedBy: corruption)
        for (place, set) in members.enumerated() {
          let predictions = try set.predictions(in: context, split, on: shifted)
          for size in sizes[place] {
            measured.add(
              try predictions.ensembles(
                of: size, subsets: subsets, seed: seed, withDivergences: size > 1,
                cancellation: context.cancellation),
              set: place, severity: severity)
          }
        }
      }
    }
    return measured.result
  }
}
