import BasinCore

/// The program's arguments as others may read them. Where the program is, and where else on this machine
/// something was put, is nobody's business: of a path beyond the working folder its last part is left.
struct PublicCommandLine: Sendable {
  let words: [String]

  init(_ words: [String]) {
    self.words = words.map { word in
      let word = Privacy.scrub(word)
      guard word.hasPrefix("/") || word.hasPrefix("~/") else { return word }
      return "…/" + FilePath.name(of: word)
    }
  }
}
