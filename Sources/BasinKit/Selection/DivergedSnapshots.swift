import BasinCore
import Datasets
import Foundation
import Landscape

/// Snapshots of a run that have diverged: no average, Gaussian or posterior is made with them, also where
/// their outputs are finite.
///
/// A snapshot has diverged when its mean training loss is NaN, or above ``factor`` times the loss log C of
/// guessing among C classes. In networks with batch norm the loss counts that the weights have with
/// recomputed statistics, which averages and samples get as well.
public struct DivergedSnapshots: Error, CustomStringConvertible {
  /// What a snapshot's training loss is allowed, in multiples of the loss of guessing.
  public static let factor = 4.0

  /// The snapshots, with their mean training losses in nats; NaN where outputs are NaN or infinite.
  public var snapshots: [(name: String, loss: Double)] = []
  /// The number of classes C.
  public var classes: Int
  /// The other snapshots as they are typed, `path[0..2]`; `nil` where fewer than two are left.
  public var rest: String?

  /// None yet, of a number of classes.
  public init(classes: Int) { self.classes = max(2, classes) }

  /// The loss of guessing, log C, in nats.
  public var guessing: Double { log(Double(classes)) }

  /// Whether a snapshot with this mean training loss has diverged.
  public func contains(loss: Double) -> Bool { !(loss <= Self.factor * guessing) }

  /// `p[3] has diverged: training loss 3.905e+06, above 9.21, which is 4 times that of guessing among 10
  /// classes`
  public var statement: String {
    let format = NumberFormat.significant(4)
    let named = AffectedCheckpoints.listed(snapshots.map(\.name))
    let losses = snapshots.prefix(5).map { $0.loss.isNaN ? "NaN" : format.text($0.loss) }
      .joined(separator: ", ")
    return
      "\(named) \(snapshots.count == 1 ? "has" : "have") diverged: training loss \(losses)"
      + (snapshots.allSatisfy(\.loss.isNaN)
        ? " (outputs are NaN or infinite)"
        : ", above \(NumberFormat.significant(3).text(Self.factor * guessing)), which is "
          + "\(NumberFormat.significant(2).text(Self.factor)) times that of guessing among \(classes) classes")
  }

  /// One line: which have diverged, why, and what to type instead.
  public var description: String {
    statement
      + (rest.map { "; leave \(snapshots.count == 1 ? "it" : "them") out: \($0)" }
        ?? "; fewer than two snapshots are left, so train again with a smaller learning rate")
  }

  /// A warning that they were left out.
  public var note: Note { Note(statement + ": left out of the average", level: .warning) }
}

extension Context {
  /// The snapshots of a run that have diverged; `nil` where none has.
  ///
  /// - Throws: ``CommandError`` when no dataset is loaded; what loading the weights throws.
  public func diverged(among snapshots: [SelectedCheckpoint]) throws -> DivergedSnapshots? {
    var found = DivergedSnapshots(classes: try dataset().classes)
    var kept: [SelectedCheckpoint] = []
    for (one, outputs) in zip(snapshots, try outputs(snapshots, .train)) {
      var loss = try outputs.metrics().loss
      if found.contains(loss: loss) {
        // Statistics that lag behind the weights are no divergence of the weights.
        let evaluator = try evaluator(holding: one)
        if evaluator.hasBatchNorm {
          try evaluator.recalculateBatchNorm()
          loss = try PerInput.Part(
            logits: evaluator.logits(.train), labels: evaluator.data(.train).labels
          ).loss
        }
      }
      if found.contains(loss: loss) {
        found.snapshots.append((one.label, loss))
      } else {
        kept.append(one)
      }
    }
    guard !found.snapshots.isEmpty else { return nil }
    found.rest = kept.count < 2 ? nil : SelectedCheckpoint.text(of: kept)
    return found
  }
}

extension SelectedCheckpoint {
  /// What to type for several: `path[0..2],path[5]`.
  public static func text(of selected: [SelectedCheckpoint]) -> String {
    var runs: [(set: String, from: Int, to: Int)] = []
    for one in selected {
      if let last = runs.last, last.set == one.set, last.to + 1 == one.index {
        runs[runs.count - 1].to = one.index
      } else {
        runs.append((one.set, one.index, one.index))
      }
    }
    return runs.map {
      $0.from == $0.to ? "\($0.set)[\($0.from)]" : "\($0.set)[\($0.from)..\($0.to)]"
    }
    .joined(separator: ",")
  }
}
