import Foundation

/// A named value that cells use as `{name}` and a run can override with `-P name=value`.
public struct Parameter: Sendable, Equatable, Codable {
  /// The name: letters, digits, `_` and `-`, beginning with a letter.
  public var name: String
  /// The value that this run uses, as it is filled in.
  public var value: String
  /// Whether the value was given for this run rather than by the front matter.
  public var isOverridden: Bool
  /// Whether the value is filled in as one word, whatever is in it: a checkpoint's path, text that is declared a
  /// string. Other text is filled in as it is and may be several words.
  public var isOneWord = false

  // How it is filled in, the declaration says.
  private enum CodingKeys: CodingKey { case name, value, isOverridden }

  /// A parameter as the front matter has it.
  struct Declaration: Sendable, Equatable {
    var name: String
    /// The default; `nil` when the run must give one.
    var value: String?
    var kind: ParameterKind
    /// The values that are allowed; `nil` allows all of its kind.
    var choices: [String]?
    /// What it is for, in plain text.
    var help: String?
    var line: Int
    /// Whether the front matter says the type.
    var isTyped = false

    /// What is wrong with a value, to follow the parameter's name; `nil` when nothing is.
    func refusal(of value: String) -> String? {
      let shown =
        value.prefix(60).map { $0.isNewline ? "\\n" : String($0) }.joined()
        + (value.count > 60 ? "…" : "")
      if let reason = kind.refusal(of: value) { return "must be \(reason), not “\(shown)”" }
      if let choices, !choices.contains(value) {
        return "must be one of \(choices.joined(separator: ", ")), not “\(shown)”"
      }
      if kind == .checkpoint, !FileManager.default.isReadableFile(atPath: value) {
        return "must be a checkpoint's file, and there is none that can be read at “\(shown)”"
      }
      return nil
    }
  }

  // Regex is not Sendable, so a computed property.
  static var namePattern: Regex<Substring> { /[A-Za-z][A-Za-z0-9_\-]*/ }
}

extension FrontMatter {
  func parameters(with overrides: [String: String], file: String) throws -> [Parameter] {
    let names = declarations.map(\.name)
    for name in overrides.keys.sorted() where !names.contains(name) {
      let known =
        names.isEmpty
        ? "the notebook has none" : "the notebook has \(names.joined(separator: ", "))"
      throw NotebookError(
        file: file,
        "unknown parameter “\(name)”; "
          + (suggestion(for: name, among: names).map { $0 + " " } ?? "")
          + known)
    }
    return try declarations.map { declaration in
      guard let value = overrides[declaration.name] ?? declaration.value else {
        throw NotebookError(
          file: file, line: declaration.line,
          "parameter “\(declaration.name)” has no value; give one with "
            + "-P \(declaration.name)=…"
            + (declaration.help.map { " (\($0))" } ?? ""))
      }
      if let refusal = declaration.refusal(of: value) {
        throw NotebookError(
          file: file, line: declaration.line, "parameter “\(declaration.name)” \(refusal)")
      }
      return Parameter(
        name: declaration.name, value: value, isOverridden: overrides[declaration.name] != nil,
        isOneWord: declaration.isTyped)
    }
  }
}

/// Fills parameters into the lines of cells.
///
/// `{name}` becomes the value. A name in n > 1 pairs of braces loses one pair, so that
/// ``escaped(_:)`` can write any text. Braces around anything but a name stay.
struct ParameterFill {
  private let values: [String: Parameter]

  init(_ parameters: [Parameter]) {
    values = Dictionary(parameters.map { ($0.name, $0) }) { first, _ in first }
  }

  /// The line with its parameters filled in.
  ///
  /// - Throws: ``UnknownName`` when braces hold a name that is no parameter.
  func fill(_ line: String) throws -> String {
    var quotes = QuoteScanner()
    return try Self.replace(in: line) { pairs, name, before in
      guard pairs == 1 else {
        return String(repeating: "{", count: pairs - 1) + name
          + String(repeating: "}", count: pairs - 1)
      }
      guard let value = values[name] else {
        throw UnknownName(name: name, known: values.keys.sorted())
      }
      return value.isOneWord ? quotes.quoted(value.value, after: before) : value.value
    }
  }

  /// The text that `fill` turns into `line`, whatever the parameters.
  static func escaped(_ line: String) -> String {
    replace(in: line) { pairs, name, _ in
      String(repeating: "{", count: pairs + 1) + name + String(repeating: "}", count: pairs + 1)
    }
  }

  struct UnknownName: Error {
    var name: String
    var known: [String]
  }

  private static func replace(
    in line: String,
    _ replacement: (_ pairs: Int, _ name: String, _ before: String) throws -> String
  ) rethrows -> String {
    var text = ""
    var rest = line[...]
    while let start = rest.firstIndex(of: "{") {
      text += rest[..<start]
      let open = rest[start...].prefix { $0 == "{" }
      let name = rest[open.endIndex...].prefix { $0 != "{" && $0 != "}" }
      let close = rest[name.endIndex...].prefix { $0 == "}" }
      rest = rest[close.endIndex...]
      guard !close.isEmpty, name.wholeMatch(of: Parameter.namePattern) != nil else {
        text += open + name + close
        continue
      }
      let pairs = min(open.count, close.count)
      text += open.dropFirst(pairs)
      text += try replacement(pairs, String(name), text)
      text += close.dropFirst(pairs)
    }
    return text + rest
  }
}
