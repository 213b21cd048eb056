import Foundation

/// How long the rest of a run may take, judged by an earlier report and by the cells that are done.
///
/// What the cache will have is not known before: the estimate is for computing all that is left.
public struct RunEstimate: Sendable {
  private let ids: [String]
  private let earlier: [String: Double]
  private var place = 0
  private var measured: [Double] = []

  /// An estimate for a notebook's cells, from the report in a folder if there is one.
  public init(_ notebook: Notebook, reportFolder: String) {
    self.init(ids: notebook.cells.map(\.id), earlier: Self.seconds(in: reportFolder))
  }

  init(ids: [String], earlier: [String: Double]) {
    (self.ids, self.earlier) = (ids, earlier)
  }

  /// A cell is over; one from the cache says nothing about the others.
  public mutating func ended(seconds: Double, wasCached: Bool) {
    place += 1
    if !wasCached { measured.append(seconds) }
  }

  /// Seconds left, `elapsed` after the current cell began; `nil` while nothing is known.
  public func remaining(elapsed: Double) -> Double? {
    let rest = ids[min(place, ids.count)...]
    let mean = measured.isEmpty ? nil : measured.reduce(0, +) / Double(measured.count)
    var total = 0.0
    for (index, id) in rest.enumerated() {
      guard let seconds = earlier[id] ?? mean else { return nil }
      total += index == 0 ? max(0, seconds - elapsed) : seconds
    }
    return total
  }

  // What computing each cell took, by id, also where the report itself took it from the cache.
  private static func seconds(in folder: String) -> [String: Double] {
    struct Report: Decodable {
      struct Command: Decodable { var seconds: Double }
      struct Cell: Decodable {
        var id: String
        var commands: [Command]
      }
      var cells: [Cell]
    }
    guard let data = FileManager.default.contents(atPath: folder + "/provenance.json"),
      let report = try? JSONDecoder().decode(Report.self, from: data)
    else { return [:] }
    let pairs = report.cells.map { ($0.id, $0.commands.reduce(0) { $0 + $1.seconds }) }
    return Dictionary(pairs) { first, _ in first }
  }
}
