import BasinKit
import Landscape

/// How searches ended, by the dimension of their planes: which of them converged.
struct SearchEndings {
  private struct Row {
    var planes = 0
    var reached = 0
    var still = 0
    var limit = 0
    var falling = 0
    // Still falling, and with a probability that can rise by more than a hundredth.
    var unfinished = 0
  }

  private var rows: [Int: Row] = [:]
  private let steps: Int

  init(_ found: [ManifoldSearch.Found], steps: Int) {
    self.steps = steps
    for (plane, outcome) in found.flatMap(\.outcomes) {
      var row = rows[plane.dimension] ?? Row()
      row.planes += 1
      switch outcome.ending {
      case .reached: row.reached += 1
      case .still: row.still += 1
      case .limit(let isFalling):
        row.limit += 1
        if isFalling {
          row.falling += 1
          if outcome.probability < 0.99 { row.unfinished += 1 }
        }
      }
      rows[plane.dimension] = row
    }
  }

  /// Shares of planes by dimension.
  var table: Table {
    let share = NumberFormat.percent(0)
    var table = Table(
      "How searches ended: the loss within 0.01 of its minimum, five losses within a standard deviation "
        + "of 0.001, or the limit of \(steps) steps",
      columns: [
        .integer("d"), .integer("planes"), .number("minimum", format: share),
        .number("loss stands still", format: share), .number("step limit", format: share),
        .number("limit, loss still falling", format: share),
      ])
    for (dimension, row) in rows.sorted(by: { $0.key < $1.key }) {
      func part(_ count: Int) -> Table.Cell { .number(Double(count) / Double(row.planes)) }
      table.append([
        .integer(dimension), .integer(row.planes), part(row.reached), part(row.still),
        part(row.limit), part(row.falling),
      ])
    }
    return table
  }

  /// Where enough searches were cut off to move the curve.
  var warning: Note? {
    let cut = rows.filter {
      $0.value.unfinished >= 2 && $0.value.unfinished * 20 >= $0.value.planes
    }
    guard
      let worst = cut.max(by: {
        ($0.value.unfinished * $1.value.planes, $1.key)
          < ($1.value.unfinished * $0.value.planes, $0.key)
      })
    else { return nil }
    let (dimension, row) = worst
    return Note(
      "\(row.unfinished) of \(row.planes) planes of dimension \(dimension) reached the limit of "
        + "\(steps) steps below a probability of 0.99 while the loss still fell"
        + (cut.count > 1 ? " (at least 5 % at \(cut.count) dimensions)" : "")
        + ": d* may be too high; raise --steps", level: .warning)
  }
}
