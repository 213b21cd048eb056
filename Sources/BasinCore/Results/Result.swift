// BasinCore owns the words that every other module speaks: results, tables, figures, progress,
// cancellation and whole-file writing. It must not know tensors, checkpoints, commands, terminals
// or Markdown.

/// What a command returns: things to show, in order, and values to bind in the session.
///
/// A command computes a `Result`; a renderer turns it into terminal text, Markdown, HTML or JSON.
/// Neither does the other's work.
///
/// ```swift
/// var result = Result()
/// result.add(Scalar("Mean disagreement", 0.061, format: .percent(1)))
/// result.add(table)
/// result.add(figure)
/// ```
public struct Result: Sendable {
  /// One thing to show.
  public enum Item: Sendable, Equatable, Codable {
    /// A single named number.
    case scalar(Scalar)
    /// A table with typed columns.
    case table(Table)
    /// A figure, drawn by the `Plotting` module.
    case figure(Figure)
    /// Text that is shown as it stands, line by line: a command's help.
    case text(String)
    /// A sentence: a warning, a default that was scaled down, a prefix that was stripped.
    case note(Note)
  }

  /// Things to show, in the order in which they are shown.
  public var items: [Item]
  /// Values to bind: the one named by `name = command …` or `--as name` comes first.
  public var bindings: [Binding]

  /// Creates a result from items and bindings.
  public init(items: [Item] = [], bindings: [Binding] = []) {
    self.items = items
    self.bindings = bindings
  }

  /// Appends a number.
  public mutating func add(_ scalar: Scalar) { items.append(.scalar(scalar)) }
  /// Appends a table.
  public mutating func add(_ table: Table) { items.append(.table(table)) }
  /// Appends a figure.
  public mutating func add(_ figure: Figure) { items.append(.figure(figure)) }
  /// Appends a note.
  public mutating func add(_ note: Note) { items.append(.note(note)) }

  /// Appends text that is shown as it stands.
  public mutating func add(text: String) { items.append(.text(text)) }

  /// Asks for `value` to be bound under `name` in the session.
  public mutating func bind(_ name: String, to value: any SessionValue) {
    bindings.append(Binding(name: name, value: value))
  }
}

/// A value to bind under a name in the session.
public struct Binding: Sendable {
  /// The session name, for instance `seeds`.
  public var name: String
  /// The value: a checkpoint set, a plane, a direction.
  public var value: any SessionValue

  /// Creates a binding.
  public init(name: String, value: any SessionValue) {
    self.name = name
    self.value = value
  }
}

/// Anything that a session can hold under a name.
public protocol SessionValue: Sendable {
  /// What kind of value this is, for `ls`: `checkpoints`, `plane`, `direction`.
  var kind: String { get }
  /// One line that says what is in it, for `ls`.
  var summary: String { get }
  /// What decides everything that a command can see of it: equal for equal values, also in another
  /// session. `nil` where that is not known: results that depend on it are then not cached.
  var identity: String? { get }
}

extension SessionValue {
  /// Not known.
  public var identity: String? { nil }
}
