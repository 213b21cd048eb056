import Foundation

/// How long the rest of a run may take, judged by an earlier report and by the cells that are done.
///
/// What the cache will have is not known before: the estimate is for computing all that is left.
public struct RunEstimate: Sendable {
  // What each cell took in the earlier report; `nil` where it does not say.
  private let earlier: [Double?]
  private var place = 0
  // Sums, so that asking after each cell costs no time that grows with their number.
  private var measured = (count: 0, seconds: 0.0)
  private var known: Double
  private var unknown: Int

  /// An estimate for a notebook's cells, from the report in a folder if there is one.
  public init(_ notebook: Notebook, reportFolder: String) {
    self.init(ids: notebook.cells.map(\.id), earlier: Self.seconds(in: reportFolder))
  }

  init(ids: [String], earlier: [String: Double]) {
    self.earlier = ids.map { earlier[$0] }
    known = self.earlier.reduce(0) { $0 + ($1 ?? 0) }
    unknown = self.earlier.count { $0 == nil }
  }

  /// A cell is over; one from the cache says nothing about the others.
  public mutating func ended(seconds: Double, wasCached: Bool) {
    if place < earlier.count {
      if let before = earlier[place] { known -= before } else { unknown -= 1 }
    }
    place += 1
    if !wasCached { measured = (measured.count + 1, measured.seconds + seconds) }
  }

  /// Seconds left, `elapsed` after the current cell began; `nil` while nothing is known.
  public func remaining(elapsed: Double) -> Double? {
    guard place < earlier.count else { return 0 }
    let mean = measured.count == 0 ? nil : measured.seconds / Double(measured.count)
    if unknown > 0, mean == nil { return nil }
    // The current cell may take longer than it did.
    guard let current = earlier[place] ?? mean else { return nil }
    let total = known + Double(unknown) * (mean ?? 0)
    return max(0, total - current) + max(0, current - elapsed)
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
