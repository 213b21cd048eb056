import Foundation

/// The commands in a cell: lines joined where one ends with `\`, without comments and blank
/// lines, parameters filled in.
struct CommandLines {
  /// The text as shown: parameters filled in, comments kept.
  private(set) var source = ""
  private(set) var lines: [Notebook.Cell.Line] = []

  init(_ text: String, firstLine: Int, file: String, fill: ParameterFill) throws {
    var shown: [String] = []
    var pending: Notebook.Cell.Line?
    let text = text.hasSuffix("\n") ? text.dropLast() : text[...]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let number = firstLine + index
      let isComment = pending == nil && line.drop(while: \.isWhitespace).first == "#"
      let filled = isComment ? String(line) : try Self.fill(line, fill, file: file, number: number)
      shown.append(filled)
      if isComment { continue }
      var command = Self.trimmed(filled)
      let goesOn = Self.goesOn(command)
      if goesOn { command = Self.trimmed(String(command.dropLast())) }
      if let start = pending {
        command = [start.text, command].filter { !$0.isEmpty }.joined(separator: " ")
      }
      let joined = Notebook.Cell.Line(text: command, number: pending?.number ?? number)
      pending = goesOn ? joined : nil
      if !goesOn, !command.isEmpty { lines.append(joined) }
    }
    if let pending {
      throw NotebookError(
        file: file, line: pending.number,
        "the command that begins here ends with \\, but the cell has no further line")
    }
    while shown.last?.isEmpty == true { shown.removeLast() }
    source = shown.joined(separator: "\n")
  }

  // An even number of backslashes is so many escaped ones.
  private static func goesOn(_ line: String) -> Bool {
    line.reversed().prefix { $0 == "\\" }.count % 2 == 1
  }

  private static func trimmed(_ line: String) -> String {
    line.trimmingCharacters(in: .whitespaces)
  }

  private static func fill(
    _ line: Substring, _ fill: ParameterFill, file: String, number: Int
  ) throws -> String {
    do {
      return try fill.fill(String(line))
    } catch let unknown as ParameterFill.UnknownName {
      throw NotebookError(
        file: file, line: number,
        "there is no parameter “\(unknown.name)”; "
          + (suggestion(for: unknown.name, among: unknown.known)
            ?? "for the text {\(unknown.name)} write {{\(unknown.name)}}"))
    }
  }
}
