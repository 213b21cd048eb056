import BasinKit
import Landscape

/// A measure between all pairs of the chosen checkpoints, as a figure and tables.
struct PairMatrix {
  var title: String
  var quantity: String
  var caption: String
  var values: [[Double]]
  var checkpoints: [SelectedCheckpoint]
  /// What an interval over checkpoints holds fixed besides them: the inputs, unless the measure has none.
  var given: String? = "these inputs"
  /// Whether there may be intervals over them.
  var independence = Independence()
  /// What differences of the values cannot leave.
  var differenceBounds: ClosedRange<Double>?
  var color: Figure.ColorAxis
  var format: NumberFormat

  /// The heat map; the mean, min and max for each pair of sets; whether pairs within one
  /// set have higher values than within another. A small matrix is a table too.
  var result: Result {
    var result = Result()
    result.add(figure)
    if !summary.rows.isEmpty { result.add(summary) }
    if let comparison { result.add(comparison) }
    if checkpoints.count <= 12 { result.add(matrix) }
    if let note { result.add(note) }
    return result
  }

  /// What tables over pairs do with a checkpoint that occurs twice.
  static func note(_ contents: CheckpointContents, on checkpoints: [SelectedCheckpoint]) -> Note? {
    contents.note(
      on: checkpoints,
      "each counts once in a set, and pairs of a checkpoint with itself are left out")
  }

  private var note: Note? { Self.note(independence.contents, on: checkpoints) }

  private var labels: [String] { checkpoints.map(\.label) }

  // Sets in the order in which they were named, with the places of their checkpoints, each checkpoint once.
  private var blocks: [(name: String, places: [Int])] {
    Self.blocks(of: checkpoints, independence.contents)
  }

  static func blocks(
    of checkpoints: [SelectedCheckpoint], _ contents: CheckpointContents
  ) -> [(name: String, places: [Int])] {
    var blocks: [(name: String, places: [Int])] = []
    for (place, checkpoint) in checkpoints.enumerated() {
      guard let index = blocks.firstIndex(where: { $0.name == checkpoint.set }) else {
        blocks.append((checkpoint.set, [place]))
        continue
      }
      let isThere = blocks[index].places.contains {
        contents.areEqual(checkpoints[$0], checkpoint)
      }
      if !isThere { blocks[index].places.append(place) }
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

  private func isSame(_ a: Int, _ b: Int) -> Bool {
    independence.contents.areEqual(checkpoints[a], checkpoints[b])
  }

  private var summary: Table {
    var table = Table(
      "\(quantity) by pair of sets (a checkpoint with itself left out)",
      columns: [
        .text("between"), .text("and"), .integer("pairs"), .number("mean", format: format),
        .number("min", format: format), .number("max", format: format),
      ])
    for (index, first) in blocks.enumerated() {
      for second in blocks[index...] {
        let pairs = first.places.flatMap { a in
          second.places.filter { first.name == second.name ? a < $0 : !isSame(a, $0) }
            .map { values[a][$0] }
        }
        guard let least = pairs.min(), let greatest = pairs.max() else { continue }
        table.append([
          .text(first.name), .text(second.name), .integer(pairs.count),
          .number(
            first.name == second.name
              ? mean(within: first.places) ?? .nan : pairs.reduce(0, +) / Double(pairs.count)),
          .number(least), .number(greatest),
        ])
      }
    }
    return table
  }

  // Means within sets against each other. Pairs share checkpoints, so intervals are over checkpoints; there
  // is none over the snapshots of one run.
  private var comparison: Table? {
    let blocks = blocks.filter { $0.places.count >= 3 }
    guard blocks.count >= 2 else { return nil }
    let exact = NumberFormat.significant(3)
    func matrix(_ places: [Int]) -> [[Double]] { places.map { a in places.map { values[a][$0] } } }
    func members(_ places: [Int]) -> [SelectedCheckpoint] { places.map { checkpoints[$0] } }
    let rows = blocks.indices.flatMap { index in
      blocks[(index + 1)...].map { second in
        let first = blocks[index]
        var estimate = Estimate.differenceOfPairMeans(
          matrix(first.places), matrix(second.places), unit: "checkpoints", given: given
        ).clamped(to: differenceBounds)
        if let objection = independence.objection(to: members(first.places))
          ?? independence.objection(to: members(second.places))
          ?? independence.objection(between: members(first.places), and: members(second.places))
        {
          estimate.support = .unsupported(objection)
        }
        return (first, second, estimate)
      }
    }
    var table = Table(
      "\(quantity) within sets compared ("
        + independence.caption(
          of: rows.map(\.2), over: blocks.flatMap { members($0.places) }) + ")",
      columns: [
        .text("within"), .text("against within"), .number("mean", format: format),
        .number("mean against", format: format), .number("difference", format: exact),
        .number("from", format: exact), .number("to", format: exact),
      ])
    for (first, second, estimate) in rows {
      table.append(
        [
          .text(first.name), .text(second.name),
          .number(mean(within: first.places) ?? .nan),
          .number(mean(within: second.places) ?? .nan), .number(estimate.value),
        ] + estimate.endCells)
    }
    return table
  }

  private func mean(within places: [Int]) -> Double? {
    var (sum, weight) = (0.0, 0.0)
    for a in places.indices {
      for b in 0..<a {
        sum += (values[places[a]][places[b]] + values[places[b]][places[a]]) / 2
        weight += 1
      }
    }
    return weight > 0 ? sum / weight : nil
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
