import BasinCore
import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// gnuplot's SVG, checked and made fit for standing in a page with others.
enum SVGDocument {
  /// Whether `svg` is a whole element for a page. The parser alone takes nothing at all for a
  /// document.
  static func isWhole(_ svg: String) -> Bool {
    svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n") && XMLParser(data: Data(svg.utf8)).parse()
  }

  /// The document as one element for a page.
  ///
  /// Every id, and every reference to one, begins with `id`. The declaration is gone; title and
  /// description are the figure's. The element is as wide as its container, up to `width` px, and
  /// images in it keep their pixels sharp.
  static func inlined(
    _ svg: String, id: String, title: String, description: String, width: Double
  ) -> String {
    var result = ""
    result.reserveCapacity(svg.utf8.count + 4096)
    var rest = svg[...]
    if let start = svg.range(of: "<svg") { rest = svg[start.lowerBound...] }
    // A label may begin with a mark, which makes one character of itself and the `>` before it.
    while let open = rest.unicodeScalars.firstIndex(of: "<") {
      result += SafeText.withoutBreaks(String(rest[..<open]).replacingScalars(">", with: "&gt;"))
      guard let close = rest.unicodeScalars[open...].firstIndex(of: ">") else { break }
      let end = rest.unicodeScalars.index(after: close)
      let tag = rest[open..<end]
      rest = rest[end...]
      switch true {
      case tag.hasPrefix("<svg"):
        result += root(id: id, title: title, description: description, tag: tag, width: width)
      case tag.hasPrefix("<title"), tag.hasPrefix("<desc"):
        // gnuplot's own go, with what is in them.
        let end = tag.hasPrefix("<title") ? "</title>" : "</desc>"
        if let range = rest.range(of: end) { rest = rest[range.upperBound...] }
      case tag.hasPrefix("<image"):
        result += prefixed(tag, id: id).replacing(
          "<image", with: "<image style='image-rendering:pixelated'", maxReplacements: 1)
      default: result += prefixed(tag, id: id)
      }
    }
    return (result + rest).trimmingCharacters(in: .whitespacesAndNewlines) + "\n"
  }

  /// Text for XML.
  static func escaped(_ text: String) -> String {
    SafeText.line(text).replacingScalars("&", with: "&amp;").replacingScalars("<", with: "&lt;")
      .replacingScalars(">", with: "&gt;")
  }

  private static func root(
    id: String, title: String, description: String, tag: Substring, width: Double
  ) -> String {
    let box = tag.firstMatch(of: #/viewBox="([^"]*)"/#).map { String($0.1) } ?? "0 0 640 480"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" \
      viewBox="\(box)" width="100%" style="max-width:\(Int(width))px;height:auto" role="img" \
      aria-labelledby="\(id)-title \(id)-desc">
      <title id="\(id)-title">\(escaped(title))</title>
      <desc id="\(id)-desc">\(escaped(description))</desc>
      """
  }

  // Only tags come here, never text: a label that says id='gpDot' stays as it is.
  private static func prefixed(_ tag: Substring, id: String) -> String {
    // gnuplot copies the weight into the family's name.
    var tag = tag.replacing(
      "font-family=\"sans-serif:Bold\"", with: "font-family=\"sans-serif\" font-weight=\"bold\"")
    for opening in [" id='", " id=\"", "href='#", "href=\"#", "url(#"] {
      tag = tag.replacing(opening, with: opening + id + "-")
    }
    return String(tag)
  }
}
