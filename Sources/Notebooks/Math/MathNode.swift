/// A part of a formula.
indirect enum MathNode: Equatable {
  /// Parts side by side.
  case row([MathNode])
  /// A letter or a name; an upright letter is not set in italics.
  case identifier(String, isUpright: Bool)
  case number(String)
  case `operator`(MathOperator)
  case text(String)
  /// Space of a width in em.
  case space(Double)
  /// Two parts, one above the other, with or without a line between them.
  case fraction(MathNode, MathNode, hasLine: Bool)
  case root(MathNode, degree: MathNode?)
  case scripts(MathNode, below: MathNode?, above: MathNode?)
  /// Scripts below and above; in a line's text, operators move them to the side.
  case limits(MathNode, below: MathNode?, above: MathNode?)
  /// A mark over or under a part.
  case accent(MathNode, mark: String, isBelow: Bool, isStretched: Bool)
  case table([[MathNode]], Alignment)
  /// A part set as in a displayed formula, or as in a line of text.
  case style(MathNode, isDisplayed: Bool)
  /// A command that is not known, as it was written.
  case unknown(String)

  enum Alignment: Equatable {
    case centered
    case left
    /// Columns in pairs, the first to the right and the second to the left: aligned equations.
    case pairs
  }
}

/// An operator, a bracket or a mark between operands.
struct MathOperator: Equatable {
  var text: String
  /// Grows with what stands beside it.
  var isStretched = false
  /// Takes no space of its own: a bar that is a bracket.
  var isTight = false
  /// Scripts of it are limits: below and above in displayed formulas.
  var hasLimits = false
  /// The height in em of a bracket that was made large by hand.
  var height: Double?
}

extension MathNode {
  /// The part as MathML: one element.
  var mathML: Markup {
    switch self {
    case .row(let parts): return "<mrow>\(parts.map(\.mathML).joined())</mrow>"
    case .identifier(let name, let isUpright):
      let variant: Markup = isUpright && name.count == 1 ? " mathvariant=\"normal\"" : ""
      return "<mi\(variant)>\(name)</mi>"
    case .number(let digits): return "<mn>\(digits)</mn>"
    case .operator(let mark): return mark.mathML
    case .text(let text):
      // Spaces at the ends would be lost.
      return "<mtext>\(text.replacing(" ", with: "\u{A0}"))</mtext>"
    case .space(let width): return "<mspace width=\"\(String(width))em\"></mspace>"
    case .fraction(let upper, let lower, let hasLine):
      let line: Markup = hasLine ? "" : " linethickness=\"0\""
      return "<mfrac\(line)>\(upper.mathML)\(lower.mathML)</mfrac>"
    case .root(let body, let degree):
      guard let degree else { return "<msqrt>\(body.mathML)</msqrt>" }
      return "<mroot>\(body.mathML)\(degree.mathML)</mroot>"
    case .scripts(let base, let below, let above):
      return Self.scripted(base, below, above, ("msub", "msup", "msubsup"))
    case .limits(let base, let below, let above):
      return Self.scripted(base, below, above, ("munder", "mover", "munderover"))
    case .accent(let base, let mark, let isBelow, let isStretched):
      let stretched: Markup = isStretched ? "" : " stretchy=\"false\""
      return isBelow
        ? "<munder>\(base.mathML)<mo\(stretched)>\(mark)</mo></munder>"
        : "<mover accent=\"true\">\(base.mathML)<mo\(stretched)>\(mark)</mo></mover>"
    case .table(let rows, let alignment): return Self.table(rows, alignment)
    case .style(let body, let isDisplayed):
      return "<mstyle displaystyle=\"\(isDisplayed ? "true" : "false")\">\(body.mathML)</mstyle>"
    case .unknown(let source): return "<merror><mtext>\(source)</mtext></merror>"
    }
  }

  private static func scripted(
    _ base: MathNode, _ below: MathNode?, _ above: MathNode?, _ tags: (Markup, Markup, Markup)
  ) -> Markup {
    switch (below, above) {
    case (let below?, let above?):
      "<\(tags.2)>\(base.mathML)\(below.mathML)\(above.mathML)</\(tags.2)>"
    case (let below?, nil): "<\(tags.0)>\(base.mathML)\(below.mathML)</\(tags.0)>"
    case (nil, let above?): "<\(tags.1)>\(base.mathML)\(above.mathML)</\(tags.1)>"
    case (nil, nil): base.mathML
    }
  }

  // Browsers align the columns of a formula by style only.
  private static func table(_ rows: [[MathNode]], _ alignment: Alignment) -> Markup {
    let lines = rows.map { row -> Markup in
      let cells = row.enumerated().map { column, cell -> Markup in
        let side: Markup =
          switch alignment {
          case .centered: ""
          case .left: " class=\"left\""
          case .pairs: column % 2 == 0 ? " class=\"right tight\"" : " class=\"left tight\""
          }
        return "<mtd\(side)>\(cell.mathML)</mtd>"
      }
      return "<mtr>\(cells.joined())</mtr>"
    }
    let style: Markup = alignment == .pairs ? " displaystyle=\"true\"" : ""
    return "<mtable\(style)>\(lines.joined())</mtable>"
  }
}

extension MathOperator {
  // Browsers stretch every bracket unless they are told not to; TeX only after \left and \right.
  fileprivate var mathML: Markup {
    var attributes: Markup = ""
    if let height {
      attributes += " minsize=\"\(String(height))em\" maxsize=\"\(String(height))em\""
    } else if isStretched {
      attributes += " stretchy=\"true\""
    } else if Self.brackets.contains(text) {
      attributes += " stretchy=\"false\""
    }
    if isTight { attributes += " lspace=\"0\" rspace=\"0\"" }
    if hasLimits { attributes += " movablelimits=\"true\"" }
    return "<mo\(attributes)>\(text)</mo>"
  }

  private static let brackets: Set = [
    "(", ")", "[", "]", "{", "}", "|", "‖", "⟨", "⟩", "⌊", "⌋", "⌈", "⌉", "/", "↑", "↓",
  ]
}
