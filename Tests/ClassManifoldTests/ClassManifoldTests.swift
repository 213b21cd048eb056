import BasinCore
import BasinKit
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing

@testable import ClassManifold

/// The commands on networks that PyTorch trained.
@Suite struct ClassManifoldTests {
  private func session() throws -> Session {
    let session = try Session(plugins: [classManifold])
    for line in [
      "data digits", "load \(Fixtures.networks)/cnn.pt --as cnn",
      "load \(Fixtures.networks)/mlp.pt \(Fixtures.networks)/mlp-1.pt --as mlps",
    ] { _ = try session.evaluate(line, from: .prompt) }
    return session
  }

  private func tables(_ line: String, _ session: Session) throws -> [Table] {
    try #require(try session.evaluate(line, from: .prompt)).result.items.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
  }

  // d*₅₀ of a table of one network, and the ends of its interval.
  private func crossing(
    _ row: [Table.Cell]
  ) throws -> (value: Double, interval: ClosedRange<Double>) {
    guard case .number(let value) = row[2], case .number(let low) = row[3],
      case .number(let high) = row[4]
    else { throw CommandError("no interval: \(row)") }
    return (value, low...high)
  }

  /// The constants of the released code move d*₅₀ by less than the intervals.
  @Test func bothKindsOfAdamAgree() throws {
    let session = try session()
    let line = "manifold cnn --targets 0,1,6 --dims 1,2,3,4,6,8,16,64 --planes 20"
    let standard = try tables(line, session)[0].rows
    let reference = try tables(line + " --adam reference", session)[0].rows
    #expect(standard.count == 3)
    for (one, other) in zip(standard, reference) {
      let (a, b) = (try crossing(one), try crossing(other))
      #expect(a.interval.overlaps(b.interval), "\(one[0]): \(a) \(b)")
      #expect(a.interval.contains(a.value) && b.interval.contains(b.value))
      #expect(a.value > 1 && a.value < 32)
    }
  }

  @Test func theSameLineGivesTheSameNumbers() throws {
    let line = "manifold mlps[0] --target 3 --dims auto --planes 6 --steps 60"
    let one = try #require(try session().evaluate(line, from: .prompt)).result.items
    let other = try session()
    // Whatever was searched before.
    _ = try other.evaluate("manifold mlps[1] --target 4 --dims 1,2,4 --planes 2", from: .prompt)
    _ = try other.evaluate(
      "manifold mlps[0] --targets 3,5 --dims 2,8 --planes 2 --steps 60", from: .prompt)
    #expect(try #require(try other.evaluate(line, from: .prompt)).result.items == one)
  }

  /// What `auto` adds is where the curve rises.
  @Test func autoRefinesAboutTheCrossing() throws {
    let table = try tables("manifold cnn --target 1 --planes 12", session())[0]
    guard case .integer(let planes) = table.rows[0][1] else { throw CommandError("no planes") }
    // Seven powers of two with six planes each, and more.
    #expect(planes > 7 * 6 + 4 * 12)
    let half = try crossing(table.rows[0])
    #expect(half.interval.upperBound - half.interval.lowerBound < 2 * half.value)
  }

  /// A box can only make a target harder to reach, and a region between classes has its own floor.
  @Test func optionsChangeWhatTheySay() throws {
    let session = try session()
    func loss(_ line: String) throws -> Double {
      let items = try #require(try session.evaluate(line, from: .prompt)).result.items
      for case .figure(let figure) in items {
        for case .line(let line) in figure.panels[1].layers { return line.y.last ?? .nan }
      }
      throw CommandError("no loss")
    }
    let free = "--dims 4,16,64 --planes 6"
    #expect(try loss("manifold cnn --target 3 \(free)") < 0.02)
    let between = try loss("manifold cnn --between 3,5 \(free)")
    #expect(between >= log(2) - 1e-4 && between < log(2) + 0.1)
    let reached = try tables("manifold cnn --target 1 --dims 2,4,8 --planes 20", session)[0].rows[
      0][8]
    let boxed = try tables(
      "manifold cnn --target 1 --dims 2,4,8 --planes 20 --box", session)[0].rows[0][8]
    guard case .number(let open) = reached, case .number(let closed) = boxed else {
      throw CommandError("no rates")
    }
    #expect(closed <= open)
    for option in ["--basis orthonormal", "--basis sparse:4", "--origin noise", "--origin mean"] {
      _ = try session.evaluate(
        "manifold cnn --target 3 \(option) --dims 2,8,32 --planes 2 --steps 20", from: .prompt)
    }
  }

  /// Shares of how searches ended add up, by dimension for one network and by network for several, and
  /// searches that are cut off early are warned of.
  @Test func endingsAreShown() throws {
    let session = try session()
    func endings(_ line: String) throws -> (table: Table, warns: Bool) {
      let items = try #require(try session.evaluate(line, from: .prompt)).result.items
      var found: Table?
      for case .table(let table) in items where table.title.hasPrefix("How searches ended") {
        found = table
      }
      return (
        try #require(found),
        items.contains {
          if case .note(let note) = $0 { note.text.contains("raise --steps") } else { false }
        }
      )
    }
    let options = "--target 3 --dims 1,4,64 --planes 6"
    let short = try endings("manifold cnn \(options) --steps 8")
    #expect(
      short.warns && short.table.rows.map { $0[0] } == [.integer(1), .integer(4), .integer(64)])
    for row in short.table.rows {
      guard case .number(let reached) = row[2], case .number(let still) = row[3],
        case .number(let limit) = row[4], case .number(let falling) = row[5]
      else { throw CommandError("no shares") }
      #expect(abs(reached + still + limit - 1) < 1e-12 && falling <= limit)
    }
    let long = try endings("manifold cnn --target 3 --dims 32,48,64 --planes 6 --steps 2000")
    #expect(!long.warns)
    // Hardly anything moves, and no loss is said to stand still for it.
    let slow = try endings("manifold cnn --target 3 --dims 16,32,64 --planes 6 --lr 1e-5")
    #expect(slow.warns && slow.table.rows.map { $0[5] } == [.number(1), .number(1), .number(1)])
    let several = try endings("manifold mlps \(options)")
    #expect(several.table.rows.map { $0[0] } == [.text("mlps[0]"), .text("mlps[1]")])
    #expect(several.table.rows.map { $0[1] } == [.integer(18), .integer(18)])
  }

  /// Ctrl-C shows what was found, and the same line goes on from there to the same numbers.
  @Test func whatIsDoneIsKept() throws {
    let line = "manifold cnn --targets 0..9 --dims 1,2,4,8,16,32,48,64 --planes 60 --steps 60"
    let whole = try tables(line, session())
    let stopper = Stopper()
    let session = try session()
    session.progress = stopper
    stopper.cancellation = session.cancellation
    // The first batch is done, the second not.
    stopper.threshold = 2500
    let partial = try #require(try session.evaluate(line, from: .prompt)).result
    let warning = partial.items.contains {
      if case .note(let note) = $0 { note.text.contains("planes not searched") } else { false }
    }
    #expect(warning)
    stopper.threshold = .max
    session.cancellation.reset()
    #expect(try tables(line, session) == whole)
  }

  @Test(arguments: [
    ("manifold cnn", "no target is given"),
    ("manifold --target 3", "no network is given"),
    ("manifold cnn --target 10", "there is no class 10: digits has classes 0 to 9"),
    ("manifold cnn --target 3 --dims 1,65", "--dims 65: a plane has 1 to 64 dimensions here"),
    ("manifold cnn --target 3 --targets 1,2", "give one of --target, --targets and --between"),
    (
      "manifold --ensemble cnn --target 3",
      "--ensemble needs 2 checkpoints or more, and cnn is 1; `train cnn --epochs 10 --seeds 0..2"
    ),
    ("manifold-sweep --over width", "--over width trains networks; give --out"),
    ("manifold-sweep --over width --out x --arch cnn", "has no letter W for the width"),
    (
      "manifold-sweep mlps --over ensemble --values 3",
      "is no size of an ensemble of 2 members; `--values 1..2` takes all"
    ),
    (
      "manifold-sweep mlps --over ensemble --values 1e300",
      "is no size of an ensemble of 2 members; `--values 1..2` takes all"
    ),
    (
      "manifold-sweep --over train-size --out x --values 1e300",
      "--values 1e+300: the number of training inputs is a whole number from 1 up"
    ),
    ("manifold-sweep --over train-size --out x --values 9223372036854775807", "a whole number"),
    (
      "manifold-sweep --over width --out x --arch mlp:hidden=W --values 2.5",
      "--values 2.5: a width is a whole number from 1 to 1000000"
    ),
    ("manifold-sweep --over label-noise --out x --values 1.5", "between 0 and 1"),
    ("manifold-sweep --over corruption --out x --values 6", "a severity is 0, 1, 2, 3, 4 or 5"),
    ("adversary cnn --lr 1e20", "--lr is 1e+20; it must be above 0 and at most 1000000"),
    ("manifold cnn --target 3 --lr 1e7", "it must be above 0 and at most 1000000"),
    ("gordon cnn --target 3 --lr inf", "it must be above 0 and at most 1000000"),
    ("manifold-sweep mlps --over epochs --lr 0", "it must be above 0 and at most 1000000"),
    (
      "gordon cnn --target 1 --dims 1,2,4,6,8,16,64 --planes 20 --steps 8",
      "were cut off while the loss still fell, and w² cannot be estimated; raise --steps"
    ),
    ("gordon --inputs 10", "name a checkpoint"),
    ("gordon --inputs 10 --squared-width 11", "it must be between 0 and --inputs, 10"),
  ])
  func whatDoesNotFitIsSaid(line: String, reason: String) throws {
    let session = try session()
    let error = #expect(throws: (any Error).self) { try session.evaluate(line, from: .prompt) }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(reason), "\(text)")
  }

  // Eight planes at each dimension with these probabilities, each a little off.
  private func curve(
    _ probabilities: [(dimension: Int, probability: Double)], label: String = "net",
    ending: (Int) -> CuttingPlane.Ending = { _ in .still }
  ) -> TargetCurve {
    TargetCurve(
      subject: label, target: "class 3", inputs: 64,
      points: probabilities.flatMap { dimension, probability in
        (0..<8).map { place in
          (
            CuttingPlane(target: [3], dimension: dimension, repetition: place),
            CuttingPlane.Outcome(
              probability: min(1, max(0, probability + 0.04 * (Double(place) - 3.5))), loss: 1,
              distance: nil, steps: 300, ending: ending(dimension))
          )
        }
      }, seed: Seed(1))
  }

  /// d* is from 0 to D, and so is D − d*: at d = D a plane is all of the input space.
  @Test func nothingLiesBeyondTheInputSpace() throws {
    let never = curve([(1, 0.15), (4, 0.16), (16, 0.18), (64, 0.2)])
    #expect(never.cells(0.5) + never.manifoldCells == Array(repeating: .missing, count: 6))
    #expect(never.failsEverywhere)
    #expect(never.remark?.contains("where a plane is all of the input space") == true)
    let late = curve([(1, 0.15), (4, 0.16), (16, 0.3), (64, 0.52)])
    #expect(late.cells(0.5)[2] == .number(64) && late.manifoldCells[1] == .number(0))
    let part = curve([(1, 0.15), (2, 0.15), (4, 0.17), (8, 0.3), (16, 0.52)])
    #expect(part.cells(0.5)[2] == .limit(Limit(.upperEnd, .above, 16)))
    #expect(part.manifoldCells[1] == .limit(Limit(.lowerEnd, .below, 48)))
    // An open end has no stroke in a figure.
    #expect(part.drawn?.upper == .infinity && late.drawn?.upper == 64)
  }

  /// A verdict stands where it is the same if searches that were cut off had reached their targets.
  @Test func verdictsDoNotDependOnWhatWasCutOff() throws {
    let high = [(1, 0.05), (4, 0.1), (8, 0.2), (16, 0.5), (32, 0.8), (64, 0.9)]
    let low = [(1, 0.1), (2, 0.3), (4, 0.7), (8, 0.85), (16, 0.9), (64, 0.9)]
    func verdict(cutOffAt dimensions: Set<Int>, both: Bool = false) throws -> String {
      let ending = { (dimension: Int) -> CuttingPlane.Ending in
        dimensions.contains(dimension) ? .limit(isFalling: true) : .still
      }
      let report = SweepReport(
        variable: .epochs, label: "epoch",
        steps: [
          .init(value: 0, label: "a", accuracy: 0.5, curve: curve(high, ending: ending)),
          .init(
            value: 1, label: "b", accuracy: 0.9, curve: curve(both ? high : low, ending: ending)),
        ], caption: "", targets: 1, remedy: "raise --steps")
      for case .table(let table) in report.result.items where table.title.hasPrefix("Does") {
        if case .text(let text)? = table.rows[0].last { return text }
      }
      throw CommandError("no verdict")
    }
    #expect(try verdict(cutOffAt: []) == "lower for the better network, as reported")
    #expect(try verdict(cutOffAt: [64]) == "lower for the better network, as reported")
    let middle = try verdict(cutOffAt: [16])
    // All of the poor network, and of the good one those below 0.99.
    #expect(
      middle == "not compared: it depends on 14 of 96 planes whose loss still fell at the step "
        + "limit; raise --steps", "\(middle)")
    #expect(try verdict(cutOffAt: [64], both: true) == "no significant difference")
    // Without a d*₅₀ a network is not compared, and the ends are those that have one.
    let never = [(1, 0.15), (4, 0.16), (16, 0.18), (64, 0.2)]
    func rows(_ curves: [[(Int, Double)]]) -> [[Table.Cell]] {
      let report = SweepReport(
        variable: .epochs, label: "epoch",
        steps: curves.enumerated().map { place, points in
          .init(
            value: Double(place), label: "net", accuracy: 0.1 * Double(place + 1),
            curve: curve(points))
        }, caption: "", targets: 1, remedy: "raise --steps")
      for case .table(let table) in report.result.items where table.title.hasPrefix("Does") {
        return table.rows
      }
      return []
    }
    let three = rows([never, high, low])
    #expect(three.count == 1 && three[0][0] == .text("epoch 2") && three[0][1] == .text("epoch 1"))
    #expect(three[0].last == .text("lower for the better network, as reported"))
    #expect(
      rows([never, low])[0].last == .text("not compared: net does not reach 0.5 at d = D"))
    let all: Set<Int> = [1, 2, 4, 8, 16, 32, 64]
    #expect(try verdict(cutOffAt: all, both: true).hasPrefix("not compared: it depends on"))
  }

  /// Members are searched together: the planes are the same as alone, the probabilities not.
  @Test func ensemblesAreSearchedTogether() throws {
    let rows = try tables(
      "manifold mlps --ensemble mlps --target 2 --dims 1,2,4,8 --planes 10", session())[0].rows
    #expect(
      rows.map { $0[0] } == [.text("mlps[0]"), .text("mlps[1]"), .text("ensemble mlps")])
    #expect(rows[0] != rows[2])
  }

  /// Theory alone: half of the planes meet each set where D − d is its squared width.
  @Test func gordonAlone() throws {
    let rows = try tables("gordon --inputs 400 --squared-width 250", session())[0].rows
    #expect(rows.count == 3)
    for row in rows {
      guard case .integer(let half) = row[1] else { throw CommandError("no dimension") }
      #expect(abs(half - 150) <= 2, "\(row[0])")
    }
  }

  /// The dimension at which exactly half of the planes meet a set: the middle of Wendel's sum for orthants of
  /// 60, 200 and 6 dimensions; of balls by symmetry where w² is half of D.
  @Test(arguments: [
    (100, 30, 2, 70), (784, 100, 2, 684), (64, 61, 2, 3), (100, 50, 0, 50), (1000, 500, 0, 500),
  ])
  func exactHalves(inputs: Int, width: Int, set: Int, dimension: Int) throws {
    let rows = try tables("gordon --inputs \(inputs) --squared-width \(width)", session())[0].rows
    #expect(rows[set][1] == .integer(dimension), "\(rows)")
  }

  /// Where the interval of d*₅₀ is open, that of w² is up to 0 or D.
  @Test func openEndsAreTheFarthest() {
    func ends(_ range: ClosedRange<Double>) -> [Double] {
      var report = EscapeReport(inputs: 64, squaredWidth: 60)
      report.interval = ConfidenceInterval(range, method: "bootstrap", count: 20, unit: "planes")
      return report.result.items.compactMap { item in
        if case .scalar(let scalar) = item { scalar.value } else { nil }
      }
    }
    #expect(ends(2...6) == [60, 58, 62])
    #expect(ends(2...(.infinity)) == [60, 0, 62])
    #expect(ends(0...6) == [60, 58, 64])
  }

  @Test func gordonOfAClass() throws {
    let session = try session()
    let items = try #require(
      try session.evaluate(
        "gordon cnn --target 1 --dims 1,2,4,6,8,16,64 --planes 20", from: .prompt)
    ).result.items
    guard case .scalar(let width)? = items.first else { throw CommandError("no width") }
    let table = try tables("manifold cnn --target 1 --dims 1,2,4,6,8,16,64 --planes 20", session)[0]
    #expect(abs(64 - width.value - (try crossing(table.rows[0]).value)) < 1e-9)
  }

  /// Steps that reach are shorter where planes have more dimensions.
  @Test func stepsShortenWithDimensions() throws {
    let rows = try tables("adversary cnn --targets 0,1,2 --dims 4,16,64 --planes 20", session())[0]
      .rows
    let medians = rows.map { row in
      if case .number(let value) = row[5] { value } else { Double.nan }
    }
    #expect(medians[0] > medians[1] && medians[1] > medians[2])
  }

  /// A sweep trains what it needs, reuses it, and compares its ends.
  @Test func sweepsTrainAndReuse() throws {
    let folder = try TemporaryFolder()
    let line =
      "manifold-sweep --over width --arch mlp:hidden=W --values 2,24 --epochs 4 --targets 0,1 "
      + "--dims 1,2,4,8,16,32,64 --planes 10 --out \(folder.path)"
    let first = try tables(line, session())
    #expect(first[0].rows.count == 2 && first[1].rows.count == 1)
    #expect(
      FileManager.default.fileExists(atPath: "\(folder.path)/width-24/last.safetensors"))
    #expect(try tables(line, session()) == first)
    guard case .number(let poor) = first[0].rows[0][1], case .number(let good) = first[0].rows[1][1]
    else { throw CommandError("no accuracies") }
    #expect(good > poor)
  }

  @Test func sweepsOverEpochsAndEnsembles() throws {
    let session = try session()
    let options = "--targets 0 --dims 1,4,16,64 --planes 6 --steps 40"
    let ensemble = try tables("manifold-sweep mlps --over ensemble \(options)", session)[0].rows
    #expect(ensemble.map { $0[0] } == [.number(1), .number(2)])
    let epochs = try tables("manifold-sweep mlps --over epochs \(options)", session)[0].rows
    // Nothing says which epochs these files are of.
    #expect(epochs.map { $0[0] } == [.number(0), .number(1)])
    let folder = try TemporaryFolder()
    for (name, file) in [("run-ep5", "mlp"), ("run-ep025", "mlp-1")] {
      try FileManager.default.copyItem(
        atPath: "\(Fixtures.networks)/\(file).pt", toPath: "\(folder.path)/\(name).pt")
    }
    _ = try session.evaluate(
      "load \(folder.path)/run-ep5.pt \(folder.path)/run-ep025.pt --as run", from: .prompt)
    let named = try tables("manifold-sweep run --over epochs \(options)", session)
    #expect(named[0].columns[0].name == "epoch")
    #expect(named[0].rows.map { $0[0] } == [.number(5), .number(25)])
    #expect(named[1].rows[0][0] == .text("epoch 25"))
    let error = #expect(throws: CommandError.self) {
      try tables("manifold-sweep run --over epochs --values 0,25 \(options)", session)
    }
    #expect(error.map { "\($0)" }?.hasSuffix("the snapshots, which have epoch 5, 25") == true)
  }
}

/// Asks for cancellation when so many planes' worth of steps are done.
private final class Stopper: ProgressReporter, @unchecked Sendable {
  var cancellation: Cancellation?
  var threshold = Int.max

  func report(_ update: ProgressUpdate) {
    if update.completed >= threshold { cancellation?.request() }
  }

  func finish() {}
}
