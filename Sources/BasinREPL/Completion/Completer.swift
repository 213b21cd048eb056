/// What could stand at the cursor.
public struct Completions: Sendable, Equatable {
  /// What a candidate is; candidates are listed by kind.
  public enum Kind: String, Sendable, Equatable, CaseIterable {
    /// A command.
    case command = "commands"
    /// An option of a command.
    case option = "options"
    /// A name in the session.
    case name = "names"
    /// One of a fixed set of values.
    case value = "values"
    /// A file or a folder.
    case path = "files"
  }

  /// One thing that could stand there.
  public struct Candidate: Sendable, Equatable {
    /// What is inserted, quoted as the line needs it.
    public var text: String
    /// What is listed.
    public var label: String
    /// What it is.
    public var kind: Kind
    /// Whether the word is then complete and a space follows; not so for a folder, or for an
    /// option that ends in `=`.
    public var appendsSpace: Bool

    /// Creates a candidate; its label is its text unless said otherwise.
    public init(_ text: String, label: String? = nil, kind: Kind, appendsSpace: Bool = true) {
      self.text = text
      self.label = label ?? text
      self.kind = kind
      self.appendsSpace = appendsSpace
    }
  }

  /// The candidates, in the order in which they are listed.
  public var candidates: [Candidate]
  /// What a candidate replaces, in Unicode scalars of the line; it ends at the cursor.
  public var range: Range<Int>

  /// Creates completions for a part of a line.
  public init(_ candidates: [Candidate] = [], replacing range: Range<Int>) {
    self.candidates = candidates
    self.range = range
  }

  /// What follows from pressing Tab.
  enum Step: Equatable {
    /// Nothing fits.
    case nothing
    /// This text replaces the range.
    case insert(String)
    /// There are several, and nothing more that they share.
    case list
  }

  /// What to do, given the text that is in the range now.
  func step(typed: String) -> Step {
    guard let first = candidates.first else { return .nothing }
    if candidates.count == 1 { return .insert(first.text + (first.appendsSpace ? " " : "")) }
    let shared = sharedPrefix()
    return shared.count > typed.count && shared != typed ? .insert(shared) : .list
  }

  /// The longest prefix of all candidates, not ending amid an escaped character.
  private func sharedPrefix() -> String {
    var shared = Array(candidates.first?.text ?? "")
    for candidate in candidates.dropFirst() {
      let same = zip(shared, candidate.text).prefix { $0 == $1 }.count
      shared.removeSubrange(same...)
    }
    if shared.reversed().prefix(while: { $0 == "\\" }).count % 2 == 1 { shared.removeLast() }
    return String(shared)
  }
}

/// Whoever knows what could stand in a line.
public protocol Completer {
  /// What could stand at the cursor.
  ///
  /// - Parameters:
  ///   - line: the whole line.
  ///   - cursor: where the cursor is, in Unicode scalars of the line, from 0 to their count.
  func completions(for line: String, at cursor: Int) -> Completions
}
