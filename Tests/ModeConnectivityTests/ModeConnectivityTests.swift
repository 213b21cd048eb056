import BasinKit
import BasinSession
import Checkpoints
import Datasets
import Foundation
import Landscape
import SWAPaths
import TestSupport
import Testing

@testable import ModeConnectivity

/// The commands on digits, from end to end.
@Suite struct ModeConnectivityTests {
  // Two networks trained here: ends of curves with a barrier between them.
  private func session(_ folder: TemporaryFolder, seeds: String = "0..1") throws -> Session {
    let session = try Session(plugins: [modeConnectivity, swaPaths])
    for line in [
      "data digits",
      "train mlp:hidden=32 --epochs 15 --seeds \(seeds) --out \(folder.path) --as seeds",
    ] { _ = try session.evaluate(line, from: .prompt) }
    return session
  }

  private func result(_ line: String, _ session: Session) throws -> Result {
    try #require(try session.evaluate(line, from: .prompt)).result
  }

  private func table(_ title: String, _ result: Result) throws -> Table {
    for case .table(let table) in result.items where table.title.hasPrefix(title) { return table }
    throw CommandError("no table \(title)")
  }

  private func number(_ cell: Table.Cell) throws -> Double {
    guard case .number(let value) = cell else { throw CommandError("no number") }
    return value
  }

  /// Next to no barrier on the trained curve, where the straight line has one.
  @Test(arguments: ["bezier", "chain"])
  func theTrainedCurveHasNextToNoBarrier(kind: String) throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    let result = try result(
      "connect seeds[0] seeds[1] --curve \(kind) --epochs 30 --lr 0.1 --points 31 --as curve",
      session)
    // A good run is not accused.
    #expect(notes(result).contains { $0.hasPrefix("the loss of the curve had settled: ") })
    let barriers = try table("Barriers", result)
    let heights = try barriers.rows.map { try number($0[2]) }
    // Training split: straight, curve, difference with its interval.
    #expect(heights[0] > 0.1)
    #expect(heights[1] < 0.15 * heights[0], "\(heights)")
    #expect(try number(barriers.rows[2][3]) > 0)
    // On a straight line the length is proportional to t, and so both means are the same.
    let straight = try table("Cross-entropy", result).rows.filter {
      "\($0[0])".contains("straight")
    }
    #expect(straight.count == 2)
    for row in straight {
      let (overTime, overLength) = (try number(row[3]), try number(row[4]))
      #expect(abs(overTime / overLength - 1) < 1e-6, "\(row)")
    }
  }

  /// The control points say what they are, come back from files, and evaluate to the same numbers.
  @Test func controlPointsAreEvaluatedAgain() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    let made = try result(
      "connect seeds[0] seeds[1] --curve chain --bends 4 --epochs 1 --points 7 --as c", session)
    _ = try session.evaluate("save checkpoints c \(folder.path)/c", from: .prompt)
    _ = try session.evaluate("load \(folder.path)/c/*.safetensors --as back", from: .prompt)
    let set = try #require(session.workspace.values["back"] as? CheckpointSet)
    #expect(set.checkpoints.count == 4)
    #expect(set.checkpoints.map { $0.metadata["control_point"] } == ["0", "1", "2", "3"])
    let again = try result("curve back --points 7", session)
    // The values are kept under the name.
    _ = try result("kept = curve back --points 7", session)
    _ = try session.evaluate("save values kept \(folder.path)/kept.npz", from: .prompt)
    let array = try #require(
      ArrayFile(path: "\(folder.path)/kept.npz", skipsTexts: true)["figure1.panel1.line1.y"])
    #expect(array.shape == [7])
    #expect(
      try table("Cross-entropy", again).rows == table("Cross-entropy", made).rows)
    #expect(try table("Error", again).rows == table("Error", made).rows)
    let ends = try #require(session.workspace.values["c"] as? CheckpointSet).checkpoints
    let seeds = try #require(session.workspace.values["seeds"] as? CheckpointSet).checkpoints
    let network = try Network(set.architecture)
    for (end, seed) in [(ends[0], seeds[0]), (ends[3], seeds[1])] {
      try network.load(end)
      let own = try network.parameters.array(of: Float.self)
      try network.load(seed)
      #expect(try network.parameters.array(of: Float.self) == own)
    }
  }

  private func notes(_ result: Result) -> [String] {
    result.items.compactMap { if case .note(let note) = $0 { note.text } else { nil } }
  }

  /// A curve whose training cannot be judged shows its barriers and has no verdict, from files too.
  @Test func aCurveThatHadNotSettledIsNotCompared() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    let made = try result("connect seeds[0] seeds[1] --epochs 2 --points 5 --as c", session)
    for line in [
      "save checkpoints c \(folder.path)/c", "load \(folder.path)/c/*.safetensors --as back",
    ] { _ = try session.evaluate(line, from: .prompt) }
    let again = try result("curve back --points 5", session)
    let reason = "too few epochs to judge the convergence of the curve"
    for found in [made, again] {
      let barriers = try table("Barriers", found)
      for row in barriers.rows {
        #expect(try number(row[2]).isFinite)
        #expect((row[3] == .missing) == (row[1] == .text("straight − curve")), "\(row)")
      }
      #expect(barriers.title.contains("else none: \(reason)"))
      let statements = notes(found).filter { $0.contains(" nats on the straight line and ") }
      #expect(statements.count == 2)
      #expect(statements.allSatisfy { $0.hasSuffix(": not compared: \(reason)") }, "\(statements)")
    }
    #expect(
      notes(again).contains(
        "back: \(reason). No verdict is drawn from it; `connect` again, and raise --epochs to 6 or more"
      ))
    // Of networks that are taken as a curve nothing is known.
    let taken = try result("curve back --points 5 --as-curve chain", session)
    #expect(!notes(taken).contains { $0.contains(reason) })
    #expect(try table("Barriers", taken).rows[2][3] != .missing)
  }

  /// A rate that moves nothing is no training, of a curve and of a surface; with it, too few epochs are too few.
  @Test func aCurveThatHardlyMovedIsNotCompared() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder, seeds: "0..2")
    for (solutions, what) in [("seeds[0] seeds[1]", "curve"), ("seeds", "surface")] {
      let found = try result(
        "connect \(solutions) --epochs 6 --lr 1e-9 --points 5 --directions 3 --as x", session)
      let warning = "training hardly moved the \(what): its control points moved by less than 1 % "
      #expect(
        notes(found).contains { $0.hasPrefix(warning) && $0.hasSuffix("; raise --lr") },
        "\(notes(found))")
      if what == "curve" {
        let title = try table("Barriers", found).title
        #expect(title.contains("else none: training hardly moved the curve"), "\(title)")
      }
    }
    let short = try result(
      "connect seeds[0] seeds[1] --epochs 3 --points 5 --as x", session)
    #expect(
      notes(short).contains {
        $0.hasPrefix("too few epochs to judge the convergence of the curve: 3, and six are needed")
      })
  }

  /// A threshold that is suggested works, and radii leave by direction.
  @Test func aSuggestedThresholdIsBelowGuessing() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder, seeds: "0..2")
    let line = "connect seeds --epochs 1 --points 3 --directions 3 --as s"
    let found = try result(line, session)
    let warning = try #require(notes(found).first { $0.hasPrefix("there is no radius around ") })
    let threshold = try #require(warning.split(separator: " ").last.flatMap { Double($0) })
    #expect(threshold < log(10))
    let title = try table("Distance at which", found).title
    #expect(
      title.contains("the training loss is above 0.23 nats at a point itself")
        && !title.contains("NaN"), "\(title)")
    let again = try result("\(line) --threshold \(threshold)", session)
    #expect(!notes(again).contains { $0.hasPrefix("there is no radius around ") })
    let tables = again.items.compactMap { item -> Table? in
      if case .table(let table) = item, table.title.hasPrefix("Distance at which") {
        table
      } else {
        nil
      }
    }
    #expect(tables.count == 2 && tables[1].rows.count == 3)
    let radii = try tables[1].rows.map { try number($0[4]) }
    #expect(abs(radii.reduce(0, +) / 3 - (try number(tables[0].rows[3][1]))) < 1e-9)
  }

  /// Nor is a surface, whose tunnels are not compared either.
  @Test func aSurfaceThatHadNotSettledIsNotCompared() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder, seeds: "0..2")
    let found = try result(
      "connect seeds --epochs 1 --points 3 --directions 3 --threshold 2 --as s", session)
    let reason = "too few epochs to judge the convergence of the surface"
    let notes = notes(found)
    #expect(
      notes.contains {
        $0.hasPrefix("training barrier over ") && $0.hasSuffix(", not compared: \(reason)")
      }, "\(notes)")
    #expect(
      notes.contains("the tunnels around the middle and the optima are not compared: \(reason)"))
    let set = try #require(session.workspace.values["s"] as? CheckpointSet)
    #expect(set.checkpoints.allSatisfy { $0.metadata["training_trend"] == "too short" })
  }

  /// A curve of three control points lies in their plane, where it is drawn with its bend; a longer one
  /// is projected, and the table says how far off its bends are.
  @Test func curvesAreDrawnIntoAPlane() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    for line in [
      "connect seeds[0] seeds[1] --epochs 1 --points 3 --as curve",
      "connect seeds[0] seeds[1] --curve chain --bends 4 --epochs 1 --points 3 --as chain",
    ] { _ = try session.evaluate(line, from: .prompt) }
    let result = try result("plane --curve curve --grid 3 --surface", session)
    let figures = result.items.compactMap { item in
      if case .figure(let figure) = item { figure } else { nil }
    }
    #expect(figures.count == 2)
    let places = try table("Checkpoints", result)
    #expect(places.rows.count == 3)
    for row in places.rows { #expect(try number(row[3]) < 1e-4) }
    // The rows are the ends and the bend, as the plane was laid.
    let (x, y) = (
      try places.rows.map { try number($0[1]) }, try places.rows.map { try number($0[2]) }
    )
    for panel in figures.flatMap(\.panels) {
      let lines = panel.layers.compactMap { layer in
        if case .line(let line) = layer { line } else { nil }
      }
      let line = try #require(lines.first)
      #expect(abs(line.x[0] - x[0]) < 1e-4 && abs(line.x[100] - x[1]) < 1e-4)
      #expect(abs(line.x[50] - (x[0] + x[1] + 2 * x[2]) / 4) < 1e-4)
      #expect(abs(line.y[50] - (y[0] + y[1] + 2 * y[2]) / 4) < 1e-4)
      let bends = panel.layers.compactMap { layer in
        if case .scatter(let points) = layer, points.name == "its bend" { points } else { nil }
      }
      #expect(bends.map(\.x) == [[x[2]]])
    }
    let chain = try self.result("plane seeds[0] seeds[1] chain[1] --curve chain --grid 2", session)
    let off = try table("Checkpoints", chain).rows.map { try number($0[3]) }
    #expect(off.max() ?? 0 > 1e-3)
    #expect(
      throws: CommandError(
        "seeds has no control points of a curve; `connect A B --as curve` makes them, and "
          + "`load A BEND B --as-curve bezier` takes them from files")
    ) { _ = try self.result("plane --curve seeds", session) }
  }

  /// Losses at the ends of the curve are those of the ends.
  @Test func theCurveStartsAndEndsAtTheSolutions() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    let result = try result(
      "connect seeds[0..1] --epochs 1 --points 3 --as c", session)
    let dataset = try #require(session.workspace.dataset)
    let seeds = try #require(session.workspace.values["seeds"] as? CheckpointSet)
    let evaluator = try Evaluator(Network(seeds.architecture), dataset)
    var losses: [Double] = []
    for seed in seeds.checkpoints {
      try evaluator.network.load(seed)
      losses.append(try evaluator.metrics(.train).loss)
    }
    guard
      case .figure(let figure)? = result.items.first(where: {
        if case .figure = $0 { true } else { false }
      }), case .line(let curve) = figure.panels[0].layers[1]
    else { throw CommandError("no curve") }
    #expect(abs(curve.y[0] - losses[0]) < 1e-6 && abs(curve.y[2] - losses[1]) < 1e-6)
  }

  @Test func aSurfaceThroughTheMiddleIsLowerThanTheFlatTriangle() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder, seeds: "0..2")
    let result = try result(
      "connect seeds --epochs 25 --lr 0.1 --points 5 --directions 3 --as s", session)
    let barriers = try table("Barriers", result).rows
    #expect(try number(barriers[1][4]) < 0.3 * number(barriers[0][4]))
    let set = try #require(session.workspace.values["s"] as? CheckpointSet)
    #expect(set.checkpoints.map(\.name).last == "middle" && set.checkpoints.count == 4)
    // Where the loss is above the threshold at the optima themselves, no radius is measured.
    let above = try self.result(
      "connect seeds --epochs 1 --lr 0.1 --points 3 --directions 3 --threshold 1e-9 --as t", session
    )
    let radii = try table("Distance at which", above)
    #expect(
      radii.rows.allSatisfy { row in
        if case .number(let radius) = row[1] { radius.isNaN } else { row[1] == .missing }
      })
    let notes = above.items.compactMap { if case .note(let note) = $0 { note.text } else { nil } }
    #expect(notes.contains { $0.contains("there is no radius around seeds[0]") })
    #expect(!notes.contains { $0.contains("the tunnel around the middle is") })
    // Five names have ten triangles; three have one.
    #expect(Subsets3.all(of: 3) == [[0, 1, 2]] && Subsets3.all(of: 5).count == 10)
  }

  /// One cycle's ensemble is its snapshot; the rows are means of the first snapshots' probabilities.
  @Test func cyclesAreAveragedInOrder() throws {
    let folder = try TemporaryFolder()
    let session = try Session(plugins: [modeConnectivity])
    for line in [
      "data digits",
      "train mlp:hidden=16 --epochs 10 --lr 0.1 --schedule cyclical:4:0.001:2 --snapshot cycle "
        + "--out \(folder.path) --as run",
      "load \(folder.path)/seed0/epoch*.safetensors --as cycles",
    ] { _ = try session.evaluate(line, from: .prompt) }
    let set = try #require(session.workspace.values["cycles"] as? CheckpointSet)
    #expect(set.checkpoints.map { $0.metadata["epoch"] } == ["4", "8"])
    let byCycles = try table("Ensembles by the number", result("fge cycles", session))
    #expect(byCycles.columns[2].name == "epoch" && byCycles.text(row: 1, column: 2) == "8")
    let rows = byCycles.rows
    #expect(rows.count == 2)
    #expect(Array(rows[0][3...5]) == Array(rows[0][6...8]))
    let dataset = try #require(session.workspace.dataset)
    let evaluator = try Evaluator(Network(set.architecture), dataset)
    let members = try MemberPredictions(
      logits: set.checkpoints.map {
        try evaluator.network.load($0)
        return try evaluator.logits(.test)
      }, labels: evaluator.data(.test).labels)
    let scores = try members.mean().scores()[0]
    #expect(abs(try number(rows[1][3]) - scores.accuracy) < 1e-12)
    #expect(abs(try number(rows[1][4]) - scores.negativeLogLikelihood) < 1e-9)
    // The best snapshot is that of the lower training loss, although the comparison is on the test split.
    let losses = try set.checkpoints.map {
      try evaluator.network.load($0)
      return try Metrics(
        logits: evaluator.logits(.train), labels: evaluator.data(.train).labels, loss: .crossEntropy
      ).loss
    }
    let best = losses[0] < losses[1] ? "cycles[0]" : "cycles[1]"
    let compared = try table("NLL of the ensemble", result("fge cycles", session))
    #expect(
      compared.title.contains("95 % intervals: Student's t over 600 test inputs, for this run"))
    #expect(compared.rows[1][1] == .text("best snapshot on the training split, \(best)"))
  }

  /// Snapshots whose training loss still falls have no average one.
  @Test func snapshotsThatStillDescendAreNoDraws() throws {
    let folder = try TemporaryFolder()
    let session = try Session(plugins: [modeConnectivity])
    for line in [
      "data digits",
      "train mlp:hidden=4 --epochs 6 --lr 0.01 --snapshot epoch --out \(folder.path)",
      "load \(folder.path)/seed0/epoch*.safetensors --as path",
    ] { _ = try session.evaluate(line, from: .prompt) }
    let found = try result("fge path", session)
    let rows = try table("NLL of the ensemble", found).rows
    #expect(Array(rows[2][3...4]) == [.missing, .missing])
    #expect(
      rows[2][5]
        == .text("not compared: the training loss of the snapshots is still falling"))
    #expect(rows[0][3] != .missing)
    #expect(
      found.items.contains {
        if case .note(let note) = $0 {
          note.level == .warning && note.text.contains("still falling")
        } else {
          false
        }
      })
  }

  @Test(arguments: [
    (
      "connect seeds[0]",
      "connect needs 2 checkpoints or more, and seeds[0] is 1; `connect seeds` takes all"
    ),
    ("connect seeds[0] seeds[0]", "has the weights of"),
    ("connect seeds[0] seeds[1] --bends 2", "--bends is 2"),
    ("connect seeds[0] seeds[1] --epochs 0", "--epochs is 0"),
    ("connect seeds[0] seeds[1] --lr 0", "--lr is 0"),
    ("connect seeds[0] seeds[1] --points 2", "--points is 2; it must be from 3"),
    ("curve seeds --points 2", "--points is 2; it must be from 3"),
    ("curve seeds", "has no control points of a curve"),
    ("fge seeds[0]", "needs 2 snapshots or more, and seeds[0] is 1; `fge seeds` takes all"),
  ])
  func whatDoesNotFitIsSaid(line: String, reason: String) throws {
    let folder = try TemporaryFolder()
    let session = try Session(plugins: [modeConnectivity])
    for line in [
      "data digits",
      "train mlp:hidden=4 --epochs 1 --seeds 0..1 --out \(folder.path) --as seeds",
    ] { _ = try session.evaluate(line, from: .prompt) }
    do {
      _ = try session.evaluate(line, from: .prompt)
      Issue.record("\(line) did not fail")
    } catch {
      #expect(String(describing: error).contains(reason), "\(error)")
    }
  }
}
