import BasinCore
import Landscape

/// Whether checkpoints are independent draws of a training procedure, as intervals over checkpoints need.
///
/// Metadata say so, and weights: those of independent runs are nearly orthogonal, those of snapshots of one
/// run, and of networks trained on from one start, are not. ``Context/independence(of:)`` compares them.
public struct Independence: Sendable {
  /// The cosine of weights above which two checkpoints are not taken as independent. The highest one
  /// between seeds of this project's notebooks is 0.05, and that of each run to its next snapshot at least 0.69.
  public static let level = 0.5

  // Pairs above the level, by identities, with their cosines; both ways.
  var similar: [String: [String: Double]] = [:]

  /// Which checkpoints are the same.
  public internal(set) var contents = CheckpointContents()

  /// Knows metadata only.
  public init() {}

  /// Why checkpoints are not independent of each other: a clause; `nil` where nothing says so.
  ///
  /// Snapshots of one run are not (one architecture and seed, or none known, at several epochs), nor is a
  /// checkpoint that was chosen twice, in one file or two, nor are two whose weights are similar. Draws of `sample` are
  /// independent by themselves, and so are files of `load --independent`.
  public func objection(to checkpoints: [SelectedCheckpoint]) -> String? {
    var seen: [String: SelectedCheckpoint] = [:]
    var epochs: [String: Set<String>] = [:]
    for one in checkpoints {
      if let earlier = seen.updateValue(one, forKey: contents[one]) {
        return earlier.checkpoint.identity == one.checkpoint.identity
          ? "\(one.label) was chosen twice"
          : "\(one.label) has the weights and buffers of \(earlier.label)"
      }
      guard !one.isDeclaredIndependent, let epoch = one.checkpoint.metadata["epoch"] else {
        continue
      }
      epochs[
        one.architecture.shortText + " " + (one.checkpoint.metadata["seed"] ?? ""), default: []
      ].insert(epoch)
    }
    if epochs.values.contains(where: { $0.count > 1 }) {
      return "snapshots of one run are not independent"
    }
    return closest(of: checkpoints).map { first, second, cosine in
      "the weights of \(first.label) and \(second.label) have a cosine of "
        + "\(NumberFormat.fixed(2).text(cosine)), as in one run or from one start, so these checkpoints "
        + "are not taken as independent (`load --independent` does)"
    }
  }

  /// Why two sets are not independent of each other: they share a checkpoint, or one
  /// holds another epoch of a run of the other, or weights similar to one of the other.
  public func objection(
    between first: [SelectedCheckpoint], and second: [SelectedCheckpoint]
  ) -> String? {
    let known = Set(first.map { contents[$0] })
    if let shared = second.first(where: { known.contains(contents[$0]) }) {
      return "\(shared.label) is in both sets"
    }
    return objection(to: first + second)
  }

  /// ``Estimate/caption(of:)``, with what is assumed where an interval is over checkpoints.
  public func caption(of estimates: [Estimate], over checkpoints: [SelectedCheckpoint]) -> String {
    let caption = Estimate.caption(of: estimates)
    guard estimates.contains(where: { $0.interval?.unit == "checkpoints" }) else { return caption }
    if checkpoints.contains(where: \.isDeclaredIndependent) {
      return caption + "; taken as independent by load --independent, for the start that they share"
    }
    return checkpoints.allSatisfy(\.saysItsRun)
      ? caption : caption + "; checkpoints that do not say their seed are taken as independent"
  }

  // The two that are most alike.
  private func closest(
    of checkpoints: [SelectedCheckpoint]
  ) -> (SelectedCheckpoint, SelectedCheckpoint, Double)? {
    var closest: (SelectedCheckpoint, SelectedCheckpoint, Double)?
    for (place, first) in checkpoints.enumerated() {
      guard let near = similar[first.checkpoint.identity] else { continue }
      for second in checkpoints[(place + 1)...] {
        if let cosine = near[second.checkpoint.identity], cosine > closest?.2 ?? 0 {
          closest = (first, second, cosine)
        }
      }
    }
    return closest
  }
}

extension SelectedCheckpoint {
  // Whether the user said so when loading it.
  fileprivate var isDeclaredIndependent: Bool {
    checkpoint.metadata[Checkpoint.independenceKey] != nil
  }

  // Draws of a chain follow each other, and are not independent.
  fileprivate var isDraw: Bool {
    checkpoint.metadata["sample"] != nil && checkpoint.metadata["method"]?.hasSuffix(" ess") != true
  }

  fileprivate var saysItsRun: Bool { isDraw || checkpoint.metadata["seed"] != nil }

  // Whether similar weights say something about its run.
  var isJudgedByWeights: Bool { !isDeclaredIndependent && !isDraw }
}

extension Checkpoint {
  /// The metadata key of files that the user declared independent with `load --independent`.
  public static let independenceKey = "independent"
}
