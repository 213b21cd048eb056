import BasinKit
import BasinPlugins
import BasinSession
import TestSupport
import Testing

/// Random draws follow from the session's seed and from what decides them, as docs/numbers.md lists: no default that is
/// spelled out, no name and no command before moves them.
@Suite struct DrawTests {
  private let folder: TemporaryFolder
  private let session: Session

  init() throws {
    folder = try TemporaryFolder()
    session = try Session(plugins: basinPlugins)
    for line in [
      "data digits", "load \(Fixtures.networks)/cnn.pt --as cnn",
      "load \(["mlp", "mlp-1", "mlp-2"].map { "\(Fixtures.networks)/\($0).pt" }.joined(separator: " ")) --as mlps",
      "train mimo-cnn:heads=2,channels=2 --epochs 1 --out \(folder.path)/mimo --as heads",
      "connect mlps[0] mlps[1] --epochs 1 --points 3 --as bends",
    ] { _ = try session.evaluate(line, from: .prompt) }
  }

  // Every number of a result, as bits: NaN differs from itself.
  private func numbers(_ line: String) throws -> [UInt64] {
    let result = try #require(try session.evaluate(line, from: .prompt)).result
    return result.items.flatMap(Self.numbers).map(\.bitPattern)
  }

  private static func numbers(_ item: Result.Item) -> [Double] {
    switch item {
    case .scalar(let scalar): return [scalar.value]
    case .table(let table): return table.rows.flatMap { $0.map(\.number) }
    case .figure(let figure):
      let columns = FigureData(figure).panels.flatMap { $0.series.flatMap(\.columns) }
      return columns.flatMap { column -> [Double] in
        switch column.values {
        case .numbers(let values), .rows(let values, _): values
        case .texts: []
        }
      }
    case .text, .note: return []
    }
  }

  private static let lines: [(line: String, spelledOut: String, isRandom: Bool)] = [
    ("ensemble mlps --sizes 1..2 --subsets 2", "--split test", true),
    ("manifold cnn --target 1 --dims 1,8,64 --planes 2 --steps 20", "--basis gaussian", true),
    (
      "manifold-sweep mlps --over ensemble --values 1,2 --target 3 --dims 1,8,64 --planes 2 --steps 20",
      "--lr 0.05", true
    ),
    ("gordon cnn --target 1 --dims 1,2,4,6,8,16,64 --planes 3", "--threshold 0.5", true),
    ("adversary cnn --target 1 --dims 8,64 --planes 2 --steps 40", "--origin data", true),
    ("sample random mlps[0] --n 2", "--as drawn", true),
    ("connect mlps[0] mlps[1] --epochs 1 --points 3", "--as other", true),
    // Its numbers are no draws of weights: the seed moves none of them.
    ("curve bends --points 3", "--as again", false),
    ("mimo heads[0]", "--split test", false),
  ]

  @Test func drawsFollowFromWhatDecidesThem() throws {
    for (line, spelledOut, isRandom) in Self.lines {
      _ = try session.evaluate("set seed 0", from: .prompt)
      let drawn = try numbers(line)
      #expect(!drawn.isEmpty, "\(line)")
      _ = try session.evaluate("sample random mlps[1] --n 1 --as before", from: .prompt)
      #expect(try numbers("\(line) \(spelledOut)") == drawn, "\(line)")
      _ = try session.evaluate("set seed 1", from: .prompt)
      #expect(try (numbers(line) != drawn) == isRandom, "\(line)")
      _ = try session.evaluate("set seed 0", from: .prompt)
      #expect(try numbers(line) == drawn, "\(line)")
    }
  }
}
