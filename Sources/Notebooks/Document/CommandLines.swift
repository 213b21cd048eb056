import BasinCore
import Foundation

/// The commands in a cell, put together as at the prompt (``LogicalLines``), parameters filled in.
struct CommandLines {
  /// The text as shown: parameters filled in, comments kept.
  private(set) var source = ""
  private(set) var lines: [Notebook.Cell.Line] = []

  init(_ text: String, firstLine: Int, file: String, fill: ParameterFill) throws {
    var shown: [String] = []
    var assembler = LogicalLines(firstLine: firstLine)
    let text = text.hasSuffix("\n") ? text.dropLast() : text[...]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let isComment =
        !assembler.isContinuing && line.drop(while: \.isWhitespace).first == "#"
      let filled =
        isComment
        ? String(line) : try Self.fill(line, fill, file: file, number: firstLine + index)
      // A parameter's value brings it.
      if let odd = HiddenCharacter.first(in: filled) {
        throw NotebookError(file: file, line: firstLine + index, Self.reason(odd))
      }
      shown.append(filled)
      if let command = assembler.append(filled) { lines.append(.init(command)) }
    }
    if assembler.isContinuing, let command = assembler.finish() {
      throw NotebookError(
        file: file, line: command.lines.lowerBound,
        "the command that begins here ends with \\, but the cell has no further line")
    }
    while shown.last?.isEmpty == true { shown.removeLast() }
    source = shown.joined(separator: "\n")
  }

  /// Why a hidden character is refused.
  static func reason(_ odd: HiddenCharacter) -> String {
    "this cell does not show all that is in it: the line has the hidden character \(odd.name); take it out, "
      + "or write * for it in a file's name"
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

extension Notebook.Cell.Line {
  fileprivate init(_ line: LogicalLine) {
    self.init(text: line.text, number: line.lines.lowerBound)
  }
}
