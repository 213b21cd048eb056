import BasinKit
import Datasets
import Landscape

/// Ensemble members as they are typed: a selection, or two with `*` between them. `seeds*lowrank`
/// is each of `seeds` with the samples of `lowrank` that were drawn around it.
struct EnsembleSet: ExpressibleByArgument {
  var bases: CheckpointSelection
  var samples: CheckpointSelection?

  init?(argument: String) {
    let parts = argument.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), let bases = CheckpointSelection(argument: parts[0]) else {
      return nil
    }
    self.bases = bases
    if parts.count == 2 {
      guard let samples = CheckpointSelection(argument: parts[1]) else { return nil }
      self.samples = samples
    }
  }

  static var defaultCompletionKind: CompletionKind { CheckpointSelection.defaultCompletionKind }

  /// The set as it is typed, without blanks.
  var text: String { bases.text + (samples.map { "*" + $0.text } ?? "") }
}

/// The members of an ensemble, each one checkpoint or several whose probabilities are averaged.
struct EnsembleMembers {
  var name: String
  var groups: [[SelectedCheckpoint]]
  /// Bases without samples, which are left out.
  var leftOut: [String] = []

  var count: Int { groups.count }

  /// What the members predict on a split of the dataset in use, or of a shifted copy of it.
  func predictions(
    in context: Context, _ split: Split, on shifted: Dataset? = nil
  ) throws -> MemberPredictions {
    guard groups.contains(where: { $0.count > 1 }) else {
      return try context.members(groups.flatMap(\.self), split, on: shifted)
    }
    // One group at a time, so that only the means of many samples are held.
    let means = try groups.map { try context.members($0, split, on: shifted).mean() }
    return try MemberPredictions(joining: means)
  }
}

extension Context {
  /// The metadata in which a sample names the checkpoint it was drawn around, by its identity.
  private static let baseKey = "base_identity"

  /// The members that a typed set means.
  ///
  /// - Throws: `CommandError` for `a*b` where no checkpoint of b was sampled around one of a.
  func ensemble(_ set: EnsembleSet) throws -> EnsembleMembers {
    let bases = try checkpoints([set.bases])
    guard let selection = set.samples else {
      return EnsembleMembers(name: set.text, groups: bases.map { [$0] })
    }
    let samples = Dictionary(grouping: try checkpoints([selection])) {
      $0.checkpoint.metadata[Self.baseKey] ?? ""
    }
    var members = EnsembleMembers(name: set.text, groups: [])
    for base in bases {
      if let around = samples[base.checkpoint.identity] {
        members.groups.append(around)
      } else {
        members.leftOut.append(base.label)
      }
    }
    guard !members.groups.isEmpty else {
      throw CommandError(
        "no checkpoint of \(selection.text) was sampled around one of \(set.bases.text), which "
          + "\(set.text) needs; `sample` draws them, for instance around \(bases[0].label)")
    }
    return members
  }
}
