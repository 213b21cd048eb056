import BasinCore
import Foundation

/// The lines that were typed, numbered from 1 as `%history` shows them, and what `!` makes of them.
struct TypedLines {
  private(set) var lines: [String]

  /// Creates a list whose first lines are those of earlier sessions.
  init(_ lines: [String] = []) { self.lines = lines }

  /// Adds a line; one that repeats the last is not listed again.
  mutating func append(_ line: String) {
    if lines.last != line { lines.append(line) }
  }

  /// A line with the earlier one put in that it asks for: `!!` is the last one, `!12` the one with
  /// that number, `!-2` the last but one, `!train` the last that begins so. Words after it are kept,
  /// and so is `%time` before it. `nil` where the line asks for none.
  ///
  /// - Throws: ``PromptError`` where there is no such line.
  func expanded(_ line: String) throws -> String? {
    if let rest = Directive.argument(of: line, for: "%time") {
      return try expanded(rest).map { "%time " + $0 }
    }
    guard line.hasPrefix("!") else { return nil }
    let word = line.prefix { $0 != " " }
    return try earlierLine(String(word)) + line.dropFirst(word.count)
  }

  /// The last `count` lines, or all that contain `text`, one a row with their numbers.
  ///
  /// - Throws: ``PromptError`` for a count that is not a number.
  func listing(_ argument: String) throws -> String {
    var numbered = Array(lines.enumerated())
    if let count = Int(argument) {
      guard count > 0 else { throw PromptError("%history takes a number of lines, 1 or more") }
      numbered = numbered.suffix(count)
    } else if !argument.isEmpty {
      numbered = numbered.filter { $0.element.contains(argument) }
    }
    let width = String(lines.count).count
    return numbered.map { index, line in
      DisplayText.padded(String(index + 1), to: width, flushRight: true) + "  " + line
    }.joined(separator: "\n")
  }

  /// The lines from one number to another: `7`, `3..7`, or the last one for nothing.
  ///
  /// - Throws: ``PromptError`` where there are no such lines.
  func selected(_ argument: String) throws -> [String] {
    if argument.isEmpty { return Array(lines.filter { !$0.hasPrefix("%edit") }.suffix(1)) }
    let ends = argument.components(separatedBy: "..").map { Int($0) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 else {
      throw PromptError("'\(argument)' is not a range of lines; 7 is one line, 3..7 is five")
    }
    guard first >= 1, first <= last, last <= lines.count else {
      throw PromptError("there are no lines \(argument); %history has 1 to \(lines.count)")
    }
    return Array(lines[(first - 1)...(last - 1)])
  }

  private func earlierLine(_ event: String) throws -> String {
    let name = String(event.dropFirst())
    let index: Int?
    if name == "!" {
      index = lines.count - 1
    } else if let number = Int(name) {
      index = number < 0 ? lines.count + number : number - 1
    } else {
      index = name.isEmpty ? nil : lines.lastIndex { $0.hasPrefix(name) }
    }
    guard let index, lines.indices.contains(index) else {
      throw PromptError("no earlier line is '\(event)'; %history lists them with their numbers")
    }
    return lines[index]
  }
}

/// Something typed at the prompt cannot be done.
struct PromptError: UsageError, Equatable, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
