import BasinCore
import Landscape
import Testing

@testable import ModeConnectivity

/// What the last epochs of a training say of its convergence.
@Suite struct TrainingTrendTests {
  @Test(arguments: [
    ([], TrainingTrend.Verdict.tooShort), ([3, 2, 1, 1, 1], .tooShort),
    // 0.9 after 1, exactly: 10 % and no error.
    ([1, 1, 1, 0.9, 0.9, 0.9], .falling), ([1, 1, 1, 0.985, 0.985, 0.985], .settled),
    ([1, 1, 1, 0.979, 0.979, 0.979], .falling), ([1, 1, 1, 1.015, 1.015, 1.015], .settled),
    ([0.9, 0.9, 0.9, 1, 1, 1], .rising), ([-1, -1, -1, -0.9, -0.9, -0.9], .rising),
    // It fell by a fifth, and the epochs differ by as much: that it had settled is not known.
    ([0.10, 0.08, 0.075, 0.07, 0.08, 0.055], .unclear),
    // No fall on average, and an error of 8 %.
    ([1, 1.1, 0.9, 1.1, 0.9, 1], .unclear),
  ])
  func verdicts(losses: [Double], verdict: TrainingTrend.Verdict) {
    #expect(TrainingTrend(losses).verdict == verdict)
  }

  /// A loss that goes on as on average since the start has not settled, however slow it is; what hardly moved has not
  /// been trained. Of 30 epochs from 1 that gain 0.003 each, the last three gain a tenth of all.
  @Test func slowTrainingHasNotSettled() {
    let slow = (1...30).map { 1 - 0.003 * Double($0) }
    let trend = TrainingTrend(Array(slow.suffix(6)), of: 30, from: 1, movement: 0.1)
    #expect(trend.verdict == .falling && trend.isSteady && trend.fall < 0.02)
    // Most was gained at first.
    let quick = TrainingTrend(Array(slow.suffix(6)), of: 30, from: 3, movement: 0.1)
    #expect(quick.verdict == .settled)
    let still = (0..<6).map { 1 - 1e-7 * Double($0) }
    #expect(TrainingTrend(still, of: 30, from: 1, movement: 1e-6).verdict == .unmoved)
    // Solutions that a straight line connects leave a loss as it is, and weights move all the same.
    #expect(TrainingTrend(still, of: 30, from: 1, movement: 0.1).verdict == .settled)
    #expect(TrainingTrend([], of: 3, from: .nan, movement: 0.1).verdict == .tooShort)
  }

  /// A tenth of the epochs on either side: of forty, the last four and the four before.
  @Test func theWindowIsATenth() {
    let trend = TrainingTrend((0..<40).map { Double(40 - $0) })
    #expect(trend.window == 4 && trend.before == 6.5 && trend.last == 2.5)
    #expect(abs(trend.fall - 4 / 6.5) < 1e-12 && trend.verdict == .falling)
  }

  @Test func aRisingLossIsAWarning() throws {
    let items = TrainingTrend([0.81, 0.81, 0.81, 0.9, 0.9, 0.9]).items(
      "curve", drawn: [1, 0.9, 0.9, 1, 1, 1])
    let notes = items.compactMap { if case .note(let note) = $0 { note } else { nil } }
    let note = try #require(notes.first)
    #expect(notes.count == 1 && note.level == .warning)
    #expect(
      note.text
        == "the loss of the curve was rising: at fixed points the mean over the last 3 epochs is 0.9 nats, 11.1 % "
        + "above that of the 3 before, more than 2 % and its 95 % interval (Welch's t). No verdict is drawn "
        + "from the curve; lower --lr")
  }

  /// What still moved, or cannot be judged, is not compared; what no change was found of is.
  @Test(
    arguments: [
      (.falling, "the loss of the curve was still falling"),
      (.rising, "the loss of the curve was rising"),
      (.tooShort, "too few epochs to judge the convergence of the curve"),
      (.unmoved, "training hardly moved the curve"), (.settled, nil), (.unclear, nil),
    ] as [(TrainingTrend.Verdict, String?)])
  func objections(verdict: TrainingTrend.Verdict, objection: String?) {
    #expect(verdict.objection("curve") == objection)
    #expect((verdict.remedy == nil) == (objection == nil))
  }

  /// Control points say how their training ended, and those of another curve do not.
  @Test func controlPointsKnowTheirTraining() {
    func point(_ place: Int) -> Checkpoint {
      Checkpoint(
        name: "p", file: nil, identity: "p \(place)",
        metadata: [
          ControlPointMetadata.curve: "bezier", ControlPointMetadata.count: "3",
          ControlPointMetadata.place: String(place), ControlPointMetadata.trend: "falling",
        ], weights: .vectors(parameters: [], buffers: [], counts: []))
    }
    let points = (0..<3).map(point)
    func trend(_ kind: CurveKind, _ points: [Checkpoint]) -> TrainingTrend.Verdict? {
      .init(ofControlPoints: kind.controlPoints(points).map(\.metadata))
    }
    #expect(trend(.bezier, points) == .falling)
    #expect(trend(.chain, points) == nil && trend(.bezier, points.reversed()) == nil)
  }

  /// Windows of three epochs: a loss that stays is said to fall or to rise in 5 % of the runs at most.
  @Test func fewEpochsGiveNoFalseAlarm() {
    var draw = SeededNumbers(Seed(5).derived("few epochs"))
    var alarms = 0
    for _ in 0..<2000 {
      let verdict = TrainingTrend((0..<20).map { _ in 1 + 0.2 * draw.normal() }).verdict
      alarms += [.falling, .rising].contains(verdict) ? 1 : 0
    }
    #expect((20...120).contains(alarms), "\(alarms) of 2,000")
  }

  /// A loss that falls by a twentieth from one window to the next is never said to have settled more than
  /// rarely, however much its epochs vary; one that stays is rarely said to fall.
  @Test(arguments: [0.005, 0.02, 0.05, 0.1])
  func errorsOfTheVerdicts(noise: Double) {
    var draw = SeededNumbers(Seed(17).derived("trend"))
    var (settled, falling) = (0, 0)
    for _ in 0..<1000 {
      let noisy = (0..<100).map { _ in noise * draw.normal() }
      settled +=
        TrainingTrend(noisy.enumerated().map { ($0 < 90 ? 1 : 0.95) + $1 }).verdict == .settled
        ? 1 : 0
      falling += TrainingTrend(noisy.map { 1 + $0 }).verdict == .falling ? 1 : 0
    }
    #expect(settled <= 50 && falling <= 50, "\(settled), \(falling)")
  }
}
