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
    if ["help", "?"].contains(command) { return matching(word, session.commandNames, .command) }
    if word.text.hasPrefix("-"), !word.text.contains("=") {
      return matching(word, session.optionNames(of: command), .option)
    }
    let values = fixedValues(command, preceding)
    let takesOnlyFiles = ["data", "load"].contains(command)
    let names = takesOnlyFiles ? [] : session.workspace.names
    let all = matching(word, values, .value) + matching(word, names, .name)
    return all + PathCompleter().candidates(for: word)
  }

  // Words with a fixed set of values.
  private func fixedValues(_ command: String, _ preceding: ArraySlice<String>) -> [String] {
    switch (command, preceding.last) {
    case (_, "--split"): ["train", "test"]
    case ("data", "data"), (_, "--data"): ["digits"]
    case ("train", "train"), (_, "--arch"): Architecture.names
    case (_, "--snapshot"): ["none", "epoch", "cycle"]
    case (_, "--schedule"): ["constant", "cosine", "plateau", "step:", "cyclical:"]
    case ("set", "set"): (session.settings + session.display.list).map { $0.name }
    case ("set", let name?): DisplaySettings.values(of: name)
    case ("save", "save"): ["notebook", "checkpoints", "values", "logits"]
    default: []
    }
  }

  private func matching(
    _ word: TypedWord, _ words: [String], _ kind: Completions.Kind
  ) -> [Completions.Candidate] {
    words.filter { $0.hasPrefix(word.text) }.map {
      Completions.Candidate(
        word.quoted($0, isComplete: true), label: $0, kind: kind,
        appendsSpace: !$0.hasSuffix(":"))
    }
  }
}
