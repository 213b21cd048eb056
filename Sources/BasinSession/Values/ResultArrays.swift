import BasinKit
import Checkpoints

/// Everything that a result holds, as named arrays: what `save values` writes. docs/values.md lists the
/// names, which stay.
struct ResultArrays {
  private(set) var arrays: [ArrayWriter.Array] = []
  private var described: [(name: String, text: String)] = []
  private var names = Set<String>()

  init(_ result: Result, command: String) {
    add("command", [], .texts([command]), "the command")
    var scalars = 0
    var tables = 0
    var figures = 0
    for item in result.items {
      switch item {
      case .scalar(let scalar):
        scalars += 1
        add(scalar, "scalar\(scalars)")
      case .table(let table):
        tables += 1
        add(table, "table\(tables)")
      case .figure(let figure):
        figures += 1
        add(figure, "figure\(figures)")
      // Sentences about the values.
      case .text, .note: continue
      }
    }
    add(
      "contents", [described.count, 2], .texts(described.flatMap { [$0.name, $0.text] }),
      "this list")
  }

  private mutating func add(
    _ name: String, _ shape: [Int], _ elements: ArrayWriter.Array.Elements, _ text: String
  ) {
    var unused = name
    var number = 2
    while !names.insert(unused).inserted {
      unused = "\(name)_\(number)"
      number += 1
    }
    arrays.append(.init(unused, shape, elements))
    described.append((unused, text))
  }

  private mutating func add(_ scalar: Scalar, _ name: String) {
    let unit = scalar.unit.map { " (\($0))" } ?? ""
    add(name, [], .doubles([scalar.value]), scalar.name + unit)
    if let half = scalar.uncertainty {
      add(
        name + "_half_width", [], .doubles([half]),
        "what follows ±: half of the interval, or the standard deviation where it says so")
    }
  }

  private mutating func add(_ table: Table, _ name: String) {
    for (index, column) in table.columns.enumerated() {
      let cells = table.rows.map { $0[index] }
      let full = "\(name).\(Self.word(column.name))"
      let text = [table.title, column.header].filter { !$0.isEmpty }.joined(separator: ": ")
      let texts = cells.map { if case .text(let text) = $0 { text } else { "" } }
      if !column.isNumeric && cells.allSatisfy({ $0.isTextual }) {
        add(full, [cells.count], .texts(texts), text)
        continue
      }
      let integers = cells.compactMap { if case .integer(let value) = $0 { value } else { nil } }
      if integers.count == cells.count, !cells.isEmpty {
        add(full, [cells.count], .integers(integers), text)
      } else {
        add(full, [cells.count], .doubles(cells.map(\.number)), text)
      }
      let halves = cells.map { if case .interval(_, let half) = $0 { half } else { Double.nan } }
      if halves.contains(where: { !$0.isNaN }) {
        add(
          full + "_half_width", [cells.count], .doubles(halves),
          "what follows ±, as the title says: the standard deviation, or half of the interval")
      }
      if texts.contains(where: { !$0.isEmpty }) {
        add(full + "_text", [cells.count], .texts(texts), "what stands in place of a number")
      }
    }
  }

  private mutating func add(_ figure: Figure, _ name: String) {
    for (index, panel) in FigureData(figure).panels.enumerated() {
      var counts: [FigureData.Kind: Int] = [:]
      for series in panel.series {
        counts[series.kind, default: 0] += 1
        let full = "\(name).panel\(index + 1).\(series.kind.rawValue)\(counts[series.kind] ?? 1)"
        let what = [figure.title, panel.title, series.name ?? ""].filter { !$0.isEmpty }
        for column in series.columns {
          let meaning = [
            "x": panel.x, "y": panel.y, "value": panel.value ?? "", "x_label": panel.x,
            "y_label": panel.y,
          ][column.name]
          let text = (what + [meaning ?? ""].filter { !$0.isEmpty }).joined(separator: ": ")
          let (shape, elements) = column.array
          add("\(full).\(column.name)", shape, elements, text)
        }
      }
    }
  }

  /// A word of ASCII lower-case letters, digits and `_`: names of columns may come from files.
  static func word(_ text: String) -> String {
    let characters = text.lowercased().unicodeScalars.map { scalar -> Character in
      let isKept = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      return isKept ? Character(scalar) : "_"
    }
    let words = String(characters).split(separator: "_").joined(separator: "_").prefix(60)
    return words.isEmpty ? "column" : String(words)
  }
}

extension FigureData.Column {
  fileprivate var array: (shape: [Int], elements: ArrayWriter.Array.Elements) {
    switch values {
    case .numbers(let values): ([values.count], .doubles(values))
    case .texts(let texts): ([texts.count], .texts(texts))
    case .rows(let values, let columns):
      ([columns > 0 ? values.count / columns : 0, columns], .doubles(values))
    }
  }
}

extension Table.Cell {
  /// The number; `NaN` where there is none.
  fileprivate var number: Double {
    switch self {
    case .number(let value), .interval(let value, _): value
    case .integer(let value): Double(value)
    case .text, .missing: .nan
    }
  }

  fileprivate var isTextual: Bool {
    switch self {
    case .text, .missing: true
    case .number, .interval, .integer: false
    }
  }
}
