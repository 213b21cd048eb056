/// Type sizes in px of a figure's natural size, and how much room text takes.
///
/// The reader's sans-serif is not known here: widths are those of a wide one (DejaVu Sans), so
/// that with a narrower one there is only a little more air.
enum Type {
  static let title = 16.0
  static let panelTitle = 14.0
  static let label = 13.5
  static let tick = 12.0
  static let legend = 13.0
  static let lineHeight = 1.3

  /// The width of `text` in px.
  static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    let ems = text.unicodeScalars.reduce(0.0) { $0 + advance($1) }
    return ems * size * (isBold ? 1.1 : 1)
  }

  /// `text` in lines no wider than `width`, broken between words, or within a word that is too
  /// long on its own.
  static func wrap(
    _ text: String, size: Double, width limit: Double, isBold: Bool = false
  ) -> [String] {
    func fits(_ line: String) -> Bool { width(line, size: size, isBold: isBold) <= limit }
    var lines: [String] = []
    var line = ""
    for word in SafeText.line(text).split(separator: " ") {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if fits(longer) {
        line = longer
        continue
      }
      if !line.isEmpty { lines.append(line) }
      line = ""
      for character in word {
        if !line.isEmpty && !fits(line + String(character)) {
          lines.append(line)
          line = ""
        }
        line.append(character)
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// `text`, or its beginning and `…` where it is wider than `limit`.
  static func shortened(_ text: String, size: Double, width limit: Double) -> String {
    let text = SafeText.line(text)
    guard width(text, size: size) > limit else { return text }
    var kept = text
    while !kept.isEmpty && width(kept + "…", size: size) > limit { kept.removeLast() }
    return kept + "…"
  }

  private static func advance(_ scalar: Unicode.Scalar) -> Double {
    if scalar.properties.generalCategory == .nonspacingMark { return 0 }
    switch scalar {
    case "i", "j", "l", "'", "|": return 0.28
    case " ", ".", ",", ":", ";", "!", "I", "(", ")", "[", "]", "f", "t", "r", "/", "\\", "-":
      return 0.4
    case "m", "w", "M", "W", "%", "@": return 0.95
    case "A"..."Z", "+", "=", "<", ">", "~", "#": return 0.75
    case "⁰", "¹", "²", "³", "⁴"..."⁹", "⁻", "₀"..."₉": return 0.42
    default: return scalar.value < 0x1100 ? 0.62 : scalar.value < 0x2E80 ? 0.8 : 1.1
    }
  }
}
