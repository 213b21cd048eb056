/// Reads what follows `basin` in the opening fence of a cell.
struct CellOptionParser {
  let file: String
  let line: Int

  private static let names = ["hide", "allow-error", "caption", "id"]

  func options(_ text: Substring) throws -> Notebook.Cell.Options {
    var options = Notebook.Cell.Options()
    var seen: Set<String> = []
    for (name, value) in try words(text) {
      guard seen.insert(name).inserted else { throw error("the option “\(name)” is given twice") }
      switch name {
      case "hide":
        try refuse(value, for: name)
        options.isHidden = true
      case "allow-error":
        try refuse(value, for: name)
        options.mayFail = true
      case "caption":
        guard let value else { throw error("the option “caption” needs a value: caption=\"…\"") }
        options.caption = value
      case "id":
        options.id = try id(value)
      default:
        throw error(
          "unknown cell option “\(name)”; "
            + (suggestion(for: name, among: Self.names)
              ?? "there are hide, allow-error, caption=\"…\" and id=…"))
      }
    }
    return options
  }

  private func id(_ value: String?) throws -> String {
    guard let value else { throw error("the option “id” needs a value: id=surface") }
    guard value.wholeMatch(of: /[A-Za-z][A-Za-z0-9_\-]*/) != nil, value.utf8.count <= 64 else {
      throw error(
        "“\(value)” is no cell id; use up to 64 letters, digits, “_” and “-”, and begin with a "
          + "letter")
    }
    return value
  }

  private func refuse(_ value: String?, for name: String) throws {
    if value != nil { throw error("the option “\(name)” takes no value") }
  }

  /// Words and `name=value` pairs; a value may stand in double quotation marks, in which `\"` and
  /// `\\` stand for themselves.
  private func words(_ text: Substring) throws -> [(name: String, value: String?)] {
    var words: [(String, String?)] = []
    var rest = text.drop(while: \.isWhitespace)
    while !rest.isEmpty {
      let name = rest.prefix { $0 != "=" && !$0.isWhitespace }
      rest = rest.dropFirst(name.count)
      if rest.first == "=" {
        rest = rest.dropFirst()
        words.append((String(name), try value(&rest, of: name)))
      } else {
        words.append((String(name), nil))
      }
      rest = rest.drop(while: \.isWhitespace)
    }
    return words
  }

  private func value(_ rest: inout Substring, of name: Substring) throws -> String {
    guard rest.first == "\"" else {
      let value = rest.prefix { !$0.isWhitespace }
      rest = rest.dropFirst(value.count)
      return String(value)
    }
    rest = rest.dropFirst()
    var value = ""
    while let character = rest.popFirst() {
      if character == "\"" { return value }
      if character == "\\", let next = rest.first, next == "\"" || next == "\\" {
        value.append(rest.removeFirst())
      } else {
        value.append(character)
      }
    }
    throw error("the value of “\(name)” has no closing quotation mark")
  }

  private func error(_ reason: String) -> NotebookError {
    NotebookError(file: file, line: line, reason)
  }
}
