import BasinKit
import BasinSession
import Foundation
import SWAPaths
import TestSupport

/// What PyTorch found between the networks of `Tests/Fixtures/landscape`.
struct ExpectedValues: Decodable {
  /// Loss and error at a point.
  struct Point: Decodable {
    var trainLoss: Double
    var trainError: Double
    var testLoss: Double
    var testError: Double
  }
  /// A point of a plane, with its coordinates.
  struct PlanePoint: Decodable {
    var x: Double
    var y: Double
    var trainLoss: Double
    var trainError: Double
    var testLoss: Double
    var testError: Double
  }
  struct Average: Decodable {
    var parameters: [Double]
    var buffers: [Double]
    var trainLoss: Double
    var testLoss: Double
    var testError: Double
  }
  struct Lines: Decodable {
    var t: [Double]
    var recomputed: [Point]
    var interpolated: [Point]
    var plain: [Point]
  }
  struct Plane: Decodable {
    var anchors: [[Double]]
    var third: [Double]
    var points: [PlanePoint]
  }

  var averages: [String: Average]
  var lines: Lines
  var barriers: [String: [[Double]]]
  var plane: Plane
  var plainPlane: Plane
  var direction: [Double]
  var rays: [String: [Point]]

  static func read() throws -> ExpectedValues {
    let url = URL(fileURLWithPath: Fixtures.landscape + "/expected.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(ExpectedValues.self, from: Data(contentsOf: url))
  }
}

/// A session with the networks of `Tests/Fixtures/landscape`: `bn` and `plain` of three seeds each, and
/// `run` of six epochs.
func landscapeSession() throws -> Session {
  let session = try Session(plugins: [swaPaths])
  func files(_ name: String, _ count: Int) -> String {
    (0..<count).map { "\(Fixtures.landscape)/\(name)-\($0).pt" }.joined(separator: " ")
  }
  for line in [
    "data digits", "load \(files("bn", 3)) --as bn", "load \(files("plain", 3)) --as plain",
    "load \(files("run", 6)) --as run",
  ] { _ = try session.evaluate(line, from: .prompt) }
  return session
}

extension Session {
  /// The tables of a line's result.
  func tables(_ line: String) throws -> [Table] {
    try evaluate(line, from: .prompt)?.result.items.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    } ?? []
  }

  /// The figures of a line's result.
  func figures(_ line: String) throws -> [Figure] {
    try evaluate(line, from: .prompt)?.result.items.compactMap {
      if case .figure(let figure) = $0 { figure } else { nil }
    } ?? []
  }
}

extension Table {
  /// A column's numbers by its place; NaN where a cell has none.
  func numbers(_ column: Int) -> [Double] {
    rows.map { row in
      switch row[column] {
      case .number(let value), .interval(let value, _): value
      case .integer(let value): Double(value)
      default: .nan
      }
    }
  }

  /// A column's numbers by its header.
  func numbers(_ name: String) -> [Double] {
    columns.firstIndex { $0.name == name }.map(numbers) ?? []
  }
}

/// Whether two numbers agree to 1e-5 of their size.
func agree(_ value: Double, _ expected: Double) -> Bool {
  abs(value - expected) <= 1e-5 * max(abs(expected), 1e-3)
}

/// Asks for a stop once so many points are done, and remembers the first report.
final class Stopper: ProgressReporter {
  var limit: Int
  var first: Int?
  private let cancellation: Cancellation

  init(_ cancellation: Cancellation, after limit: Int) {
    (self.cancellation, self.limit) = (cancellation, limit)
  }

  func report(_ update: ProgressUpdate) {
    guard update.label == "evaluating the plane" else { return }
    if first == nil { first = update.completed }
    if update.completed >= limit { cancellation.request() }
  }

  func finish() {}
}
