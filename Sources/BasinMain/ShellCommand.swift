import ArgumentParser

/// A command of the session given on the shell's command line: `basin inspect x.pt --json`.
struct ShellCommand: Equatable {
  /// The command and its arguments.
  var line: [String]
  /// Whether results are printed as JSON.
  var isJSON: Bool
  /// Whether only results, warnings and errors are printed.
  var isQuiet: Bool

  /// `nil` when the words are an option, a script's file, or a subcommand of the program's own.
  init?(_ words: [String]) {
    isJSON = words.contains("--json")
    isQuiet = words.contains("--quiet")
    line = words.filter { $0 != "--json" && $0 != "--quiet" }
    guard let first = line.first, !first.hasPrefix("-"), !Self.isFile(first) else { return nil }
    let own = Basin.configuration.subcommands.compactMap { $0.configuration.commandName }
    if own.contains(first) || (first == "help" && (line.count < 2 || own.contains(line[1]))) {
      return nil
    }
  }

  /// The words with `-f` before the name of a script: `basin script.txt --json`.
  static func withScriptNamed(_ words: [String]) -> [String] {
    guard let index = words.firstIndex(where: { !$0.hasPrefix("-") }), isFile(words[index]),
      !words[..<index].contains(where: { ["-c", "-f"].contains($0) })
    else { return words }
    return Array(words[..<index]) + ["-f"] + Array(words[index...])
  }

  // No command's name has a dot or a slash.
  private static func isFile(_ word: String) -> Bool { word.contains { "./".contains($0) } }
}
