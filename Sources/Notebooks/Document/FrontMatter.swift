import Yams

/// What a notebook says about itself, in YAML between two `---` lines at its top.
///
/// ```yaml
/// ---
/// title: How far apart are five seeds?
/// author: [A. Author, B. Author]
/// date: 2026-03-01
/// lang: en
/// abstract: Five networks, one architecture.
/// tags: [ensembles, digits]
/// thumbnail: plane
/// seed: 7
/// parameters:
///   epochs: 20
///   data:          # no default: must be given with -P data=…
///   noise: {default: 0.1, type: number, help: Fraction of wrong labels., choices: [0.1, 0.2]}
///   widths: [4, 8, 16]
///   model: {type: checkpoint, help: The network to look at.}
/// ---
/// ```
public struct FrontMatter: Sendable, Equatable {
  /// The title, in plain text.
  public var title: String?
  /// The authors, in plain text.
  public var authors: [String] = []
  /// The date, as written.
  public var date: String?
  /// The abstract, in Markdown.
  public var abstract: String?
  /// Words by which a reader of many reports finds this one, in plain text.
  public var tags: [String] = []
  /// The figure that stands for the report in an index, by its name: the id of its cell.
  public var thumbnail: String?
  /// The language of the prose, as a language tag: `en`, `pt-BR`.
  public var language = "en"
  /// The seed of the session; `nil` leaves the session's own.
  public var seed: UInt64?
  /// The line of the file that has the seed, counted from 1.
  public var seedLine = 1
  /// The parameters as declared.
  var declarations: [Parameter.Declaration] = []

  /// Front matter that says nothing.
  public init() {}
}

extension FrontMatter {
  static let keys = [
    "title", "author", "date", "lang", "abstract", "tags", "thumbnail", "seed", "parameters",
  ]
  static let largestSize = 1 << 14

  init(_ source: SourceText) throws {
    guard let yaml = source.frontMatter else { return }
    guard yaml.utf8.count <= Self.largestSize else {
      throw NotebookError(
        file: source.file, line: 1,
        "the front matter has \(yaml.utf8.count) bytes; more than \(Self.largestSize) are refused")
    }
    let reader = YAMLReader(file: source.file)
    for entry in try reader.entries(of: yaml) {
      switch entry.key {
      case "title": title = try reader.text(entry)
      case "author": authors = try reader.texts(entry)
      case "date": date = try reader.text(entry)
      case "abstract": abstract = try reader.text(entry)
      case "tags": tags = try reader.texts(entry)
      case "thumbnail": thumbnail = try reader.text(entry)
      case "lang": language = try reader.language(entry)
      case "seed": (seed, seedLine) = (try reader.seed(entry), entry.line)
      case "parameters": declarations = try reader.parameters(entry)
      default:
        throw reader.error(
          entry.line,
          "unknown front matter “\(entry.key)”; "
            + (suggestion(for: entry.key, among: Self.keys)
              ?? "it can have \(Self.keys.joined(separator: ", "))"))
      }
    }
  }
}

/// Reads the few shapes of YAML that front matter has, with a file and line in each error.
private struct YAMLReader {
  struct Entry {
    var key: String
    var value: Node
    var line: Int
  }

  let file: String

  func error(_ line: Int, _ reason: String) -> NotebookError {
    NotebookError(file: file, line: line, reason)
  }

  func entries(of yaml: String) throws -> [Entry] {
    do {
      guard let root = try compose(yaml: yaml) else { return [] }
      if root.scalar?.string.isEmpty == true { return [] }
      return try entries(of: root, what: "the front matter")
    } catch let failure as YamlError {
      throw error(for: failure)
    }
  }

  func entries(of node: Node, what: String) throws -> [Entry] {
    guard case .mapping(let mapping) = node else {
      throw error(line(of: node), "\(what) must be lines of “name: value”")
    }
    return try mapping.map { key, value in
      guard let name = key.scalar?.string else {
        throw error(line(of: key), "\(what) must be lines of “name: value”")
      }
      return Entry(key: name, value: value, line: line(of: key))
    }
  }

  func text(_ entry: Entry) throws -> String? {
    guard let scalar = entry.value.scalar else {
      throw error(entry.line, "“\(entry.key)” must be text; put it in quotation marks")
    }
    return isNull(scalar) ? nil : scalar.string
  }

  func texts(_ entry: Entry) throws -> [String] {
    guard case .sequence(let items) = entry.value else { return try text(entry).map { [$0] } ?? [] }
    return try items.compactMap { item in
      try text(Entry(key: entry.key, value: item, line: line(of: item)))
    }
  }

  func language(_ entry: Entry) throws -> String {
    let text = try text(entry) ?? ""
    guard text.wholeMatch(of: /[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*/) != nil else {
      throw error(entry.line, "“\(text)” is no language tag; write for instance lang: en")
    }
    return text
  }

  func seed(_ entry: Entry) throws -> UInt64? {
    guard let text = try text(entry) else { return nil }
    guard let seed = UInt64(text) else {
      throw error(
        entry.line, "the seed “\(text)” is not a whole number from 0 to \(UInt64.max)")
    }
    return seed
  }

  func parameters(_ entry: Entry) throws -> [Parameter.Declaration] {
    if let scalar = entry.value.scalar, isNull(scalar) { return [] }
    return try entries(of: entry.value, what: "“parameters”").map { parameter in
      guard parameter.key.wholeMatch(of: Parameter.namePattern) != nil else {
        throw error(
          parameter.line,
          "“\(parameter.key)” is no parameter name; use letters, digits, “_” and “-”, and begin "
            + "with a letter")
      }
      return try declaration(parameter)
    }
  }

  // A default alone, or lines of what there is to say.
  private func declaration(_ parameter: Entry) throws -> Parameter.Declaration {
    guard case .mapping = parameter.value else {
      let (value, kind) = try defaultValue(parameter, parameter.value)
      return Parameter.Declaration(
        name: parameter.key, value: value, kind: kind, line: parameter.line)
    }
    var declaration = Parameter.Declaration(
      name: parameter.key, value: nil, kind: .string, line: parameter.line)
    var named: (name: String, line: Int)?
    for entry in try entries(of: parameter.value, what: "parameter “\(parameter.key)”") {
      switch entry.key {
      case "default":
        (declaration.value, declaration.kind) = try defaultValue(parameter, entry.value)
      case "type": named = (try text(entry) ?? "", entry.line)
      case "help":
        declaration.help = try text(entry).map { $0.split(separator: "\n").joined(separator: " ") }
      case "choices": declaration.choices = try texts(entry)
      default:
        throw error(
          entry.line,
          "unknown “\(entry.key)” of parameter “\(parameter.key)”; "
            + (suggestion(for: entry.key, among: Self.parameterKeys)
              ?? "it can have \(Self.parameterKeys.joined(separator: ", "))"))
      }
    }
    if let named {
      let element: ParameterKind =
        if case .list(let element) = declaration.kind { element } else { .string }
      guard let kind = ParameterKind(name: named.name, element: element) else {
        throw error(
          named.line,
          "parameter “\(parameter.key)” has the type “\(named.name)”; "
            + (suggestion(for: named.name, among: ParameterKind.names)
              ?? "there are \(ParameterKind.names.joined(separator: ", "))"))
      }
      declaration.kind = kind
      declaration.isTyped = true
    } else if let choices = declaration.choices, declaration.value == nil {
      declaration.kind =
        choices.allSatisfy { ParameterKind.number.refusal(of: $0) == nil } ? .number : .string
    }
    for choice in declaration.choices ?? [] {
      if let reason = declaration.kind.refusal(of: choice) {
        throw error(
          parameter.line,
          "parameter “\(parameter.key)” must be \(reason), which its choice “\(choice)” is not")
      }
    }
    return declaration
  }

  private static let parameterKeys = ["default", "type", "help", "choices"]

  private func defaultValue(
    _ parameter: Entry, _ node: Node
  ) throws -> (value: String?, kind: ParameterKind) {
    if case .sequence(let items) = node {
      let kinds = items.map(kind)
      let values = try items.map { item in
        guard let text = item.scalar?.string, !text.isEmpty,
          !text.contains(where: { $0 == "," || $0.isNewline })
        else {
          throw error(
            line(of: item),
            "parameter “\(parameter.key)” is a list of single values without commas")
        }
        return text
      }
      let element = kinds.first.map { first in kinds.allSatisfy { $0 == first } ? first : .string }
      return (values.isEmpty ? nil : values.joined(separator: ","), .list(of: element ?? .string))
    }
    guard let scalar = node.scalar else {
      throw error(
        parameter.line,
        "parameter “\(parameter.key)” must be a number, true, false, text or a list")
    }
    if scalar.string.contains("\n") {
      throw error(parameter.line, "parameter “\(parameter.key)” must be one line")
    }
    return (isNull(scalar) ? nil : scalar.string, kind(of: node))
  }

  private func isNull(_ scalar: Node.Scalar) -> Bool {
    scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  private func kind(of node: Node) -> ParameterKind {
    guard let scalar = node.scalar, scalar.style == .plain else { return .string }
    return isNull(scalar) ? .string : ParameterKind(ofPlain: scalar.string)
  }

  // The YAML begins on the file's second line.
  private func line(of node: Node) -> Int { (node.mark?.line ?? 0) + 1 }

  private func error(for failure: YamlError) -> NotebookError {
    switch failure {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      error(mark.line + 1, "the front matter is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let names, let context):
      error(context.mark.line + 1, "“\(names.first ?? "")” is given twice")
    default:
      error(1, "the front matter is not YAML")
    }
  }
}
