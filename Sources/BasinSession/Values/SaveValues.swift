import BasinKit
import Checkpoints
import Foundation
import Landscape

/// `save values NAME FILE`, `save logits CHECKPOINTS FILE`: numbers for other programs.
extension Save {
  private func write(_ arrays: [ArrayWriter.Array], to path: String, _ context: Context) throws {
    try ArrayWriter.write(arrays, to: path)
    context.recordWritten(path)
  }

  func saveValues(
    _ name: String, to path: String, in session: Session, _ context: Context
  ) throws -> Result {
    try context.checkCanWrite(arrays: path, replacing: force)
    let workspace = session.workspace
    guard let value = workspace.value(name) else {
      if let advice = SessionName.advice(onFile: name) { throw CommandError(advice) }
      let hint = nearest(name, in: workspace.names).map { "; did you mean '\($0)'?" } ?? ""
      throw CommandError("there is nothing named '\(name)'\(hint)")
    }
    // The identity of checkpoints does not say what was shown with them.
    if !(value is KeptResult) { context.refuseCache() }
    guard let kept = value as? KeptResult ?? session.shown[name], kept.hasValues else {
      throw CommandError(
        "nothing was computed with '\(name)', which is \(value.kind); results are kept by "
          + "`NAME = COMMAND …`"
          + (value is CheckpointSet
            ? ", and `save checkpoints \(name) FOLDER` writes checkpoints" : ""))
    }
    let arrays = ResultArrays(kept.result, command: kept.command).arrays
    try write(arrays, to: path, context)
    return Result(items: [.note(Note("\(path): \(arrays.count) arrays, listed in 'contents'"))])
  }

  func saveLogits(_ names: String, to path: String, _ context: Context) throws -> Result {
    try context.checkCanWrite(arrays: path, replacing: force)
    guard let selection = CheckpointSelection(argument: names) else {
      throw CommandError("'\(names)' is not a selection of checkpoints")
    }
    let selected = try context.checkpoints([selection])
    let predictions = try context.predictions(selected, split)
    guard let labels = predictions.first?.labels else {
      throw CommandError("'\(names)' has no checkpoints")
    }
    let shape = predictions[0].logits.shape
    guard predictions.allSatisfy({ $0.logits.shape == shape }) else {
      throw CommandError("the checkpoints of '\(names)' have different numbers of classes")
    }
    let logits = try predictions.flatMap { try $0.logits.array(of: Float.self) }
    let arrays: [ArrayWriter.Array] = [
      .init("logits", [selected.count] + shape, .floats(logits)),
      .init("labels", [shape[0]], .integers(try labels.array(of: Int64.self).map { Int($0) })),
      .init("checkpoints", [selected.count], .texts(selected.map(\.label))),
    ]
    try write(arrays, to: path, context)
    return Result(items: [
      .note(
        Note(
          "\(path): logits of \(Counted.text(selected.count, "checkpoints")) for \(shape[0]) \(split.rawValue) "
            + "inputs and \(shape[1]) classes, with labels"))
    ])
  }
}

extension KeptResult {
  /// Whether it has anything but sentences.
  fileprivate var hasValues: Bool {
    result.items.contains {
      switch $0 {
      case .scalar, .table, .figure: true
      case .text, .note: false
      }
    }
  }
}
