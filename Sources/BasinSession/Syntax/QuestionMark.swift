extension Line {
  /// `?name` and `name?` as the command that they stand for: `help` for a command, `show` for what
  /// the session holds, and `help` alone for a lone `?`.
  func withHelpSpelledOut(in session: Session) -> Line {
    var words = words[...]
    if words.first == "?", words.count <= 2 {
      words.removeFirst()
    } else if words.count == 1, let word = words.first, word.hasPrefix("?") {
      words = [String(word.dropFirst())]
    } else if words.count == 1, let word = words.first, word.hasSuffix("?") {
      words = [String(word.dropLast())]
    } else {
      return self
    }
    var line = self
    line.binding = nil
    guard let name = words.first else {
      line.words = ["help"]
      return line
    }
    let isHeld =
      !session.commandNames.contains(name) && session.workspace.names.contains(name)
    line.words = [isHeld ? "show" : "help", name]
    return line
  }
}
