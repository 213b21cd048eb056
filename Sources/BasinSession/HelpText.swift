import BasinKit
import Foundation

extension Session {
  /// How wide the help on one command is set, in characters.
  private static let helpWidth = 96

  /// What a command does and how it is used, with examples: what `help COMMAND` shows.
  static func help(on type: any ParsableCommand.Type) -> String {
    let text = type.helpMessage(columns: helpWidth)
    guard let explained = type as? any ExplainedCommand.Type, !explained.examples.isEmpty,
      let usage = text.range(of: "\nUSAGE:")
    else { return text }
    let examples = explained.examples.map { "  \($0)" }.joined(separator: "\n")
    return text.replacingCharacters(in: usage, with: "\nEXAMPLES:\n\(examples)\n\nUSAGE:")
  }

  /// All commands by task, one a line of at most 60 characters: what `help` shows.
  var overview: String {
    let width = registry.entries.map(\.name.count).max() ?? 0
    let tasks = CommandTask.allCases.compactMap { task -> String? in
      let lines = registry.entries.filter { $0.task == task }.map { entry in
        "  " + entry.name.padding(toLength: width, withPad: " ", startingAt: 0) + "  "
          + entry.type.configuration.abstract
      }
      return lines.isEmpty ? nil : ([task.rawValue] + lines).joined(separator: "\n")
    }
    return """
      First steps:
        data digits
        train cnn --epochs 5 --seeds 0..2 --out first --as seeds
        similarity seeds

      \(tasks.joined(separator: "\n\n"))

      help COMMAND, or COMMAND --help, explains a command.
      name = COMMAND …  keeps a result, or names what is made.
      seeds[3] path[5..] seeds[-1] a,b  choose checkpoints.
      Tab completes. \\ continues a line. # starts a comment.
      Ctrl-C stops a command. Ctrl-D leaves.
      """
  }
}
