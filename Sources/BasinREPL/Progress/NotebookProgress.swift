import BasinCore
import Foundation

/// Progress of a whole notebook as one line: which cell it is, what the cell does, and how long the
/// rest may take.
public final class NotebookProgress: ProgressReporter {
  /// Seconds left for the notebook, so many seconds after the current cell began; `nil` while nothing
  /// is known.
  public var remaining: (Double) -> Double? = { _ in nil }

  private let line: TerminalProgress
  private let now: () -> Double
  private var cell = ""
  private var began = 0.0

  /// Creates a reporter on standard error.
  public convenience init() {
    self.init(TerminalProgress()) { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
  }

  init(_ line: TerminalProgress, now: @escaping () -> Double) {
    (self.line, self.now) = (line, now)
  }

  /// A cell begins.
  public func begin(_ id: String, number: Int, of count: Int) {
    (cell, began) = ("\(number)/\(count) \(id)", now())
    line.report(ProgressUpdate(cell, completed: 0, total: 0, detail: detail("")))
  }

  /// Takes the latest state of the running command.
  public func report(_ update: ProgressUpdate) {
    var update = update
    update.label = cell.isEmpty ? update.label : "\(cell): \(update.label)"
    update.detail = detail(update.detail)
    line.report(update)
  }

  /// A command is over: the line stays for the next one.
  public func finish() {}

  /// Takes the line away.
  public func clear() { line.finish() }

  private func detail(_ detail: String) -> String {
    guard let left = remaining(now() - began) else { return detail }
    let notebook = "notebook: up to \(ProgressLine.clock(left)) left"
    return detail.isEmpty ? notebook : "\(detail)  \(notebook)"
  }
}
