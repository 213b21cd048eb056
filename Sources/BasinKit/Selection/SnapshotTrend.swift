import BasinCore
import Datasets
import Landscape

extension Context {
  /// Whether the training loss of the snapshots of a run, in their order, still falls or rises.
  ///
  /// Losses are those of each snapshot as it is, with its own batch-norm statistics.
  ///
  /// Warns where they are not like snapshots of one run; see ``warnUnlessOneRun(_:)``.
  ///
  /// - Throws: What ``outputs(_:_:on:)`` throws.
  public func trend(of snapshots: [SelectedCheckpoint]) throws -> Trend {
    try warnUnlessOneRun(snapshots)
    return Trend(try outputs(snapshots, .train).map { try $0.metrics().loss })
  }
}

extension Trend {
  /// Why snapshots with this trend are not draws around a solution: a clause; `nil` without one.
  public var objection: String? {
    switch self {
    case .falling: "the training loss of the snapshots is still falling"
    case .rising: "the training loss of the snapshots is rising"
    case .unknown(let count):
      "\(count) snapshots are too few to tell whether their training loss still falls, which takes "
        + "\(Trend.fewest) or more"
    case .none: nil
    }
  }

  /// What makes them so, a clause; `nil` without a trend.
  fileprivate var remedy: String? {
    switch self {
    case .falling: "leave out the first ones, or train longer (`train --epochs`)"
    case .rising: "take snapshots before the loss rose, or train with a lower rate (`train --lr`)"
    case .unknown: "name \(Trend.fewest) snapshots or more"
    case .none: nil
    }
  }
}

extension Note {
  /// A warning that snapshots do not surround a solution, or a note that they are too few to tell; `nil`
  /// without a trend.
  ///
  /// - Parameters:
  ///   - trend: Of their training loss.
  ///   - consequence: What follows, as a clause: `their mean depends on where --from is`.
  public static func trending(_ trend: Trend, _ consequence: String) -> Note? {
    guard let objection = trend.objection, let remedy = trend.remedy else { return nil }
    if case .unknown = trend {
      return Note("\(objection); where it does, \(consequence); \(remedy)")
    }
    return Note(
      "\(objection): they do not surround a solution, and \(consequence); \(remedy)",
      level: .warning)
  }
}
