import BasinCore
import Foundation

extension FigureRenderer {
  /// Draws a figure with characters.
  ///
  /// Curves, points and bars are drawn by gnuplot's text terminal; heat maps and filled contours
  /// are blocks of shaded or coloured characters, small matrices their numbers.
  ///
  /// - Parameters:
  ///   - columns: characters in a line; at least 30 are used.
  ///   - rows: lines in all; every panel gets at least 10, so that there may be more.
  ///   - color: whether ANSI escape sequences for 256 colours may be used.
  /// - Returns: lines, each ended by a line end.
  /// - Throws: ``PlottingError`` when the figure cannot be drawn or gnuplot does not do its part;
  ///   `Cancelled` when the user stopped it.
  public func terminalText(
    _ figure: Figure, columns: Int, rows: Int, color: Bool
  ) throws -> String {
    try figure.check()
    let columns = min(max(columns, 30), 500)
    let rows = min(max(rows, 10), 300)
    let room = max(10, (rows - (figure.title.isEmpty ? 0 : 1)) / figure.panels.count)
    var lines: [String] = []
    if !figure.title.isEmpty { lines.append(TerminalText.centered(figure.title, columns)) }
    for panel in figure.panels {
      if !panel.title.isEmpty { lines.append(TerminalText.centered(panel.title, columns)) }
      let legend = TerminalText.legend(panel, columns: columns, color: color)
      let above = [panel.title, panel.y.label].count { !$0.isEmpty }
      let height = max(8, room - legend.count - above)
      if panel.layers.contains(where: \.isField) {
        lines += BlockMap(panel, columns: columns, rows: height, color: color).lines
      } else {
        if !panel.y.label.isEmpty {
          lines.append(TerminalText.shortened("↑ " + panel.y.label, columns))
        }
        lines += try dumb(panel, columns: columns, rows: height, color: color)
      }
      lines += legend
    }
    if let note = figure.dataNote { lines.append(note) }
    return lines.map { TerminalText.leftToRight($0) + "\n" }.joined()
  }

  private func dumb(
    _ panel: Figure.Panel, columns: Int, rows: Int, color: Bool
  ) throws -> [String] {
    let folder = try PlottingError.workFolder()
    let output = "panel.txt"
    try gnuplot.run(
      DumbScript(panel, columns: columns, rows: rows, color: color, output: output).script,
      in: folder)
    let data = folder.contents(of: output)
    guard !data.isEmpty else {
      throw PlottingError.incomplete(file: output, folder: folder.path)
    }
    // gnuplot begins a page with a form feed, pads every line, leaves colours on at a line's end
    // and lines empty but for colours around the page.
    let page = String(decoding: data, as: UTF8.self).replacing("\u{0C}", with: "")
    let escape = #/\u{1B}\[[0-9;]*m/#
    var lines = page.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let visible = line.replacing(escape, with: "")
      if visible.allSatisfy({ $0 == " " }) { return "" }
      let kept = String(line.reversed().drop { $0 == " " }.reversed())
      return color ? kept + "\u{1B}[0m" : kept
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    return lines
  }
}

/// Pieces of text that both ways of drawing with characters share.
enum TerminalText {
  /// The text in the middle of a line, shortened to fit.
  static func centered(_ text: String, _ columns: Int) -> String {
    let text = shortened(text, columns)
    return String(repeating: " ", count: max(0, (columns - text.count) / 2)) + text
  }

  static func shortened(_ text: String, _ columns: Int) -> String {
    let text = SafeText.line(text)
    return text.count <= columns ? text : text.prefix(max(0, columns - 1)) + "…"
  }

  /// The text without what would turn the reading direction of a line, and of the marks in it.
  static func leftToRight(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter {
          switch $0.value {
          case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: false
          default: true
          }
        }))
  }

  /// The character that stands for a layer, by its place among those of its kind.
  static func sign(of layer: Figure.Layer, in panel: Figure.Panel) -> Character {
    let signs = signs(for: layer)
    let kind = panel.layers.filter { $0.hasSign && self.signs(for: $0) == signs }
    return signs[(kind.firstIndex(of: layer) ?? 0) % signs.count]
  }

  /// The characters that gnuplot's text terminal draws lines with.
  static let lineSigns = Array("*#$%@&=")

  private static func signs(for layer: Figure.Layer) -> [Character] {
    switch layer {
    case .scatter(let points): Array(points.color == .highlight ? "★◆●" : "ox+▲■▼")
    case .band: Array("·:")
    default: lineSigns
    }
  }

  /// What the characters stand for.
  static func legend(_ panel: Figure.Panel, columns: Int, color: Bool) -> [String] {
    var lines: [String] = []
    var line = ""
    var length = 0
    for layer in panel.layers where layer.hasSign {
      guard let name = layer.name, !name.isEmpty else { continue }
      let sign = String(sign(of: layer, in: panel))
      let text = shortened(name, columns - 6)
      let entry = " \(colored(sign, layer.role, color)) \(text)  "
      let own = text.count + 5
      if length + own > columns {
        lines.append(line)
        (line, length) = ("", 0)
      }
      line += entry
      length += own
    }
    return length > 0 ? lines + [line] : lines
  }

  static func colored(_ text: String, _ role: Figure.ColorRole, _ color: Bool) -> String {
    color ? "\u{1B}[38;5;\(Theme.terminal.color(role).ansi)m\(text)\u{1B}[0m" : text
  }
}

extension Theme {
  /// Colours that are legible on light and dark terminals.
  static let terminal: Theme = {
    var theme = Theme.dark
    theme.series = Theme.light.series.map { $0.mixed(with: Color(0xFFFFFF), 0.15) }
    theme.highlight = Color(0xE0218A)
    // gnuplot's text terminal makes a pure grey nearly white.
    theme.neutral = Color(0x87875F)
    return theme
  }()
}

extension Color {
  /// The nearest of the 6 × 6 × 6 colours of a 256-colour terminal.
  var ansi: Int {
    func level(_ value: Double) -> Int {
      value < 48 ? 0 : value < 115 ? 1 : min(Int((value - 35) / 40), 5)
    }
    return 16 + 36 * level(red) + 6 * level(green) + level(blue)
  }
}

extension Figure.Layer {
  /// Whether characters stand for the layer.
  var hasSign: Bool {
    switch self {
    case .line, .scatter, .band, .bars: true
    case .heatMap, .contours, .surface: false
    }
  }

  var role: Figure.ColorRole {
    switch self {
    case .line(let line): line.color
    case .scatter(let points): points.color
    case .band(let band): band.color
    case .bars(let bars): bars.color
    case .contours(let contours): contours.color
    case .heatMap, .surface: .neutral
    }
  }
}
