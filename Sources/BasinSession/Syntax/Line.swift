// Session owns the way from a typed line to a result: syntax, the registry of commands, the
// commands that are Basin's own, and the values that live between lines. It must not know
// terminals, or what any plugin computes.

import BasinKit
import Foundation

/// A typed line, taken apart.
///
/// ```
/// d = diversity seeds path --baseline seeds[0]   # compare them
/// ```
///
/// Words are separated by blanks; 'single' quotes keep everything, "double" quotes and bare words
/// understand `\` before a character. `#` at the start of a word begins a comment; `~` or `~/` there, without quotes,
/// is the home folder.
public struct Line: Sendable, Equatable {
  /// The name to bind the result to.
  public var binding: String?
  /// The command and its arguments, unquoted.
  public var words: [String]

  /// Takes a line apart; `nil` when there is nothing on it.
  ///
  /// - Throws: `CommandError` for a quote that is not closed, a name that is none, an empty word, a control character,
  ///   a hidden one, or more words than ``mostWords``.
  public init?(_ text: String) throws {
    if let odd = ControlCharacter.first(in: text) {
      throw CommandError(
        "this line is not text: it has the control character \(odd.name); take it out")
    }
    if let odd = HiddenCharacter.first(in: text) {
      throw CommandError(
        "this line does not show all that is in it: it has the hidden character \(odd.name); take it out, "
          + "or write * for it in a file's name")
    }
    var tokens = try Self.tokens(text)
    if tokens.count >= 2, tokens[1] == Token(text: "=", isQuoted: false) {
      let name = tokens[0].text
      guard SessionName.isValid(name) else {
        throw CommandError(
          "'\(name)' is no name; a name has letters, digits, _ and -, and begins with a letter or _"
        )
      }
      guard tokens.count > 2 else {
        throw CommandError("nothing follows '\(name) ='; a command should")
      }
      binding = name
      tokens.removeFirst(2)
    }
    try Self.refuse(words: tokens.count)
    // An empty path would be the root folder's, or the working folder's.
    guard tokens.allSatisfy({ !$0.text.isEmpty }) else {
      throw CommandError("the line has an empty word, '' or \"\"; fill it in, or leave it out")
    }
    words = tokens.map(\.expanded)
    guard !words.isEmpty else { return nil }
  }

  /// How many words a command may have. The parser of arguments takes time with the square of their number: ten
  /// thousand would take a minute, in which nothing stops it.
  public static let mostWords = 1000

  /// Refuses what has more words than ``mostWords``.
  ///
  /// - Throws: `CommandError`.
  public static func refuse(words count: Int) throws {
    guard count > mostWords else { return }
    throw CommandError(
      "the command has \(count) words, and more than \(mostWords) are refused; choose files with a pattern in quotes, "
        + "such as 'runs/*.pt', and checkpoints with a range, such as seeds[0..99]")
  }

  private struct Token: Equatable {
    var text: String
    var isQuoted: Bool
    var beginsWithTilde = false

    // With the home folder for `~`, as in a shell.
    var expanded: String {
      guard beginsWithTilde, text == "~" || text.hasPrefix("~/"),
        let home = ProcessInfo.processInfo.environment["HOME"], !home.isEmpty
      else { return text }
      return home + text.dropFirst()
    }
  }

  private static func tokens(_ text: String) throws -> [Token] {
    var tokens: [Token] = []
    var current: Token?
    var quote: Unicode.Scalar?
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped {
        if current == nil { current = Token(text: "", isQuoted: true) }
        current?.text.unicodeScalars.append(scalar)
        current?.isQuoted = true
        isEscaped = false
      } else if scalar == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if scalar == open { quote = nil } else { current?.text.unicodeScalars.append(scalar) }
      } else if scalar == "'" || scalar == "\"" {
        quote = scalar
        if current == nil { current = Token(text: "", isQuoted: true) }
        current?.isQuoted = true
      } else if scalar.properties.isWhitespace {
        if let done = current { tokens.append(done) }
        current = nil
      } else if scalar == "#", current == nil {
        break
      } else {
        if current == nil {
          current = Token(text: "", isQuoted: false, beginsWithTilde: scalar == "~")
        }
        current?.text.unicodeScalars.append(scalar)
      }
    }
    if let quote { throw CommandError("a \(quote) is opened and not closed") }
    if let done = current { tokens.append(done) }
    return tokens
  }

  /// Words put back together, quoted where they need it.
  public static func joined(_ words: [String]) -> String { TypedWords.joined(words) }
}
