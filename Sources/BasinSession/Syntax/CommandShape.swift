import BasinKit
import Foundation

/// The first option of a command that takes one value and that words give again, as it is typed.
public func repeatedOption(of command: any ParsableCommand.Type, in words: [String]) -> String? {
  CommandShape(command)?.repeatedOption(in: words)
}

/// What a command takes, as its parser says: arguments, options and flags.
struct CommandShape: Decodable {
  /// One argument, option or flag.
  struct Part: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String

      /// The name as it is typed.
      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    var kind: String
    var names: [Name]?
    var parsingStrategy: String
    var isRepeating: Bool
    var valueName: String?
    var allValues: [String]?
    var completionKind: Completion?

    /// How values are completed.
    struct Completion: Decodable {
      struct List: Decodable { var values: [String] }
      struct Nothing: Decodable {}

      var list: List?
      var file: Nothing?
      var directory: Nothing?
      var custom: Nothing?
    }

    /// What could be typed as the value.
    var expected: ExpectedValue {
      if let values = allValues ?? completionKind?.list?.values { return .choice(values) }
      if valueName == "layer" { return .layer }
      if completionKind?.custom != nil { return .checkpoints }
      return completionKind?.file != nil || completionKind?.directory != nil ? .file : .any
    }

    /// Whether a word follows the name.
    var takesValue: Bool { kind == "option" }
  }

  private var arguments: [Part]?

  private struct Tool: Decodable {
    var command: CommandShape
  }

  /// The shape of a command; `nil` when the parser does not say it.
  init?(_ type: any ParsableCommand.Type) {
    let text = Foundation.Data(type._dumpHelp().utf8)
    guard let tool = try? JSONDecoder().decode(Tool.self, from: text) else { return nil }
    self = tool.command
  }

  /// The options and flags as they are typed, in the order of the help: `--split`.
  var optionNames: [String] {
    (arguments ?? []).flatMap { $0.names ?? [] }.map(\.text).filter { $0.hasPrefix("--") }
  }

  /// What is expected after words of the command: the value of an option that ends them, or the next argument.
  func expected(after words: [String]) -> ExpectedValue {
    var positional = 0
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), word.count > 1, !Self.isNegativeNumber(word) else {
        positional += 1
        continue
      }
      guard !word.contains("="), let part = part(word), part.takesValue else { continue }
      // What follows an option whose value can be left out may be an argument as well.
      if rest.isEmpty { return part.expected }
      rest.removeFirst()
    }
    let places = (arguments ?? []).filter { $0.kind == "positional" }
    let place = positional < places.count ? places[positional] : places.last { $0.isRepeating }
    return place?.expected ?? .nothing
  }

  /// What is expected as the value of an option, as it is typed: `--split`.
  func expected(for option: String) -> ExpectedValue { part(option)?.expected ?? .any }

  /// The value that words give an option; `nil` where they give none.
  func value(of option: String, in words: [String]) -> String? {
    for (index, word) in words.enumerated() {
      if word == "--" { return nil }
      if word == option { return index + 1 < words.count ? words[index + 1] : nil }
      if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
    }
    return nil
  }

  /// The first option that takes one value and is given again.
  func repeatedOption(in words: [String]) -> String? {
    var seen: Set<String> = []
    var rest = words[...]
    while let word = rest.popFirst(), word != "--" {
      guard word.hasPrefix("-"), let part = part(String(word.prefix { $0 != "=" })),
        part.takesValue
      else { continue }
      let name = part.names?.first?.text ?? word
      if !part.isRepeating, !seen.insert(name).inserted { return name }
      if !word.contains("="), !Self.isOption(rest.first) { rest.removeFirst() }
    }
    return nil
  }

  // What is missing its value, the parser says.
  private static func isOption(_ word: String?) -> Bool {
    word.map { $0.hasPrefix("-") && $0 != "-" && !isNegativeNumber($0) } ?? true
  }

  private func part(_ name: String) -> Part? {
    arguments?.first { $0.names?.contains { $0.text == name } ?? false }
  }

  /// Words as the parser takes them for what they mean: `--grid -5` is an option with a value, and `-1` where an
  /// argument is asked for is that argument.
  ///
  /// - Throws: `CommandError` for an option that the command does not have.
  func words(_ words: [String], of command: String) throws -> [String] {
    var options: [String] = []
    var positional: [String] = []
    var hasNegative = false
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        positional += rest
        hasNegative = true
        break
      }
      guard word.hasPrefix("-"), word.count > 1 else {
        positional.append(word)
        continue
      }
      if Self.isNegativeNumber(word) {
        positional.append(word)
        hasNegative = true
        continue
      }
      let name = String(word.prefix { $0 != "=" })
      guard let part = part(name) else {
        try refuse(name, of: command)
        options.append(word)
        continue
      }
      guard part.takesValue, name == word, let next = rest.first, next != "--" else {
        options.append(word)
        continue
      }
      let isValue =
        !next.hasPrefix("-") || part.parsingStrategy == "unconditional" || next == "-"
        || Self.isNegativeNumber(next)
      if isValue {
        rest.removeFirst()
        options.append(next.hasPrefix("-") ? "\(word)=\(next)" : word)
        if !next.hasPrefix("-") { options.append(next) }
      } else {
        options.append(word)
      }
    }
    if let name = repeatedOption(in: words) {
      throw CommandError("\(command): \(name) is given twice; give it once")
    }
    // Without one the words stay as they were typed: so errors name the first that is wrong.
    return hasNegative ? options + ["--"] + positional : Self.joined(words, options, positional)
  }

  // The order in which they were typed decides nothing for the parser.
  private static func joined(
    _ words: [String], _ options: [String], _ positional: [String]
  ) -> [String] {
    options.count + positional.count == words.count ? words : positional + options
  }

  private func refuse(_ name: String, of command: String) throws {
    guard name.hasPrefix("--"), name != "--help" else { return }
    let hint = nearest(name, in: optionNames).map { "did you mean '\($0)'?" }
    throw CommandError(
      "\(command): unknown option '\(name)'; \(hint ?? "see `help \(command)`")")
  }

  private static func isNegativeNumber(_ word: String) -> Bool {
    word.hasPrefix("-") && (Double(word) != nil || word.dropFirst().first?.isNumber == true)
  }
}
