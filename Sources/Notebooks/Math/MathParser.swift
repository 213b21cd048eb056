/// Reads TeX's math mode, as far as formulas in notebooks need it.
struct MathParser {
  /// Commands that were met and are not known, as they were written.
  private(set) var unknown: [String] = []

  private let text: [Character]
  private var position = 0
  private var depth = 0
  private var alphabet: MathAlphabet?

  /// Parts nested deeper than this are refused.
  private static let deepest = 48

  init(_ source: String) { text = Array(source) }

  /// The parts of the whole formula.
  mutating func formula() throws -> [MathNode] {
    let parts = try parts()
    guard position == text.count else { throw MathError(reason: "“\(text[position])” too many") }
    return parts
  }

  // MARK: Parts

  // Ends before `}`, `&`, `\\`, `\right`, `\middle`, `\end`, and what `closing` is.
  private mutating func parts(until closing: Character? = nil) throws -> [MathNode] {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw MathError(reason: "too deeply nested") }
    var parts: [MathNode] = []
    while let next = peek(), next != "}", next != "&", next != closing {
      if next == "\\", ["\\", "right", "middle", "end", "cr"].contains(peekedCommand) { break }
      if next == "\\", ["displaystyle", "textstyle"].contains(peekedCommand) {
        let isDisplayed = command() == "displaystyle"
        parts.append(.style(.row(try self.parts(until: closing)), isDisplayed: isDisplayed))
        break
      }
      guard let part = try scripted() else { continue }
      if needsSpace(parts.last, before: part) { parts.append(.space(0.1667)) }
      parts.append(part)
    }
    return parts
  }

  // `log x` needs a space that `log(x)` does not.
  private func needsSpace(_ first: MathNode?, before second: MathNode) -> Bool {
    guard let first, first.isFunction else { return false }
    switch second {
    case .operator, .space: return false
    default: return true
    }
  }

  private mutating func scripted() throws -> MathNode? {
    let base: MathNode
    if let next = peek(), next == "^" || next == "_" || next == "'" {
      base = .row([])
    } else if let part = try part() {
      base = part
    } else {
      return nil
    }
    var below: MathNode?
    var above: MathNode?
    var limits: Bool?
    while let next = peek() {
      if next == "_", below == nil {
        position += 1
        below = try argument()
      } else if next == "^", above == nil {
        position += 1
        above = try argument()
      } else if next == "'", above == nil {
        var primes = ""
        while peek() == "'" {
          primes += "′"
          position += 1
        }
        above = .operator(.init(text: primes))
        if peek() == "^" {
          position += 1
          above = .row([.operator(.init(text: primes)), try argument()])
        }
      } else if next == "\\", ["limits", "nolimits"].contains(peekedCommand) {
        limits = command() == "limits"
      } else if next == "_" || next == "^" || next == "'" {
        throw MathError(reason: "two “\(next)” at one place; use braces")
      } else {
        break
      }
    }
    if below == nil, above == nil { return base }
    return limits ?? base.hasLimits
      ? .limits(base, below: below, above: above) : .scripts(base, below: below, above: above)
  }

  private mutating func part() throws -> MathNode? {
    guard let next = peek() else { return nil }
    position += 1
    switch next {
    case "{":
      let parts = try parts()
      try expect("}")
      return parts.count == 1 ? parts[0] : .row(parts)
    case "\\":
      position -= 1
      return try command(named: command())
    case "0"..."9", ".":
      guard next != "." || peekRaw()?.isNumber == true else {
        return .identifier(".", isUpright: true)
      }
      position -= 1
      return number()
    case "~": return .space(0.3333)
    case "-": return .operator(.init(text: "−"))
    case "*": return .operator(.init(text: "∗"))
    case "|": return .operator(.init(text: "|", isTight: true))
    case "+", "=", "<", ">", "(", ")", "[", "]", ",", ";", ":", "!", "/", "?", "@":
      return .operator(.init(text: String(next)))
    default: return next.isLetter ? identifier(next) : .operator(.init(text: String(next)))
    }
  }

  private func identifier(_ letter: Character) -> MathNode {
    guard let alphabet else { return .identifier(String(letter), isUpright: false) }
    return .identifier(String(alphabet.letter(letter)), isUpright: alphabet == .upright)
  }

  private mutating func number() -> MathNode {
    var digits = ""
    while let next = peekRaw(),
      next.isASCII && next.isNumber || next == "." && !digits.contains(".")
    {
      digits.append(alphabet?.letter(next) ?? next)
      position += 1
    }
    return .number(digits)
  }

  // MARK: Commands

  private mutating func command(named name: String) throws -> MathNode? {
    if let letter = MathSymbols.letters[name] {
      guard let alphabet else { return .identifier(letter, isUpright: false) }
      return .identifier(String(letter.map(alphabet.letter)), isUpright: false)
    }
    if let mark = MathSymbols.upright[name] {
      return .identifier(String(mark.map { alphabet?.letter($0) ?? $0 }), isUpright: true)
    }
    if let mark = MathSymbols.operators[name] { return .operator(.init(text: mark)) }
    if let mark = MathSymbols.large[name] {
      return .operator(.init(text: mark, hasLimits: true))
    }
    if let mark = MathSymbols.integrals[name] { return .operator(.init(text: mark)) }
    if MathSymbols.functions.contains(name) { return .identifier(name, isUpright: true) }
    if MathSymbols.limits.contains(name) { return .operator(.init(text: name, hasLimits: true)) }
    if let bracket = MathSymbols.brackets[name] {
      return .operator(.init(text: bracket, isTight: bracket == "|" || bracket == "‖"))
    }
    if let width = MathSymbols.spaces[name] { return .space(width) }
    if let accent = MathSymbols.accents[name] {
      return .accent(
        try argument(), mark: accent.mark, isBelow: accent.isBelow,
        isStretched: accent.isStretched)
    }
    if let alphabet = MathAlphabet(command: name) { return try letters(alphabet) }
    if let size = ["", "l", "r", "m"].lazy.compactMap({ MathSymbols.sizes[name.dropping($0)] })
      .first
    {
      return .operator(.init(text: try bracket(), isTight: true, height: size))
    }
    return try structure(named: name)
  }

  private mutating func structure(named name: String) throws -> MathNode? {
    switch name {
    case "frac": return .fraction(try argument(), try argument(), hasLine: true)
    case "dfrac", "tfrac":
      let fraction = MathNode.fraction(try argument(), try argument(), hasLine: true)
      return .style(fraction, isDisplayed: name == "dfrac")
    case "binom":
      let pair = MathNode.fraction(try argument(), try argument(), hasLine: false)
      return Self.fenced("(", pair, ")")
    case "sqrt":
      guard peek() == "[" else { return .root(try argument(), degree: nil) }
      position += 1
      let degree = MathNode.row(try parts(until: "]"))
      try expect("]")
      return .root(try argument(), degree: degree)
    case "text", "mbox", "textrm", "textit", "textbf": return .text(try rawArgument())
    case "operatorname":
      let hasLimits = peekRaw() == "*"
      if hasLimits { position += 1 }
      let thinSpace: Character = "\u{2009}"
      let name = try rawArgument().replacing("\\,", with: String(thinSpace))
        .filter { $0 == thinSpace || !$0.isWhitespace && $0 != "\\" }
      return hasLimits
        ? .operator(.init(text: name, hasLimits: true)) : .identifier(name, isUpright: true)
    case "overset", "stackrel":
      let above = try argument()
      return .limits(try argument(), below: nil, above: above)
    case "underset":
      let below = try argument()
      return .limits(try argument(), below: below, above: nil)
    case "not":
      guard case .operator(var mark) = try argument() else {
        throw MathError(reason: "after “\\not” there must be a relation")
      }
      mark.text += "\u{338}"
      return .operator(mark)
    case "left": return try fence()
    case "begin": return try environment()
    case "limits", "nolimits", "displaystyle", "textstyle":
      throw MathError(reason: "“\\\(name)” has nothing to act on")
    default:
      unknown.append("\\" + name)
      return .unknown("\\" + name)
    }
  }

  private mutating func letters(_ new: MathAlphabet) throws -> MathNode {
    let old = alphabet
    alphabet = new
    defer { alphabet = old }
    // A word in upright letters is one name.
    let start = position
    if new == .upright, let word = try? rawArgument(), word.count > 1, word.allSatisfy(\.isLetter) {
      return .identifier(word, isUpright: true)
    }
    position = start
    return try argument()
  }

  private mutating func fence() throws -> MathNode {
    let open = try bracket()
    var body: [MathNode] = []
    while true {
      body += try parts()
      guard peek() == "\\", ["middle", "right"].contains(peekedCommand) else {
        throw MathError(reason: "“\\left” without “\\right”")
      }
      let name = command()
      let mark = try bracket()
      if name == "right" { return Self.fenced(open, .row(body), mark) }
      body.append(.operator(.init(text: mark, isStretched: true)))
    }
  }

  private static func fenced(_ open: String, _ body: MathNode, _ close: String) -> MathNode {
    func mark(_ text: String) -> [MathNode] {
      text.isEmpty ? [] : [.operator(.init(text: text, isStretched: true))]
    }
    return .row(mark(open) + [body] + mark(close))
  }

  private mutating func bracket() throws -> String {
    guard let next = peek() else { throw MathError(reason: "a bracket is missing at the end") }
    if next == "\\" {
      let name = command()
      guard let bracket = MathSymbols.brackets[name] else {
        throw MathError(reason: "“\\\(name)” is no bracket")
      }
      return bracket
    }
    position += 1
    switch next {
    case ".": return ""
    case "<": return "⟨"
    case ">": return "⟩"
    case "(", ")", "[", "]", "|", "/": return String(next)
    default: throw MathError(reason: "“\(next)” is no bracket")
    }
  }

  private mutating func environment() throws -> MathNode {
    let name = try rawArgument()
    guard let brackets = MathSymbols.matrices[name] else {
      throw MathError(reason: "“\\begin{\(name)}” is not known in formulas")
    }
    if name == "array" { _ = try rawArgument() }
    var rows: [[MathNode]] = [[]]
    while true {
      rows[rows.count - 1].append(.row(try parts()))
      if peek() == "&" {
        position += 1
      } else if peek() == "\\", ["\\", "cr"].contains(peekedCommand) {
        _ = command()
        rows.append([])
      } else {
        break
      }
    }
    guard peek() == "\\", peekedCommand == "end" else {
      throw MathError(reason: "“\\begin{\(name)}” without “\\end{\(name)}”")
    }
    _ = command()
    let end = try rawArgument()
    guard end == name else {
      throw MathError(reason: "“\\begin{\(name)}” ends with “\\end{\(end)}”")
    }
    if rows.count > 1, rows.last == [.row([])] { rows.removeLast() }
    let alignment: MathNode.Alignment =
      switch name {
      case "cases": .left
      case "aligned", "align", "align*", "split": .pairs
      default: .centered
      }
    return Self.fenced(brackets.open, .table(rows, alignment), brackets.close)
  }

  // MARK: Characters

  private mutating func argument() throws -> MathNode {
    guard let next = peek(), next != "}", next != "&", next != "^", next != "_" else {
      throw MathError(reason: "something is missing at the end or before a brace")
    }
    // A digit by itself, as in x^23.
    if next.isASCII, next.isNumber {
      position += 1
      return .number(String(alphabet?.letter(next) ?? next))
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw MathError(reason: "too deeply nested") }
    return try part() ?? .row([])
  }

  private mutating func rawArgument() throws -> String {
    try expect("{")
    var raw = ""
    var open = 1
    while let next = peekRaw() {
      position += 1
      if next == "\\", let escaped = peekRaw(), "{}\\$%&#_ ".contains(escaped) {
        raw.append(escaped)
        position += 1
        continue
      }
      if next == "{" { open += 1 }
      if next == "}" { open -= 1 }
      if open == 0 { return raw }
      raw.append(next)
    }
    throw MathError(reason: "a “}” is missing")
  }

  private mutating func expect(_ character: Character) throws {
    guard peek() == character else { throw MathError(reason: "a “\(character)” is missing") }
    position += 1
  }

  private func peekRaw() -> Character? { position < text.count ? text[position] : nil }

  private mutating func peek() -> Character? {
    while let next = peekRaw(), next.isWhitespace { position += 1 }
    return peekRaw()
  }

  /// The command at the position, which has a `\`.
  private var peekedCommand: String {
    var copy = self
    return copy.command()
  }

  // Letters, or one character that is none.
  private mutating func command() -> String {
    position += 1
    var name = ""
    while let next = peekRaw(), next.isASCII, next.isLetter {
      name.append(next)
      position += 1
    }
    if name.isEmpty, let next = peekRaw() {
      name = String(next)
      position += 1
    }
    return name
  }
}

extension MathNode {
  fileprivate var hasLimits: Bool {
    switch self {
    case .operator(let mark): mark.hasLimits
    case .accent(_, let mark, _, _): mark == "⏞" || mark == "⏟"
    default: false
    }
  }

  fileprivate var isFunction: Bool {
    switch self {
    case .identifier(let name, let isUpright): isUpright && name.count > 1
    case .operator(let mark): mark.hasLimits && mark.text.allSatisfy(\.isASCII)
    case .scripts(let base, _, _), .limits(let base, _, _): base.isFunction
    default: false
    }
  }
}

extension String {
  /// Without a suffix; the string itself for the empty one.
  fileprivate func dropping(_ suffix: String) -> String {
    suffix.isEmpty ? self : hasSuffix(suffix) ? String(dropLast(suffix.count)) : ""
  }
}
