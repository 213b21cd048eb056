import BasinKit
import Landscape

/// How searches ended: which of them converged. By the dimension of the planes for one network, and by
/// network for several.
struct SearchEndings {
  private struct Row {
    var name: String
    var dimension: Int?
    var planes = 0
    var reached = 0
    var still = 0
    var limit = 0
    var falling = 0
    // Still falling, and with a probability that can rise by more than a hundredth.
    var unfinished = 0

    mutating func count(_ outcome: CuttingPlane.Outcome) {
      planes += 1
      switch outcome.ending {
      case .reached: reached += 1
      case .still: still += 1
      case .limit(let isFalling):
        limit += 1
        guard isFalling else { return }
        falling += 1
        if outcome.isUnfinished { unfinished += 1 }
      }
    }

    var share: Double { Double(unfinished) / Double(planes) }
  }

  private var rows: [Row] = []
  private let options: CuttingPlaneSearch.Options
  private let areNetworks: Bool

  init(_ found: [ManifoldSearch.Found], _ options: CuttingPlaneSearch.Options) {
    self.options = options
    areNetworks = found.count > 1
    if areNetworks {
      rows = found.map { one in
        var row = Row(name: one.subject.label)
        for outcome in one.outcomes.values { row.count(outcome) }
        return row
      }.filter { $0.planes > 0 }
      return
    }
    var all: [Int: Row] = [:]
    for (plane, outcome) in found.flatMap(\.outcomes) {
      all[
        plane.dimension,
        default: Row(name: "dimension \(plane.dimension)", dimension: plane.dimension)
      ].count(outcome)
    }
    rows = all.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Shares of planes.
  var table: Table {
    let share = NumberFormat.percent(0)
    var table = Table(
      "How searches ended: the loss within 0.01 of its minimum, five losses within a standard deviation "
        + "of 0.001\(takesShortSteps ? " (with a learning rate of \(rate), too)" : ""), or the limit of "
        + Counted.text(options.steps, "steps"),
      columns: [
        areNetworks ? .text("network") : .integer("d"), .integer("planes"),
        .number("minimum", format: share), .number("loss stands still", format: share),
        .number("step limit", format: share), .number("limit, loss still falling", format: share),
      ])
    for row in rows {
      func part(_ count: Int) -> Table.Cell { .number(Double(count) / Double(row.planes)) }
      table.append([
        row.dimension.map { .integer($0) } ?? .text(row.name), .integer(row.planes),
        part(row.reached), part(row.still), part(row.limit), part(row.falling),
      ])
    }
    return table
  }

  private var takesShortSteps: Bool { options.learningRate < options.standardRate }
  private var rate: String { NumberFormat.significant(2).text(options.standardRate) }

  /// What lets searches end.
  var remedy: String { "raise --steps\(takesShortSteps ? ", or --lr up to \(rate)" : "")" }

  /// Where enough searches were cut off to move the curve.
  ///
  /// - Parameter consequence: What that means for the command's numbers: a clause.
  func warning(_ consequence: String) -> Note? {
    let cut = rows.filter { $0.unfinished >= 2 && $0.share >= 0.05 }
    guard let worst = cut.max(by: { $0.share < $1.share }) else { return nil }
    return Note(
      "\(worst.unfinished) of \(worst.planes) planes of \(worst.name) reached the limit of "
        + "\(Counted.text(options.steps, "steps")) below a probability of 0.99 while the loss still fell"
        + (cut.count > 1
          ? " (at least 5 % of the planes of \(cut.count) \(areNetworks ? "networks" : "dimensions"))"
          : "")
        + ": \(consequence); \(remedy)",
      level: .warning)
  }
}

extension CuttingPlane.Outcome {
  /// Whether the search was cut off while its loss still fell, with a probability that can rise by more than a hundredth.
  var isUnfinished: Bool { ending == .limit(isFalling: true) && probability < 0.99 }
}
