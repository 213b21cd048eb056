extension FigureData {
  /// All numbers as a CSV file (RFC 4180, but for line ends of one character): a line with the names of
  /// the columns, then one line for each point or node.
  ///
  /// The first columns are `panel` and `series` (counted from 1), `panel_title`, `series_name` and `kind`;
  /// then come the columns of the series. A cell is empty where a series has no such column. Numbers read
  /// back exactly; those that are not finite are `NaN`, `Infinity` and `-Infinity`.
  ///
  /// Titles, names and labels may come from strangers: control characters are left out, and a text that a
  /// spreadsheet would take for a formula has an apostrophe before it.
  public var csv: String {
    let order = [
      "x", "y", "value", "lower", "upper", "x_lower", "x_upper", "y_lower", "y_upper", "size",
      "label", "x_label", "y_label",
    ]
    let all = panels.flatMap(\.series)
    let names = order.filter { name in all.contains { $0[name] != nil } }
    let head = ["panel", "panel_title", "series", "series_name", "kind"]
    var lines = [(head + names).joined(separator: ",")]
    for (index, panel) in panels.enumerated() {
      for (number, series) in panel.series.enumerated() {
        let start = [
          "\(index + 1)", Self.cell(panel.title), "\(number + 1)", Self.cell(series.name ?? ""),
          series.kind.rawValue,
        ]
        let columns = names.map { series[$0] }
        let width = series["x"]?.count ?? 0
        for row in 0..<series.rows {
          let cells = columns.map { $0.map { Self.cell($0, row, in: series.kind, width) } ?? "" }
          lines.append((start + cells).joined(separator: ","))
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // Of a grid, `x` is that of a column, and `y` that of a row.
  private static func cell(_ column: Column, _ row: Int, in kind: Kind, _ width: Int) -> String {
    let isGrid = kind == .grid
    let index = !isGrid ? row : column.name.hasPrefix("x") ? row % width : row / width
    switch column.values {
    case .texts(let texts): return cell(texts[index])
    case .numbers(let values): return cell(values[index])
    case .rows(let values, _): return cell(values[row])
    }
  }

  private static func cell(_ value: Double) -> String {
    value.isFinite ? "\(value)" : value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity"
  }

  static func cell(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator:
        if scalar.properties.isWhitespace { plain.append(" ") }
      default: plain.append(scalar)
      }
    }
    var text = String(plain)
    let scalars = text.unicodeScalars
    if let first = scalars.first(where: { $0 != " " }), "=+-@".unicodeScalars.contains(first) {
      text = "'" + text
    }
    let isPlain =
      !scalars.contains { $0 == "," || $0 == "\"" } && scalars.first != " " && scalars.last != " "
    return isPlain ? text : "\"" + text.replacingScalars("\"", with: "\"\"") + "\""
  }
}

extension FigureData.Series {
  /// How many points or nodes there are.
  fileprivate var rows: Int {
    if case .rows(let values, _)? = self["value"]?.values { return values.count }
    return columns.map(\.count).min() ?? 0
  }
}

extension FigureData.Column {
  /// How many values there are.
  public var count: Int {
    switch values {
    case .numbers(let values): values.count
    case .texts(let texts): texts.count
    case .rows(let values, _): values.count
    }
  }
}
