import BasinCore

/// HTML that may stand in a page as it is.
///
/// What is written out in a literal is taken as it is; every string that is put into one is
/// escaped, for element content and for attribute values alike:
///
/// ```swift
/// let cell: Markup = "<td class=\"number\">\(text)</td>"
/// ```
struct Markup: ExpressibleByStringInterpolation, Equatable {
  private(set) var html: String

  /// Takes HTML from a renderer that escapes what is put into it: cmark, or Plotting's SVG.
  init(trusted html: String) { self.html = html }

  init(stringLiteral html: String) { self.html = html }

  init(stringInterpolation: StringInterpolation) { html = stringInterpolation.html }

  static func + (first: Markup, second: Markup) -> Markup {
    Markup(trusted: first.html + second.html)
  }

  static func += (first: inout Markup, second: Markup) { first.html += second.html }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var html = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      html.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { html += literal }

    mutating func appendInterpolation(_ markup: Markup) { html += markup.html }

    mutating func appendInterpolation(_ number: Int) { html += String(number) }

    /// Text in one line, with what would end it and other control characters shown by their escapes: a name from a
    /// file is whole, and is told from another.
    mutating func appendInterpolation(line text: String) {
      appendInterpolation(VisibleText.line(text))
    }

    mutating func appendInterpolation(_ text: String) {
      for scalar in text.unicodeScalars {
        switch scalar {
        case "&": html += "&amp;"
        case "<": html += "&lt;"
        case ">": html += "&gt;"
        case "\"": html += "&quot;"
        case "'": html += "&#39;"
        default: html.unicodeScalars.append(scalar.isAllowedInXML ? scalar : "\u{FFFD}")
        }
      }
    }
  }
}

extension Sequence<Markup> {
  /// One after the other.
  func joined(separator: Markup = "") -> Markup {
    var all = Markup(trusted: "")
    for (index, markup) in enumerated() {
      if index > 0 { all += separator }
      all += markup
    }
    return all
  }
}
