import BasinREPL
import Foundation
import Notebooks

/// A cell in which a signal ended `basin run`.
///
/// Nothing can be computed after that in the same process. So the process becomes a new run (`exec`), which is told
/// the cell by a hidden option, takes the cells above from the cache, leaves this one out and goes on.
struct EndedCell {
  var cell: String
  var signal: Int32

  /// Reads `training:08`.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let signal = Int32(text[text.index(after: colon)...])
    else { return nil }
    cell = String(text[..<colon])
    self.signal = signal
  }

  /// What is done with the cell. Ctrl-\ is the user's word to stop.
  var ending: Replay.Ending {
    if signal == SIGQUIT { return .cancelled }
    let name = strsignal(signal).map { String(cString: $0).lowercased() } ?? "unknown"
    return .failed(
      "this cell ended the program with signal \(signal) (\(name)): a fault of Basin's, or of a TorchScript "
        + "program that was trusted, which runs within Basin and can end it")
  }

  private static let option = "--ended"

  /// The command line of the user's own.
  static func withoutEnded(_ words: [String]) -> [String] {
    var words = words
    while let index = words.firstIndex(of: option) {
      words.removeSubrange(index...min(index + 1, words.count - 1))
    }
    return words
  }

  /// Has the run go on without a cell that ends it.
  static func arm(_ cell: Notebook.Cell) {
    Recovery.arm(CommandLine.arguments + [option, "\(cell.id):00"])
  }
}
