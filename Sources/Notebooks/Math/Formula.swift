/// A formula as its author wrote it: TeX between dollar signs.
///
/// Formulas become MathML, which browsers draw themselves, so a page needs neither a script nor a
/// network for them. What is understood is a part of LaTeX's math mode, listed in
/// `docs/notebooks.md`; a command that is not is shown as it was written, and ``problem`` says so.
struct Formula: Equatable {
  /// The TeX between the dollar signs.
  var source: String
  /// `$$…$$`: on a line of its own.
  var isDisplayed: Bool

  /// Formulas with more characters than this stay text.
  static let longest = 4096

  /// The formula as a `math` element, with its TeX as an annotation.
  var mathML: Markup { translated.markup }

  /// What was not understood, in one line; `nil` when all was.
  var problem: String? { translated.problem }

  private var translated: (markup: Markup, problem: String?) {
    do {
      guard source.count <= Self.longest else {
        throw MathError(reason: "more than \(Self.longest) characters")
      }
      var parser = MathParser(source)
      let body = try parser.formula()
      let display: Markup = isDisplayed ? " display=\"block\"" : ""
      let markup: Markup = """
        <math xmlns="http://www.w3.org/1998/Math/MathML"\(display)><semantics>\
        <mrow>\(body.map(\.mathML).joined())</mrow>\
        <annotation encoding="application/x-tex">\(source)</annotation></semantics></math>
        """
      return (markup, parser.unknown.first.map { "“\($0)” is not known in formulas" })
    } catch {
      let dollars = isDisplayed ? "$$" : "$"
      return ("<code class=\"tex\">\(dollars + source + dollars)</code>", "\(error)")
    }
  }
}

/// A formula that has no meaning, such as one with a brace too many.
struct MathError: Error, Equatable, CustomStringConvertible {
  var reason: String
  var description: String { reason }
}
