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
    for ((index, column), word) in zip(table.columns.enumerated(), table.columnWords) {
      let cells = table.rows.map { $0[index] }
      let full = "\(name).\(word)"
      let text = [table.title, column.header].filter { !$0.isEmpty }.joined(separator: ": ")
      let texts = cells.map(\.words)
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
      if cells.contains(where: { $0.isLimitOfValue }) {
        add(full + "_min", [cells.count], .doubles(cells.map(\.known.lower)), "no less than this")
        add(full + "_max", [cells.count], .doubles(cells.map(\.known.upper)), "no more than this")
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
  fileprivate var isTextual: Bool {
    switch self {
    case .text, .missing: true
    case .number, .interval, .integer, .limit: false
    }
  }

  /// What stands in place of a number; empty for a number.
  fileprivate var words: String {
    switch self {
    case .text(let text): text
    case .limit(let limit): limit.text(.significant(17))
    case .number, .interval, .integer, .missing: ""
    }
  }

  fileprivate var isLimitOfValue: Bool {
    if case .limit(let limit) = self { limit.role == .value } else { false }
  }

  /// All that the number can be; `NaN` where nothing is known.
  fileprivate var known: (lower: Double, upper: Double) {
    guard case .limit(let limit) = self else { return (number, number) }
    return (limit.range.lowerBound, limit.range.upperBound)
  }
}
