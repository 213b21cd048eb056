import Landscape
import Testing

@testable import BasinKit
@testable import DiversityPlane
@testable import Evaluation

/// What is said of sets is computed from them.
@Suite struct StatementTests {
  private func curve(_ name: String, _ values: [(size: Int, mean: Double)]) -> EnsembleCurves.Curve
  {
    EnsembleCurves.Curve(
      name: name,
      scores: values.map { size, mean in
        EnsembleScores(
          size: size, isComplete: true, each: [],
          negativeLogLikelihoods: (0..<200).map {
            mean + 0.1 * Double($0 % 7 - 3) * Double(size)
          })
      })
  }

  @Test func likelihoodsAreComparedOnTheSameInputs() {
    let table = LikelihoodComparison(
      [
        curve("a", [(1, 0.5), (2, 0.4), (3, 0.3)]), curve("b", [(1, 0.6), (2, 0.4)]),
      ], unit: "test inputs"
    ).table
    #expect(table.rows.count == 3)
    #expect(
      table.rows.map { $0[0] } == [.text("a, 3"), .text("b, 2"), .text("a, 2")])
    #expect(
      table.rows.map { $0[1] } == [.text("a, 1"), .text("b, 1"), .text("b, 2")])
    guard case .number(let difference) = table.rows[0][2], case .number(let low) = table.rows[0][3],
      case .number(let high) = table.rows[0][4]
    else {
      Issue.record("other cells than numbers")
      return
    }
    // The deviation of 0.2·(−3 … 3) over √200 is 0.0284.
    #expect(abs(difference + 0.2) < 0.01 && abs(low + 0.2 + 0.056) < 0.01)
    #expect(abs(high + 0.2 - 0.056) < 0.01)
    #expect(
      table.rows.map { $0[5] } == [.text("lower"), .text("lower"), .text("equal within rounding")])
    #expect(table.title.contains("95 % intervals: Student's t over 200 test inputs"))
  }

  /// Means within sets, and an interval of their difference that follows the checkpoints.
  @Test func pairsWithinSetsAreCompared() throws {
    let (low, high) = (0.1, 0.3)
    let sets = Array(repeating: "a", count: 6) + Array(repeating: "b", count: 6)
    let values = sets.indices.map { row in
      sets.indices.map { column in
        row == column
          ? 0
          : (row < 6) == (column < 6)
            ? (row < 6 ? low : high) + 0.01 * Double(row % 6 + column % 6 - 5) : 0.9
      }
    }
    let architecture = try Architecture("mlp", input: [1, 8, 8], classes: 10)
    let matrix = PairMatrix(
      title: "t", quantity: "q", caption: "", values: values,
      checkpoints: sets.enumerated().map { index, set in
        SelectedCheckpoint(
          set: set, index: index % 6,
          checkpoint: Checkpoint(
            name: "\(index)", file: nil, identity: "\(index)", metadata: [:],
            weights: .vectors(parameters: [], buffers: [], counts: [])),
          architecture: architecture)
      }, color: .init(), format: .fixed(3))
    let tables: [Table] = matrix.result.items.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
    let row = tables[1].rows[0]
    #expect(tables[1].rows.count == 1)
    guard case .number(let one) = row[2], case .number(let other) = row[3],
      case .number(let difference) = row[4], case .number(let from) = row[5],
      case .number(let to) = row[6]
    else { throw CommandError("other cells than numbers") }
    #expect(abs(one - low) < 1e-12 && abs(other - high) < 1e-12)
    #expect(abs(difference + 0.2) < 1e-12 && from < -0.2 && to > -0.2 && to < 0)
    #expect(tables[1].title.contains("jackknife over 6 + 6 checkpoints, for these inputs"))
  }
}
