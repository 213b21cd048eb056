/// A named value that cells use as `{name}` and a run can override with `-P name=value`.
public struct Parameter: Sendable, Equatable, Codable {
  /// The name: letters, digits, `_` and `-`, beginning with a letter.
  public var name: String
  /// The value that this run uses, as it is filled in.
  public var value: String
  /// Whether the value was given for this run rather than by the front matter.
  public var isOverridden: Bool

  /// What a default value says about the values that may replace it.
  enum Kind: CaseIterable, Sendable, Equatable {
    case number
    case boolean
    case text

    func accepts(_ value: String) -> Bool {
      switch self {
      case .number: Double(value) != nil
      case .boolean: ["true", "false"].contains(value)
      case .text: !value.contains { $0.isNewline }
      }
    }

    var description: String {
      switch self {
      case .number: "a number"
      case .boolean: "true or false"
      case .text: "one line of text"
      }
    }
  }

  /// A parameter as the front matter has it.
  struct Declaration: Sendable, Equatable {
    var name: String
    /// The default; `nil` when the run must give one.
    var value: String?
    var kind: Kind
    var line: Int
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
            + "-P \(declaration.name)=…")
      }
      guard declaration.kind.accepts(value) else {
        throw NotebookError(
          file: file, line: declaration.line,
          "parameter “\(declaration.name)” must be \(declaration.kind.description), not “\(value)”")
      }
      return Parameter(
        name: declaration.name, value: value, isOverridden: overrides[declaration.name] != nil)
    }
  }
}

/// Fills parameters into the lines of cells.
///
/// `{name}` becomes the value. A name in n > 1 pairs of braces loses one pair, so that
/// ``escaped(_:)`` can write any text. Braces around anything but a name stay.
struct ParameterFill {
  private let values: [String: String]

  init(_ parameters: [Parameter]) {
    values = Dictionary(parameters.map { ($0.name, $0.value) }) { first, _ in first }
  }

  /// The line with its parameters filled in.
  ///
  /// - Throws: ``UnknownName`` when braces hold a name that is no parameter.
  func fill(_ line: String) throws -> String {
    try Self.replace(in: line) { pairs, name in
      guard pairs == 1 else {
        return String(repeating: "{", count: pairs - 1) + name
          + String(repeating: "}", count: pairs - 1)
      }
      guard let value = values[name] else {
        throw UnknownName(name: name, known: values.keys.sorted())
      }
      return value
    }
  }

  /// The text that `fill` turns into `line`, whatever the parameters.
  static func escaped(_ line: String) -> String {
    replace(in: line) { pairs, name in
      String(repeating: "{", count: pairs + 1) + name + String(repeating: "}", count: pairs + 1)
    }
  }

  struct UnknownName: Error {
    var name: String
    var known: [String]
  }

  private static func replace(
    in line: String, _ replacement: (_ pairs: Int, _ name: String) throws -> String
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
      text += try replacement(pairs, String(name))
      text += close.dropFirst(pairs)
    }
    return text + rest
  }
}
