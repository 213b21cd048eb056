import BasinCore
import Foundation

/// The text of a notebook's file, cleaned and cut into front matter and body.
struct SourceText {
  let file: String
  /// The YAML between the `---` lines; `nil` when there is none. It begins on line 2.
  let frontMatter: String?
  /// The Markdown below.
  let body: String
  /// The line of the file on which the body begins.
  let bodyLine: Int

  init(_ data: Data, file: String) throws {
    self.file = file
    try Self.check(size: data.count, file: file)
    guard let text = String(validating: data, as: UTF8.self) else {
      throw NotebookError(file: file, "the notebook is not UTF-8 text; save it as UTF-8")
    }
    try Self.refuseControls(in: text, file: file)
    let lines = Self.cleaned(text).split(separator: "\n", omittingEmptySubsequences: false)
    guard Self.isRule(lines[0], "---") else {
      (frontMatter, body, bodyLine) = (nil, lines.joined(separator: "\n"), 1)
      return
    }
    let end = lines.dropFirst().firstIndex { Self.isRule($0, "---") || Self.isRule($0, "...") }
    guard let end else {
      throw NotebookError(
        file: file, line: 1, "the front matter that begins here is never closed with ---")
    }
    frontMatter = lines[1..<end].joined(separator: "\n")
    body = lines[(end + 1)...].joined(separator: "\n")
    bodyLine = end + 2
  }

  static func check(size: Int, file: String) throws {
    guard size <= Notebook.largestSize else {
      throw NotebookError(
        file: file,
        "the notebook has \(size) bytes; more than \(Notebook.largestSize) are refused, so split "
          + "it")
    }
  }

  private static func isRule(_ line: Substring, _ rule: String) -> Bool {
    line.hasPrefix(rule) && line.dropFirst(rule.count).allSatisfy { $0 == " " || $0 == "\t" }
  }

  // What an editor does not show, nothing may drop: what is run would not be what is read.
  private static func refuseControls(in text: String, file: String) throws {
    guard let odd = ControlCharacter.first(in: text) else { return }
    throw NotebookError(
      file: file, line: odd.line,
      "this is not text: the line has the control character \(odd.name); take it out")
  }

  // One kind of line end, no byte order mark, and none of the characters that XML forbids: what
  // is left can stand in a page as it is.
  private static func cleaned(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    var previous: Unicode.Scalar = "\n"
    for (index, scalar) in text.unicodeScalars.enumerated() {
      switch scalar {
      case "\u{FEFF}" where index == 0: break
      case "\n" where previous == "\r": break
      case "\r": scalars.append("\n")
      default: if scalar.isAllowedInXML { scalars.append(scalar) }
      }
      previous = scalar
    }
    return String(scalars)
  }
}

extension Unicode.Scalar {
  /// Whether XML 1.0 allows the character; HTML allows these, too.
  var isAllowedInXML: Bool {
    switch value {
    case 0x09, 0x0A, 0x0D, 0x20..<0x7F, 0xA0..<0xFFFE, 0x10000...: true
    default: false
    }
  }
}
