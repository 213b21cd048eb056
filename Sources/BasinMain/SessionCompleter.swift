import BasinKit
import BasinREPL
import BasinSession
import Landscape

/// What Tab offers: commands, a command's options, names in the session, and files.
struct SessionCompleter: Completer {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func completions(for line: String, at cursor: Int) -> Completions {
    let word = TypedWord(in: line, at: cursor)
    return Completions(candidates(for: word), replacing: word.range)
  }

  private func candidates(for word: TypedWord) -> [Completions.Candidate] {
    // `name = command`: the command is the third word.
    var preceding = word.preceding[...]
    if preceding.first == "%time" { preceding.removeFirst() }
    if preceding.count >= 2, preceding.dropFirst().first == "=" {
      preceding = preceding.dropFirst(2)
    }
    guard let command = preceding.first else {
      if word.text.hasPrefix("?") {
        return matching(
          word, (session.commandNames + session.workspace.names).map { "?" + $0 }, .command)
      }
      return matching(word, session.commandNames + Directive.names, .command)
    }
    if command == "?" { return matching(word, session.commandNames, .command) }
    if word.text.hasPrefix("-"), !word.text.contains("=") {
      return matching(word, session.optionNames(of: command), .option)
    }
    let words = Array(preceding.dropFirst())
    if word.text.hasPrefix("-"), let equals = word.text.firstIndex(of: "=") {
      let option = String(word.text[..<equals])
      return candidates(
        for: word, session.expectedValue(of: command, for: option), command, words,
        after: option + "=")
    }
    return candidates(for: word, expected(command, words), command, words)
  }

  private func candidates(
    for word: TypedWord, _ expected: ExpectedValue, _ command: String, _ words: [String],
    after prefix: String = ""
  ) -> [Completions.Candidate] {
    let names = session.workspace.names.map { prefix + $0 }
    switch expected {
    case .choice(let values):
      return matching(word, values.map { prefix + $0 }, .value, listing: true)
    case .checkpoints: return matching(word, names, .name)
    case .layer: return matching(word, session.layers(named: words).map { prefix + $0 }, .value)
    case .file: return PathCompleter().candidates(for: word)
    case .any:
      let takesOnlyFiles = ["data", "load"].contains(command) && words.last?.hasPrefix("-") != true
      return matching(word, fixedValues(command), .value)
        + (takesOnlyFiles ? [] : matching(word, names, .name))
        + PathCompleter().candidates(for: word)
    case .nothing: return []
    }
  }

  // Two commands take what depends on the word before.
  private func expected(_ command: String, _ words: [String]) -> ExpectedValue {
    switch (command, words.count) {
    case ("help", 0): .choice(session.commandNames)
    case ("set", 0): .choice((session.settings + session.display.list).map { $0.name })
    case ("set", 1): .choice(DisplaySettings.values(of: words[0]))
    case ("save", 0): .choice(["notebook", "checkpoints", "values", "logits"])
    default: session.expectedValue(of: command, after: words)
    }
  }

  // What is built in beside files.
  private func fixedValues(_ command: String) -> [String] {
    switch command {
    case "data": ["digits"]
    case "train", "arch": Architecture.names
    default: []
    }
  }

  private func matching(
    _ word: TypedWord, _ words: [String], _ kind: Completions.Kind, listing: Bool = false
  ) -> [Completions.Candidate] {
    // `train-loss,te`: the last of several.
    let before = listing ? word.text.lastIndex(of: ",").map { String(word.text[...$0]) } : nil
    return words.map { (before ?? "") + $0 }.filter { $0.hasPrefix(word.text) }.map {
      Completions.Candidate(
        word.quoted($0, isComplete: true), label: $0, kind: kind,
        appendsSpace: !$0.hasSuffix(":"))
    }
  }
}
