/// One command as it was meant, put together from one or more physical lines.
public struct LogicalLine: Sendable, Equatable {
  /// The command, without comment, continuation marks and surrounding blanks; never empty.
  public var text: String
  /// Where it starts and ends in its file, both counted from 1.
  public var lines: ClosedRange<Int>

  /// Creates a logical line.
  public init(_ text: String, lines: ClosedRange<Int>) {
    self.text = text
    self.lines = lines
  }
}

/// Puts logical lines together from physical ones, the same at the prompt, in scripts and in
/// notebooks.
///
/// - A `\` at the end of a line continues it on the next; blanks after the `\` do no harm.
/// - A `#` where a word could start begins a comment up to the end of the line.
/// - In quotes neither is special, but for a `\` in double quotes. A quote that is left open ends
///   with its line: the command's parser says so, rather than swallowing the rest of the file.
///
/// ```swift
/// for line in LogicalLines.all(in: script) { try interpreter.evaluate(line.text, …) }
/// ```
public struct LogicalLines: Sendable {
  private var text = ""
  private var first: Int?
  private var next: Int
  private var quote: Unicode.Scalar?
  private var isInWord = false

  /// Creates an assembler whose next physical line has the number `firstLine`.
  public init(firstLine: Int = 1) { next = firstLine }

  /// Whether the last physical line asked to be continued.
  public var isContinuing: Bool { first != nil }

  /// Takes the next physical line, without its line break.
  ///
  /// - Returns: the logical line it completes; `nil` when it is blank, a comment, or to be
  ///   continued.
  public mutating func append(_ physical: String) -> LogicalLine? {
    let number = next
    next = next &+ 1
    if first == nil { first = number }
    var scalars = Array(physical.unicodeScalars)
    while let last = scalars.last, last == "\r" || last == "\n" { scalars.removeLast() }
    let (kept, continues) = scan(scalars)
    text.unicodeScalars.append(contentsOf: scalars[..<kept])
    return continues ? nil : finish()
  }

  /// The line that is still waiting for its continuation, when the input is over.
  public mutating func finish() -> LogicalLine? {
    guard let first else { return nil }
    let line = Self.trimmed(text)
    let last = next &- 1
    self = LogicalLines(firstLine: next)
    return line.isEmpty ? nil : LogicalLine(line, lines: first...max(first, last))
  }

  /// All logical lines of a text whose first line has the number `firstLine`.
  public static func all(in text: String, firstLine: Int = 1) -> [LogicalLine] {
    var assembler = LogicalLines(firstLine: firstLine)
    var lines: [LogicalLine] = []
    for physical in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if let line = assembler.append(String(Substring(physical))) { lines.append(line) }
    }
    if let line = assembler.finish() { lines.append(line) }
    return lines
  }

  /// How many scalars of a physical line count, and whether the next line continues it.
  private mutating func scan(_ scalars: [Unicode.Scalar]) -> (kept: Int, continues: Bool) {
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      switch (quote, scalar) {
      case ("'", _):
        if scalar == "'" { quote = nil }
      case (_, "\\"):
        if scalars[(index + 1)...].allSatisfy(Self.isBlank) { return (index, true) }
        isInWord = true
        index += 1
      case ("\"", _):
        if scalar == "\"" { quote = nil }
      case (_, "'"), (_, "\""):
        quote = scalar
        isInWord = true
      case (_, "#") where !isInWord:
        return (index, false)
      default:
        isInWord = !Self.isBlank(scalar)
      }
      index += 1
    }
    return (scalars.count, false)
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace
  }

  private static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let start = scalars.firstIndex(where: { !isBlank($0) }),
      let end = scalars.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(scalars[start...end])
  }
}
