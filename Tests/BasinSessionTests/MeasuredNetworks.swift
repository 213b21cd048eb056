import BasinCore
import BasinKit
import BasinPlugins
import BasinSession
import Foundation
import Testing

/// A session beside what PyTorch measured, which a folder's `expected.json` has.
struct MeasuredNetworks {
  struct Measured: Decodable {
    var loss: Double
    var accuracy: Double
  }

  let session: Session
  let expected: [String: Measured]

  init(_ folder: String) throws {
    session = try Session(plugins: basinPlugins)
    expected = try JSONDecoder().decode(
      [String: Measured].self,
      from: Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json")))
  }

  @discardableResult
  func run(_ line: String) throws -> BasinCore.Result {
    try #require(try session.evaluate(line, from: .prompt)).result
  }

  /// What the error of a line says; `no error` where there is none.
  func message(_ line: String) -> String {
    do {
      _ = try session.evaluate(line, from: .prompt)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  /// The loss (relative above 1, to float32 rounding) and accuracy of each checkpoint of a set.
  func expect(_ set: String, is names: [String]) throws {
    guard case .table(let table)? = try run("eval \(set)").items.first else {
      Issue.record("no table")
      return
    }
    #expect(table.rows.count == names.count)
    for (row, name) in zip(table.rows, names) {
      let right = try #require(expected[name])
      guard case .number(let loss) = row[2], case .number(let accuracy) = row[3] else {
        Issue.record("no numbers")
        return
      }
      #expect(abs(loss - right.loss) < 3e-6 * max(1, right.loss), "\(name)")
      #expect(abs(accuracy - right.accuracy) < 1e-9, "\(name)")
    }
  }
}
