import BasinCore

/// The house style's colours on a light or a dark page. Series colours follow Okabe and Ito, so
/// that they differ for colour-blind readers; on dark pages they are lighter.
struct Theme: Sendable {
  var foreground: Color
  var faintForeground: Color
  var grid: Color
  var background: Color
  /// Cells without a value.
  var missing: Color
  var neutral: Color
  var highlight: Color
  var series: [Color]

  func color(_ role: Figure.ColorRole) -> Color {
    switch role {
    case .series(let index): series[cycled(index, series.count)]
    case .neutral: neutral
    case .highlight: highlight
    }
  }

  static let light = Theme(
    foreground: Color(0x1F2328), faintForeground: Color(0x4B535D), grid: Color(0xE3E6EA),
    background: Color(0xFFFFFF), missing: Color(0xC9CDD2), neutral: Color(0x6E7681),
    highlight: Color(0x000000),
    series: [
      0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x8C5A3C, 0x5B4B9E,
    ].map(Color.init))

  static let dark = Theme(
    foreground: Color(0xE6EAEE), faintForeground: Color(0xAEB6BF), grid: Color(0x30363D),
    background: Color(0x14181D), missing: Color(0x4A525B), neutral: Color(0x9BA3AC),
    highlight: Color(0xFFFFFF),
    series: [
      0x4DA3E0, 0xFF8A47, 0x2CC79B, 0xE79BC8, 0xF5BB4A, 0x9CD6F7, 0xCBA084, 0xA89BEF,
    ].map(Color.init))

  /// Colours of what is drawn over a coloured field, which is the same on both pages.
  var overField: Theme {
    var theme = Theme.light
    theme.grid = grid
    theme.foreground = foreground
    theme.faintForeground = faintForeground
    theme.missing = missing
    return theme
  }
}

/// An sRGB colour.
struct Color: Sendable, Equatable {
  var red: Double
  var green: Double
  var blue: Double

  /// From `0xRRGGBB`.
  init(_ hex: Int) {
    red = Double(hex >> 16 & 0xFF)
    green = Double(hex >> 8 & 0xFF)
    blue = Double(hex & 0xFF)
  }

  /// For gnuplot: `rgb '#0072B2'`.
  var rgb: String { rgb(opacity: 1) }

  /// For gnuplot, whose first two digits are transparency.
  func rgb(opacity: Double) -> String {
    let transparency = Int(((1 - opacity) * 255).rounded())
    return "rgb '#\(transparency == 0 ? "" : Self.hex(transparency))\(digits)'"
  }

  /// `RRGGBB`
  var digits: String { [red, green, blue].map { Self.hex(Int($0.rounded())) }.joined() }

  /// Perceived brightness from 0 to 1.
  var luminance: Double { (0.299 * red + 0.587 * green + 0.114 * blue) / 255 }

  func mixed(with other: Color, _ part: Double) -> Color {
    var result = self
    result.red += (other.red - red) * part
    result.green += (other.green - green) * part
    result.blue += (other.blue - blue) * part
    return result
  }

  private static func hex(_ value: Int) -> String {
    let text = String(min(max(value, 0), 255), radix: 16, uppercase: true)
    return text.count == 1 ? "0" + text : text
  }
}

/// `index` wrapped into 0 ..< `count`.
func cycled(_ index: Int, _ count: Int) -> Int {
  let rest = index % count
  return rest < 0 ? rest + count : rest
}
