import BasinCore

/// Draws a figure as terminal text of at most so many columns and rows. What it returns is printed
/// as it is: it may contain the escape sequences of terminal graphics.
/// `nil` where figures are not wanted, and their titles say what there is.
public typealias FigureDrawing = (Figure, _ columns: Int, _ rows: Int) throws -> String?

/// Turns results into text for a terminal, or for a file that people read.
///
/// Every text that comes from a result (names, labels, messages) has its control characters made
/// visible, so that a hostile file cannot move the cursor.
///
/// ```swift
/// let renderer = TerminalRenderer(terminal: .current(STDOUT_FILENO))
/// print(renderer.text(evaluation), terminator: "")
/// ```
public struct TerminalRenderer {
  /// What the text is fitted to.
  public var terminal: Terminal
  /// Draws figures; without it their titles are shown.
  public var drawFigure: FigureDrawing?
  /// Whether notes that are no warnings, times and names of new values are left out.
  public var isQuiet = false

  /// Creates a renderer for a terminal.
  public init(terminal: Terminal, drawFigure: FigureDrawing? = nil) {
    self.terminal = terminal
    self.drawFigure = drawFigure
  }

  /// What a command returned, how long it took if that was long, and what it bound if it says
  /// nothing else. Ends with a line break unless it is empty.
  public func text(_ evaluation: Evaluation) -> String {
    var text = text(evaluation.result)
    if terminal.isInteractive, !isQuiet, evaluation.seconds >= 1 {
      text += TextStyle.dim.applied(to: duration(evaluation.seconds), in: terminal) + "\n"
    }
    return text
  }

  /// A result's items in order; tables and figures have a blank line around them.
  public func text(_ result: Result) -> String {
    var paragraphs: [String] = []
    var scalars: [Scalar] = []
    var notes: [String] = []
    func close() {
      if !scalars.isEmpty { paragraphs.append(text(scalars)) }
      if !notes.isEmpty { paragraphs.append(notes.joined()) }
      scalars = []
      notes = []
    }
    for item in result.items {
      switch item {
      case .scalar(let scalar):
        if !notes.isEmpty { close() }
        scalars.append(scalar)
      case .note(let note) where isQuiet && note.level == .information: continue
      case .note(let note):
        if !scalars.isEmpty { close() }
        notes.append(text(note))
      case .text(let text):
        close()
        paragraphs.append(
          text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { DisplayText.neutralised(String($0)) + "\n" }.joined())
      case .table(let table):
        close()
        paragraphs.append(text(table))
      case .figure(let figure):
        close()
        paragraphs.append(text(figure))
      }
    }
    close()
    if paragraphs.isEmpty, !result.bindings.isEmpty, !isQuiet {
      paragraphs.append(result.bindings.map(text).joined())
    }
    return paragraphs.joined(separator: "\n")
  }

  /// An error as the line `error: …`, also where it names a file with a line break in its name; a cancelled command
  /// is no error and says `cancelled`.
  public func text(_ error: any Error) -> String {
    if error is Cancelled { return TextStyle.dim.applied(to: "cancelled", in: terminal) + "\n" }
    let label = TextStyle.red.applied(to: "error:", in: terminal)
    return paragraph(VisibleText.line(of: error), label: label)
  }

  /// Text with its line breaks and with all other control characters made visible, for what reaches a
  /// terminal without a renderer.
  public static func neutralised(lines text: String) -> String {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { DisplayText.neutralised(String($0)) }.joined(separator: "\n")
  }

  /// A sentence; a warning is marked as one.
  public func text(_ note: Note) -> String {
    switch note.level {
    case .information: paragraph(note.text, label: nil)
    case .warning:
      paragraph(note.text, label: TextStyle.yellow.applied(to: "warning:", in: terminal))
    }
  }

  private func text(_ table: Table) -> String {
    let layout = TableLayout(table, columns: terminal.columns)
    var text = title(table.title)
    text += layout.blocks.map { lines in
      lines.enumerated().map { index, line in
        (index < 2 ? TextStyle.dim.applied(to: line, in: terminal) : line) + "\n"
      }.joined()
    }.joined(separator: "\n")
    if table.rows.isEmpty { text += remark("no rows") }
    if layout.shortenedCells > 0 {
      let cells = layout.shortenedCells == 1 ? "1 cell" : "\(layout.shortenedCells) cells"
      text += remark("\(cells) shortened to fit the terminal")
    }
    return text
  }

  private func text(_ scalars: [Scalar]) -> String {
    let names = scalars.map { DisplayText.neutralised($0.name) }
    let width = names.map(DisplayText.width).max() ?? 0
    return zip(names, scalars).map { name, scalar in
      DisplayText.padded(name, to: width) + "  " + DisplayText.neutralised(scalar.text) + "\n"
    }.joined()
  }

  private func text(_ figure: Figure) -> String {
    let name = DisplayText.neutralised(figure.title)
    guard let drawFigure else { return remark("figure: \(name)") }
    let columns = min(terminal.columns ?? 80, 120)
    let rows = min(max((terminal.rows ?? 24) - 4, 10), 30)
    do {
      guard let drawing = try drawFigure(figure, columns, rows) else {
        return remark("figure: \(name)")
      }
      return title(figure.title) + drawing + (drawing.hasSuffix("\n") ? "" : "\n")
    } catch {
      return remark("figure “\(name)” is not drawn: \(VisibleText.line(of: error))")
    }
  }

  private func text(_ binding: Binding) -> String {
    DisplayText.neutralised("\(binding.name): \(binding.value.summary)") + "\n"
  }

  private func title(_ title: String) -> String {
    if title.isEmpty { return "" }
    return TextStyle.bold.applied(to: DisplayText.neutralised(title), in: terminal) + "\n"
  }

  private func remark(_ text: String) -> String {
    TextStyle.dim.applied(to: "(\(text))", in: terminal) + "\n"
  }

  // A message is one line, broken at blanks where it is wider than the terminal.
  private func paragraph(_ text: String, label: String?) -> String {
    var lines = [DisplayText.neutralised(text)]
    if let width = terminal.columns {
      // The label stands before the first line and has colours, which take no room.
      let room = label == nil ? width : max(20, width - "warning: ".count)
      lines = DisplayText.wrapped(lines[0], to: room)
    }
    return (label.map { $0 + " " } ?? "") + lines.joined(separator: "\n") + "\n"
  }

  private func duration(_ seconds: Double) -> String {
    seconds < 60 ? NumberFormat.fixed(1).text(seconds) + " s" : ProgressLine.clock(seconds)
  }
}
