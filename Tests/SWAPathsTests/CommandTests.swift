import BasinKit
import BasinSession
import Landscape
import TestSupport
import Testing
import Torch

@testable import SWAPaths

/// The commands from end to end.
@Suite struct CommandTests {
  @Test func theAverageOfTwoIsTheMiddleOfTheirLine() throws {
    let session = try landscapeSession()
    let average = try session.tables("swa plain[0..1] --as middle")[0]
    let line = try #require(try session.tables("path plain[0] plain[1] --points 3").last)
    #expect(agree(average.numbers(4)[1], line.numbers("train loss")[1]))
    #expect(average.numbers(6)[1] == line.numbers("test error")[1])
    // The first average is of one snapshot: the snapshot.
    #expect(average.numbers(4)[0] == average.numbers(1)[0])
  }

  /// Snapshots whose training loss still falls are not draws around a solution: the average is not compared
  /// with them, and only with the last one.
  @Test func snapshotsThatStillDescendAreNotCompared() throws {
    let folder = try TemporaryFolder()
    let session = try Session(plugins: [swaPaths])
    for line in [
      "data digits",
      "train mlp:hidden=4 --epochs 6 --lr 0.01 --snapshot epoch --out \(folder.path)",
      "load \(folder.path)/seed0/epoch*.safetensors --as path",
    ] { _ = try session.evaluate(line, from: .prompt) }
    let result = try #require(try session.evaluate("swa path", from: .prompt)).result
    let tables: [Table] = result.items.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
    let rows = try #require(tables.first { $0.title.contains("minus the run") }).rows
    #expect(rows.count == 6)
    for row in rows where row[1] == .text("the averaged snapshots") {
      #expect(Array(row[3...4]) == [.missing, .missing])
      #expect(
        row[5] == .text("not compared: the training loss of the snapshots is still falling"))
    }
    #expect(rows[0][1] == .text("the last snapshot") && rows[0][3] != .missing)
    #expect(
      result.items.contains {
        if case .note(let note) = $0 {
          note.text
            == "swa is not compared with the averaged snapshots: the training loss of the snapshots is still "
            + "falling"
        } else {
          false
        }
      })
    #expect(
      result.items.contains {
        if case .note(let note) = $0 {
          note.level == .warning && note.text.contains("still falling")
        } else {
          false
        }
      })
  }

  @Test func theRingIsWhereTheSnapshotsAre() throws {
    let session = try landscapeSession()
    let ring = try #require(try session.tables("swa plain[0..1] --as middle").last)
    let path = try #require(
      try session.evaluate("path plain[0] plain[1] --points 3", from: .prompt))
    guard case .scalar(let distance)? = path.result.items.first else {
      throw CommandError("no distance")
    }
    // Two snapshots lie opposite each other, half their distance from the middle.
    #expect(abs(ring.numbers("mean")[0] - distance.value / 2) < 1e-5)
    #expect(abs(ring.numbers("mean")[1] + 1) < 1e-5)
  }

  @Test func endsOfALineAreTheCheckpoints() throws {
    let session = try landscapeSession()
    let table = try #require(try session.tables("path bn[0] bn[2] --points 5").last)
    let dataset = try #require(session.workspace.dataset)
    let set = try #require(session.workspace.values["bn"] as? CheckpointSet)
    let evaluator = try Evaluator(Network(set.architecture), dataset)
    for (row, index) in [(0, 0), (4, 2)] {
      try evaluator.network.load(set.checkpoints[index])
      let own = try LandscapeValues(evaluator, on: [.train, .test])
      #expect(agree(table.numbers("train loss, interpolated")[row], try #require(own[.trainLoss])))
      #expect(
        abs(table.numbers("test error, interpolated")[row] - (try #require(own[.testError])))
          < 1e-12)
      try evaluator.recalculateBatchNorm()
      let again = try LandscapeValues(evaluator, on: [.train, .test])
      #expect(
        agree(table.numbers("train loss, recomputed")[row], try #require(again[.trainLoss])))
    }
  }

  /// A barrier's interval contains it, or lies above it: a maximum over resamples is biased upwards.
  @Test func barriersHaveIntervals() throws {
    let session = try landscapeSession()
    let table = try session.tables("path plain[0] plain[1] --points 9")[0]
    for row in table.rows.indices {
      #expect(table.numbers("from")[row] <= table.numbers("to")[row])
      #expect(table.numbers("to")[row] >= table.numbers("barrier")[row])
    }
  }

  /// The remedy of a range without points between its ends works, and few points are said to be few.
  @Test func barriersSayFromHowManyPlacesTheyAre() throws {
    let session = try landscapeSession()
    for (line, count) in [
      ("path plain[0] plain[1] --to -1..2 --points 31", 9),
      ("path plain[0] plain[1] --points 4", 2), ("barrier plain --points 3", 1),
      ("barrier plain --points 5", 3),
    ] {
      let result = try #require(try session.evaluate(line, from: .prompt)).result
      let text = "barriers are from \(count) place\(count == 1 ? "" : "s") between the ends"
      let titles = result.items.compactMap {
        if case .table(let table) = $0 { table.title } else { nil }
      }
      #expect(titles.contains { $0.contains(text) }, "\(titles)")
      let isWarned = result.items.contains {
        if case .note(let note) = $0 {
          note.level == .warning
            && note.text == text + ": what is higher elsewhere is not seen; raise --points"
        } else {
          false
        }
      }
      #expect(isWarned == (count < 3), "\(line)")
    }
  }

  /// Each line between checkpoints leaves, and where its highest place is.
  @Test func barriersLeaveWithTheirLines() throws {
    let session = try landscapeSession()
    let line = "barrier plain --points 5 --metric test-loss"
    let result = try #require(try session.evaluate(line, from: .prompt)).result
    let figures = result.items.compactMap {
      if case .figure(let figure) = $0 { figure } else { nil }
    }
    let lines = try #require(figures.last).panels[0].layers.compactMap {
      if case .line(let line) = $0 { line } else { nil }
    }
    let tables = result.items.compactMap { if case .table(let table) = $0 { table } else { nil } }
    let (tops, heights) = (tables[tables.count - 2], tables[tables.count - 1])
    let count = heights.rows.count
    #expect(lines.count == count * (count - 1) / 2)
    let first = try #require(lines.first)
    #expect(first.x == [0, 0.25, 0.5, 0.75, 1])
    let excesses = zip(first.x, first.y).map { t, y in
      y - ((1 - t) * first.y[0] + t * first.y[4])
    }
    let height = try #require(excesses.max())
    let place = first.x[try #require(excesses.firstIndex(of: height))]
    #expect(heights.rows[0][2] == .number(height) && height > 0)
    #expect(tops.rows[0][2] == .number(place) && tops.rows[1][1] == .number(1 - place))
    #expect(tops.rows[0][1] == .missing)
  }

  /// The mean of a figure's single rays is that of the table.
  @Test func raysLeaveOneByOne() throws {
    let session = try landscapeSession()
    let result = try #require(
      try session.evaluate("rays plain[0] --n 3 --points 3", from: .prompt)
    ).result
    let figures = result.items.compactMap {
      if case .figure(let figure) = $0 { figure } else { nil }
    }
    let lines = try #require(figures.first).panels[0].layers.compactMap {
      if case .line(let line) = $0 { line } else { nil }
    }
    #expect(lines.count == 4)
    for place in lines[3].x.indices {
      let mean = lines[..<3].reduce(0) { $0 + $1.y[place] } / 3
      #expect(abs(mean - lines[3].y[place]) < 1e-12)
    }
  }

  @Test func raysStartAtTheCheckpoint() throws {
    let session = try landscapeSession()
    let table = try #require(try session.tables("rays plain[0],plain[1] --n 3 --points 3").last)
    let dataset = try #require(session.workspace.dataset)
    let set = try #require(session.workspace.values["plain"] as? CheckpointSet)
    let evaluator = try Evaluator(Network(set.architecture), dataset)
    for index in 0..<2 {
      try evaluator.network.load(set.checkpoints[index])
      let own = try LandscapeValues(evaluator, on: [.train])
      #expect(agree(table.numbers("train loss")[3 * index], try #require(own[.trainLoss])))
    }
    #expect(table.numbers("distance")[0] == 0)
    #expect(abs(table.numbers("distance")[1] * 2 - table.numbers("distance")[2]) < 1e-9)
  }

  @Test func theSameLineGivesTheSameRays() throws {
    let line = "rays plain[0] --n 2 --points 2"
    let (one, other) = (try landscapeSession(), try landscapeSession())
    _ = try other.tables("rays plain[1] --n 2 --points 2")
    #expect(try one.tables(line) == other.tables(line))
  }

  /// A plane's grid has what its points have one by one, on one thread and on two.
  @Test func threadsDoNotChangeAPlane() throws {
    let line = "plane bn --grid 5 --metric train-loss,train-error,test-loss,test-error"
    let (one, two) = (try landscapeSession(), try landscapeSession())
    _ = try two.evaluate("set threads 2", from: .prompt)
    let (first, second) = (try one.figures(line)[0], try two.figures(line)[0])
    #expect(first.panels.count == 4)
    #expect(first.panels.map(\.layers) == second.panels.map(\.layers))
  }

  @Test func aPlaneThroughThreeShowsThemInside() throws {
    let session = try landscapeSession()
    let figure = try session.figures("plane bn --grid 3")[0]
    let table = try session.tables("plane bn --grid 3")[0]
    guard case .contours(let contours)? = figure.panels[0].layers.first else {
      throw CommandError("no contours")
    }
    let (x, y) = (table.numbers("x"), table.numbers("y"))
    #expect(abs(x[0]) < 1e-4 && abs(y[0]) < 1e-4 && abs(y[1]) < 1e-4)
    #expect(table.numbers("off the plane").allSatisfy { $0 < 1e-4 })
    // A margin of a fifth of the extent on each side.
    let width = try #require(x.max()) - (try #require(x.min()))
    #expect(abs(contours.grid.x[0] - ((try #require(x.min())) - 0.2 * width)) < 1e-6 * width)
    #expect(abs(contours.grid.x[2] - ((try #require(x.max())) + 0.2 * width)) < 1e-6 * width)
  }

  /// Both figures show values that all lie above the limits, and their captions say what is cut.
  @Test func limitsOfAPlaneLeaveItsValuesVisible() throws {
    let session = try landscapeSession()
    let line = "plane bn --grid 5 --surface --metric train-loss,test-error"
    let known = try session.figures(line + " --max-loss 1e9 --max-error 100")[0]
    let fields = try known.panels.map { try contours($0).grid.values }
    let all = known.caption ?? ""
    #expect(!all.contains("above") && !all.contains("below"))
    let figures = try session.figures(line + " --max-loss 1e-9 --max-error 1e-9")
    for (panel, field) in zip(figures[0].panels, fields) {
      let levels = try contours(panel).levels
      #expect(levels.first == field.min() && levels.last == field.max() && levels.count == 8)
    }
    for (panel, field) in zip(figures[1].panels, fields) {
      #expect(panel.color.range == field.finiteRange)
    }
    for figure in figures {
      let caption = figure.caption ?? ""
      #expect(
        caption.contains("No train loss is below 1e-09 nats, so all of its range is shown. "),
        "\(caption)")
      #expect(caption.contains("No test error is below 1e-09 %, so"))
      #expect(!caption.contains("one band") && !caption.contains("at that height"))
    }
    // A limit amid the values: as many are cut as are above it.
    let sorted = fields[0].sorted()
    let middle = (sorted[9] + sorted[10]) / 2
    let cut = try session.figures(line + " --max-loss \(middle) --max-error 100")
    #expect(try contours(cut[0].panels[0]).levels.last == middle)
    #expect(cut[1].panels[0].color.range == sorted[0]...middle)
    let captions = cut.map { $0.caption ?? "" }
    #expect(captions[0].contains("nats (15 of 25 points) are one band. "), "\(captions[0])")
    #expect(captions[1].contains("nats (15 of 25 points) are drawn at that height. "))
  }

  private func contours(_ panel: Figure.Panel) throws -> Figure.Contours {
    guard case .contours(let contours)? = panel.layers.first else {
      throw CommandError("no contours")
    }
    return contours
  }

  /// What one stopped before it was complete has is not computed again.
  @Test func aStoppedPlaneGoesOn() throws {
    let session = try landscapeSession()
    let line = "plane plain --grid 9"
    let reporter = Stopper(session.cancellation, after: 20)
    session.progress = reporter
    #expect(throws: Cancelled.self) { _ = try session.evaluate(line, from: .prompt) }
    session.cancellation.reset()
    reporter.limit = .max
    reporter.first = nil
    let resumed = try session.figures(line)[0]
    #expect(try #require(reporter.first) == 20)
    #expect(resumed == (try landscapeSession().figures(line)[0]))
  }

  /// Also by another process: a second session has nothing of the first but the folder.
  @Test func aStoppedPlaneGoesOnInAnotherProcess() throws {
    let folder = try TemporaryFolder()
    let kept = UnfinishedFolder(path: folder.path + "/unfinished", program: "one")
    let line = "plane bn[0] bn[1] bn[2] --grid 9"
    let session = try landscapeSession()
    session.workspace.unfinished = kept
    session.progress = Stopper(session.cancellation, after: 20)
    #expect(throws: Cancelled.self) { _ = try session.evaluate(line, from: .prompt) }
    #expect(kept.names.count == 1)
    func figures(_ program: String, known: Int) throws -> [Figure] {
      let other = try landscapeSession()
      other.workspace.unfinished = UnfinishedFolder(path: kept.path, program: program)
      let reporter = Stopper(other.cancellation, after: .max)
      other.progress = reporter
      let figures = try other.figures(line)
      #expect(reporter.first == known)
      return figures
    }
    let expected = try landscapeSession().figures(line)
    #expect(try figures("another build", known: 0) == expected)
    #expect(kept.names.count == 1)
    #expect(try figures("one", known: 20) == expected)
    #expect(kept.names == [])
  }

  /// Output biases of 3·10⁵ leave logits in steps of 1/32: barriers of less have no mean to speak of.
  @Test func barriersWithinTheSpacingOfLogitsHaveNoMean() throws {
    let folder = try TemporaryFolder()
    let session = try Session(plugins: [swaPaths])
    for line in ["data digits", "train mlp:hidden=8 --epochs 1 --out \(folder.path) --as seed"] {
      _ = try session.evaluate(line, from: .prompt)
    }
    let seed = try #require(session.workspace.values["seed"] as? CheckpointSet)
    let network = try Network(seed.architecture)
    // Three networks that differ in next to nothing.
    let near = try (0..<3).map { place in
      try network.load(seed.checkpoints[0])
      var values = try network.parameters.array(of: Float.self)
      for index in values.indices { values[index] += 1e-3 * Float(place * index % 7) }
      for index in values.indices.suffix(10) { values[index] += 3e5 }
      let moved = try Tensor(values, shape: [values.count])
      try withoutGradients { try network.parameters.assign(moved) }
      return try network.checkpoint(named: "near \(place)", metadata: [:])
    }
    session.workspace.bind("near", to: CheckpointSet(near, of: seed.architecture))
    for line in [
      "save checkpoints near \(folder.path)/near",
      "load \(folder.path)/near/*.safetensors --independent --as apart",
    ] { _ = try session.evaluate(line, from: .prompt) }
    for (metric, reason) in [
      ("train-loss", "it is within the spacing of the logits, 0.06"),
      ("train-error", "it is within the predictions that the spacing of the logits may decide"),
    ] {
      let table = try #require(
        try session.tables("barrier apart --points 5 --metric \(metric)").first)
      guard case .number(let mean) = table.rows[0][1] else { throw CommandError("no mean") }
      #expect(mean > 0 && mean < 0.06, "\(mean)")
      #expect(table.rows[0][2] == .missing && table.title.contains(reason), "\(table.title)")
    }
  }

  @Test(arguments: [
    ("plane bn[0] bn[1]", "a plane goes through three checkpoints, and bn[0] bn[1] is 2"),
    ("plane bn[0] bn[1] plain[0]", "weights of one architecture are needed"),
    ("plane bn[0] bn[0] bn[1]", "span no plane; choose other checkpoints"),
    ("plane run --pca --random", "choose one"),
    ("plane bn --random", "--random takes one checkpoint, and bn is 3"),
    ("plane bn --reach 3", "--reach needs --random"),
    ("path bn[0] plain[0]", "weights of one architecture are needed"),
    ("path bn[0] bn[1] --to 0.2..1", "it must contain both ends, 0 and 1"),
    (
      "path bn[0] bn[1] --to -1..2 --points 4",
      "--points is 4, which puts none between the ends, 0 and 1, with --to -1..2, and a barrier is "
        + "measured there; give --points 31"
    ),
    (
      "path bn[0] bn[1] --to -5000..5000 --points 5",
      "and a barrier is measured there; give a shorter range, for instance --to -1..2"
    ),
    ("path bn bn[1]", "A takes one checkpoint, and bn is 3"),
    (
      "barrier bn[0]",
      "barrier needs 2 checkpoints or more, and bn[0] is 1; `barrier bn` takes all 3 of bn"
    ),
    ("barrier bn --points 2", "--points is 2; it must be from 3 to 10001"),
    ("swa run --from 5", "which leaves 1 of the 6 snapshots of run; two or more are needed"),
    ("swa bn[0]", "swa needs 2 snapshots or more, and bn[0] is 1; `swa bn` takes all 3 of bn"),
    ("swa run --ema 1", "--ema is 1.0; it must be between 0 and 1"),
    ("rays bn[0] --to 0", "--to is 0.0; it must be a positive number"),
  ])
  func errorsSayWhatToDo(_ line: String, _ message: String) throws {
    let session = try landscapeSession()
    do {
      _ = try session.evaluate(line, from: .prompt)
      Issue.record("no error for \(line)")
    } catch { #expect("\(error)".contains(message), "\(error)") }
  }
  /// Zero weights have no norm to go by.
  @Test(arguments: [
    (
      "rays zero",
      "the weights of zero[0] are all zero, and half their norm is no distance; give for instance --to 1"
    ),
    ("rays zero --filter-normalised", "leave out --filter-normalised and give --to 1"),
    ("plane zero --random", "half their norm is no reach; give for instance --reach 1"),
    (
      "plane zero --random --filter-normalised",
      "the weights of zero[0] are all zero, and so are directions with the norms of their filters; "
        + "leave out --filter-normalised and give --reach 1"
    ),
  ])
  func zeroWeightsAreNamed(_ line: String, _ message: String) throws {
    let session = try landscapeSession()
    let plain = try #require(session.workspace.value("plain") as? CheckpointSet)
    let zero = try Network(plain.architecture).checkpoint(named: "zero", metadata: [:])
    session.workspace.bind("zero", to: CheckpointSet([zero], of: plain.architecture))
    let error = #expect(throws: CommandError.self) {
      try session.evaluate(line, from: .prompt)
    }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    // What the message says works.
    _ = try session.evaluate("rays zero --to 1 --n 1 --points 2", from: .prompt)
  }
}
