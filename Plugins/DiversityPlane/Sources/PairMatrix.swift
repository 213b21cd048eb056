import BasinKit

/// A measure between all pairs of the chosen checkpoints, as a figure and tables.
struct PairMatrix {
  var title: String
  var quantity: String
  var caption: String
  var values: [[Double]]
  var checkpoints: [SelectedCheckpoint]
  var color: Figure.ColorAxis
  var format: NumberFormat

  /// The heat map, and the mean, least and greatest value for each pair of sets. A small matrix is
  /// a table too.
  var result: Result {
    var result = Result()
    result.add(figure)
    result.add(summary)
    if checkpoints.count <= 12 { result.add(matrix) }
    return result
  }

  private var labels: [String] { checkpoints.map(\.label) }

  // Sets in the order in which they were named, with the places of their checkpoints.
  private var blocks: [(name: String, places: [Int])] {
    var blocks: [(name: String, places: [Int])] = []
    for (place, checkpoint) in checkpoints.enumerated() {
      if let index = blocks.firstIndex(where: { $0.name == checkpoint.set }) {
        blocks[index].places.append(place)
      } else {
        blocks.append((checkpoint.set, [place]))
      }
    }
    return blocks
  }

  private var figure: Figure {
    let borders = zip(checkpoints, checkpoints.dropFirst()).enumerated()
      .filter { $0.element.0.set != $0.element.1.set }.map { $0.offset + 1 }
    return Figure(
      title,
      .matrix(
        rows: values, labels: labels, axis: "checkpoint", color: color, format: format,
        blocks: borders),
      legend: .none, caption: caption)
  }

  private var summary: Table {
    var table = Table(
      "\(quantity) by pair of sets (a checkpoint with itself left out)",
      columns: [
        .text("between"), .text("and"), .integer("pairs"), .number("mean", format: format),
        .number("least", format: format), .number("greatest", format: format),
      ])
    for (index, first) in blocks.enumerated() {
      for second in blocks[index...] {
        let pairs = first.places.flatMap { a in
          second.places.filter { first.name == second.name ? a < $0 : true }
            .map { values[a][$0] }
        }
        guard let least = pairs.min(), let greatest = pairs.max() else { continue }
        table.append([
          .text(first.name), .text(second.name), .integer(pairs.count),
          .number(pairs.reduce(0, +) / Double(pairs.count)), .number(least), .number(greatest),
        ])
      }
    }
    return table
  }

  private var matrix: Table {
    var table = Table(
      quantity, columns: [.text("")] + labels.map { .number($0, format: format) })
    for (label, row) in zip(labels, values) {
      table.append([.text(label)] + row.map { .number($0) })
    }
    return table
  }
}
