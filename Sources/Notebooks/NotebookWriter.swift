/// Turns a session into a notebook.
public enum NotebookWriter {
  /// A notebook whose cells are the given lines, one cell a line: parsing it gives the same
  /// commands again, whatever is in them.
  ///
  /// ```swift
  /// let text = NotebookWriter.notebook(
  ///   fromLines: ["data digits", "load runs/*.pt --as seeds"], title: "Five seeds")
  /// try AtomicFile.write(text, to: "Notebooks/seeds.md")
  /// ```
  ///
  /// - Parameters:
  ///   - lines: commands that ran well, in order, each a logical line as typed.
  ///   - title: the notebook's title, in plain text.
  ///   - seed: the session's seed, for the front matter; `nil` leaves it out.
  ///   - option: an option, `--epochs`, that becomes a parameter, `epochs`, where the lines of `command` give it one
  ///     whole number and no other.
  public static func notebook(
    fromLines lines: [String], title: String, seed: UInt64? = nil,
    parameter option: (option: String, command: String)? = nil
  ) -> String {
    var text = "---\ntitle: \(quoted(title))\n"
    if let seed { text += "seed: \(seed)\n" }
    let parameter = option.flatMap { OptionParameter($0.option, of: $0.command, in: lines) }
    if let parameter { text += "parameters:\n  \(parameter.name): \(parameter.value)\n" }
    text += "---\n"
    for line in lines {
      var command = line.split(whereSeparator: \.isNewline).map(String.init)
        .map(ParameterFill.escaped).joined(separator: "\n")
      if let parameter { command = parameter.filled(into: command) }
      if command.allSatisfy(\.isWhitespace) { continue }
      text += "\n" + MarkdownText.fenced(command, info: "basin") + "\n"
    }
    return text
  }

  // YAML's double-quoted form says everything in one line.
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\\": "\\\\"
      case "\"": "\\\""
      case _ where scalar.isAllowedInXML && !Character(scalar).isNewline && scalar != "\u{85}":
        String(scalar)
      default: " "
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}
