import BasinKit
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import SWAPaths

/// The papers' quantities are what plain PyTorch finds: regularized losses, kept batch-norm statistics,
/// directions from files.
@Suite struct QuantityTests {
  struct File: Decodable {
    struct Point: Decodable {
      var trainLoss: Double
      var testLoss: Double
      var testError: Double
      var regularized: Double
    }
    struct PlanePoint: Decodable {
      var x: Double
      var y: Double
      var kept: Point
      var recomputed: Point
    }
    struct LinePoint: Decodable {
      var t: Double
      var trainLoss: Double
      var testLoss: Double
      var regularized: Double
    }
    var plane: [PlanePoint]
    var line: [LinePoint]

    static func read() throws -> File {
      let url = URL(fileURLWithPath: Fixtures.landscape + "/quantities.json")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(File.self, from: Data(contentsOf: url))
    }
  }

  private let name = "regularized training loss (decay 5e-4)"

  private func notes(_ session: Session, _ line: String) throws -> [String] {
    try session.evaluate(line, from: .prompt)?.result.items.compactMap {
      if case .note(let note) = $0 { note.text } else { nil }
    } ?? []
  }

  /// Corners and centre of a 3 × 3 grid, by name and flat, with kept and recomputed statistics.
  @Test(arguments: [
    ("directions", "--keep-bn"), ("flat", "--keep-bn"), ("directions", ""), ("flat", ""),
  ])
  func planesAlongDirectionsAgree(_ file: String, _ statistics: String) throws {
    let session = try landscapeSession()
    let line =
      "plane bn[0] --directions \(Fixtures.landscape)/\(file).safetensors --grid 3 \(statistics) "
      + "--metric train-loss,test-error --regularized 5e-4"
    let figure = try session.figures(line)[0]
    #expect(figure.panels[0].title == name)
    let caption = try #require(figure.caption)
    #expect(caption.contains("Measured on the 1197 training and 600 test inputs of digits"))
    #expect(
      caption.contains(
        statistics.isEmpty
          ? "recomputed at every point on the training split" : "are those of bn[0] at every point")
    )
    guard case .contours(let losses)? = figure.panels[0].layers.first,
      case .contours(let errors)? = figure.panels[1].layers.first
    else { throw CommandError("no contours") }
    #expect(losses.grid.x == [-1, 0, 1] && losses.grid.y == [-1, 0, 1])
    for point in try File.read().plane where point.x != 0.5 {
      let place = Int(point.y + 1) * 3 + Int(point.x + 1)
      let expected = statistics.isEmpty ? point.recomputed : point.kept
      #expect(agree(losses.grid.values[place], expected.regularized))
      #expect(abs(errors.grid.values[place] - 100 * expected.testError) < 1e-9)
    }
    // The centre with its own statistics is the checkpoint.
    let table = try session.tables(line)[0]
    if !statistics.isEmpty {
      #expect(
        agree(table.numbers("\(name) in the plane")[0], table.numbers("\(name), its own")[0]))
    }
  }

  /// Oblique axes: a point's projection has its multiples.
  @Test func obliquePlanesProject() throws {
    let plane = try ParameterPlane(
      at: Tensor([1.0, 2, 3], shape: [3]), steps: Tensor([1.0, 1, 0], shape: [3]),
      Tensor([0, 2.0, 0], shape: [3]))
    let place = try plane.projection(of: plane.point(x: 0.5, y: -2))
    #expect(abs(place.x - 0.5) < 1e-12 && abs(place.y + 2) < 1e-12 && place.distance < 1e-12)
    #expect(throws: PlaneError.parallel) {
      try ParameterPlane(
        at: Tensor([0.0, 0], shape: [2]), steps: Tensor([1.0, 1], shape: [2]),
        Tensor([-2.0, -2], shape: [2]))
    }
  }

  private func field(_ panel: Figure.Panel) -> Figure.Grid? {
    for case .contours(let contours) in panel.layers { return contours.grid }
    return nil
  }

  /// Options that only change what is measured move no random direction: shared points have equal numbers.
  @Test(arguments: ["--keep-bn", "--regularized 5e-4", "--margin 0.3", "--max-loss 3"])
  func measuringMovesNoDirection(_ option: String) throws {
    let session = try landscapeSession()
    func middle(_ line: String) throws -> [Double] {
      let grids = try session.figures(line)[0].panels.compactMap(field)
      return grids.map { $0.values[0] } + grids.map { $0.values[$0.values.count - 1] }
    }
    let plane = "plane plain[0] --random --metric test-loss"
    let plain = try middle(plane + " --grid 3")
    #expect(plain.count == 2 && plain[0] != plain[1])
    #expect(try middle(plane + " --grid 5") == plain)
    #expect(try middle(plane + " --grid 3 \(option)") == plain)
    guard option != "--margin 0.3", option != "--max-loss 3" else { return }
    func ends(_ line: String) throws -> Double? {
      try #require(try session.tables(line).last).numbers("test loss").last
    }
    let rays = try ends("rays plain[0] --n 2 --points 2")
    #expect(rays != nil)
    #expect(try ends("rays plain[0] --n 2 --points 2 \(option)") == rays)
    #expect(try ends("rays plain[0] --n 2 --points 3") == rays)
  }

  /// Both directions have the checkpoint's norms, filter by filter, and axes are multiples of them.
  @Test func filterNormalisedPlanesAreNotOrthogonal() throws {
    let session = try landscapeSession()
    let line = "plane plain[0] --random --filter-normalised --grid 3"
    let figure = try session.figures(line)[0]
    #expect(try #require(field(figure.panels[0])).x == [-1, 0, 1])
    #expect(figure.caption?.contains("multiples of the directions") == true)
    #expect(try notes(session, line).contains { $0.contains("the cosine between them is") })
    // ‖w + x·u + y·v‖² over the grid gives ‖u‖, ‖v‖ and u·v, by a weight decay that outweighs the loss.
    let grid = try #require(
      field(
        try session.figures(line + " --metric train-loss --regularized 1e9 --max-loss 1e30")[0]
          .panels[0]))
    func half(_ x: Int, _ y: Int) -> Double { grid.values[(y + 1) * 3 + x + 1] / 5e8 }
    let first = (half(1, 0) + half(-1, 0) - 2 * half(0, 0)) / 2
    let second = (half(0, 1) + half(0, -1) - 2 * half(0, 0)) / 2
    #expect(abs(first / second - 1) < 1e-3)
    let cosine = (half(1, 1) - half(1, -1) - half(-1, 1) + half(-1, -1)) / 8 / first
    let note = try #require(try notes(session, line).first { $0.contains("cosine") })
    let said = try #require(Double(note.split(separator: " ").last ?? ""))
    #expect(abs(cosine - said) < 2e-3)
  }

  /// Errors are in per cent in both tables.
  @Test func extremesAreInPerCent() throws {
    let session = try landscapeSession()
    let line = "plane plain --grid 3 --metric test-error"
    let table = try #require(try session.tables(line).last)
    #expect(table.rows[0][0] == .text("test error (%)"))
    let field = try #require(field(try session.figures(line)[0].panels[0]))
    #expect(agree(table.numbers("max")[0], field.values.max() ?? .nan))
  }

  @Test func raysTakeDirectionsAndKeepStatistics() throws {
    let session = try landscapeSession()
    let line = "rays bn[0] --directions \(Fixtures.landscape)/flat.safetensors --points 2 --keep-bn"
    let table = try #require(try session.tables(line + " --regularized 5e-4").last)
    let file = try File.read()
    let centre = try #require(file.plane.first { $0.x == 0 && $0.y == 0 })
    #expect(agree(table.numbers(name)[0], centre.kept.regularized))
    #expect(agree(table.numbers("test loss")[0], centre.kept.testLoss))
    #expect(try notes(session, line).contains { $0.contains("each checkpoint's own") })
    // Twice as many steps of half the length end at the same place.
    let halves = try #require(
      try session.tables(line.replacing("--points 2", with: "--points 3")).last)
    let whole = try #require(try session.tables(line).last)
    #expect(agree(halves.numbers("train loss")[2], whole.numbers("train loss")[1]))
  }

  /// Directions that somebody chose are no sample of directions: each is shown, and none has an interval.
  @Test func givenDirectionsAreNoSample() throws {
    let session = try landscapeSession()
    let tables = try session.tables(
      "rays bn[0] bn[1] --directions \(Fixtures.landscape)/directions.safetensors --points 3")
    #expect(tables.count == 1 && !tables[0].title.contains("±"))
    #expect(
      tables[0].rows.map { $0[0] }
        == ["bn[0], direction0", "bn[0], direction1", "bn[1], direction0", "bn[1], direction1"]
        .flatMap { [Table.Cell](repeating: .text($0), count: 3) })
    #expect(
      tables[0].rows.allSatisfy { $0.allSatisfy { if case .interval = $0 { false } else { true } } }
    )
  }

  @Test func pathsKeepTheFirstEndsStatistics() throws {
    let session = try landscapeSession()
    let table = try #require(
      try session.tables("path bn[0] bn[1] --points 5 --keep-bn --regularized 5e-4").last)
    for (row, point) in try File.read().line.enumerated() {
      #expect(agree(table.numbers("\(name), kept")[row], point.regularized))
      #expect(agree(table.numbers("test loss, kept")[row], point.testLoss))
    }
  }

  /// At the ends a barrier's statistics are the checkpoints' own.
  @Test func barriersKeepStatistics() throws {
    let session = try landscapeSession()
    let matrix = try #require(try session.tables("barrier bn --points 5 --keep-bn").last)
    let path = try session.tables("path bn[0] bn[1] --points 5")[0]
    #expect(agree(matrix.numbers(2)[0], path.numbers("barrier")[1]))
  }

  /// Nothing speaks of batch norm where there is none.
  @Test(arguments: [
    "plane plain --grid 2", "plane plain --grid 2 --keep-bn", "rays plain[0] --n 2 --points 2",
    "path plain[0] plain[1] --points 3", "barrier plain --points 3",
    "plane plain[0] --random --grid 2 --surface",
  ])
  func networksWithoutBatchNormSaySo(_ line: String) throws {
    let session = try landscapeSession()
    let said =
      try notes(session, line) + session.figures(line).compactMap(\.caption)
    #expect(
      !said.contains { $0.contains("recomputed") || $0.contains("statistics are") }, "\(said)")
  }

  @Test(arguments: [
    ("plane bn --grid 2 --regularized", "bn[0] does not say its weight decay; give it"),
    ("plane --regularized bn[0] bn[1] bn[2]", "takes a weight decay such as 5e-4, and 'bn[0]'"),
    ("rays bn[0] --regularized=-1", "takes a weight decay such as 5e-4"),
    ("plane bn --directions FLAT", "--directions takes one checkpoint, and bn is 3"),
    ("plane plain[0] --directions FLAT", "and the network has"),
    ("plane bn[0] --directions FLAT --random", "leave out --pca and --random"),
    ("rays bn[0] --directions FLAT --n 3", "leave out --n and --filter-normalised"),
    ("plane bn[0] --directions BN", "it has no tensor named direction0"),
  ])
  func errorsSayWhatToDo(_ line: String, _ message: String) throws {
    let session = try landscapeSession()
    let line = line.replacing("FLAT", with: "\(Fixtures.landscape)/flat.safetensors")
      .replacing("BN", with: "\(Fixtures.landscape)/bn-0.pt")
    do {
      _ = try session.evaluate(line, from: .prompt)
      Issue.record("no error for \(line)")
    } catch { #expect("\(error)".contains(message), "\(error)") }
  }
}
