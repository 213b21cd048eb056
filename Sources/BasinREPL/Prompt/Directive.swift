import BasinCore
import Foundation

/// A line as the prompt takes it: a command for the interpreter, or something about the prompt
/// itself, which begins with `%`.
public enum Directive: Sendable, Equatable {
  /// A command, for the interpreter.
  case command(String)
  /// `%time COMMAND`: the command, and how long it took.
  case time(String)
  /// `%history`, `%history 20`, `%history TEXT`.
  case history(String)
  /// `%edit`, `%edit 7`, `%edit 3..7`: lines in the user's editor, which are run afterwards.
  case edit(String)

  /// What there is, as it is typed.
  public static let names = ["%edit", "%history", "%time"]

  /// Takes a logical line.
  ///
  /// - Throws: an error for a word with `%` that is not one of ``names``.
  init(_ line: String) throws {
    guard line.hasPrefix("%") else {
      self = .command(line)
      return
    }
    if let command = Self.argument(of: line, for: "%time") {
      guard !command.isEmpty else { throw PromptError("%time needs a command to time") }
      self = .time(command)
    } else if let argument = Self.argument(of: line, for: "%history") {
      self = .history(argument)
    } else if let argument = Self.argument(of: line, for: "%edit") {
      self = .edit(argument)
    } else {
      let word = String(line.prefix { $0 != " " })
      let hint = nearest(word, in: Self.names).map { "did you mean '\($0)'?" }
      throw PromptError(
        "unknown '\(word)'; \(hint ?? "there are \(Self.names.joined(separator: ", "))")")
    }
  }

  /// What follows `name` on a line that begins with it; `nil` on other lines.
  static func argument(of line: String, for name: String) -> String? {
    guard line.hasPrefix(name) else { return nil }
    let rest = line.dropFirst(name.count)
    guard rest.isEmpty || rest.first == " " || rest.first == "\t" else { return nil }
    return rest.trimmingCharacters(in: .whitespaces)
  }
}

extension Interpreter {
  /// Evaluates a line, and with `isTimed` adds a note of how long it took and how much of that the
  /// processors worked.
  func evaluate(_ line: String, from origin: Origin, isTimed: Bool) throws -> Evaluation? {
    let (start, cpu) = (ContinuousClock.now, Self.processorSeconds)
    var evaluation = try evaluate(line, from: origin)
    if isTimed {
      let elapsed = start.duration(to: .now) / .seconds(1)
      evaluation?.result.add(
        Note("time: \(Self.text(elapsed)) (processors: \(Self.text(Self.processorSeconds - cpu)))"))
    }
    return evaluation
  }

  private static func text(_ seconds: Double) -> String {
    seconds < 1
      ? NumberFormat.significant(3).text(max(0, seconds) * 1000) + " ms"
      : NumberFormat.significant(4).text(seconds) + " s"
  }

  // Of all threads, in user and system mode.
  private static var processorSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
