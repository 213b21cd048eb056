import Testing

@testable import BasinKit

/// When snapshots were taken.
@Suite struct SnapshotTimesTests {
  @Test(arguments: [
    (["a-ep1", "a-ep5", "a-ep025"], SnapshotTimes.Unit.epoch, [1.0, 5, 25]),
    (["epoch=4-step=100", "epoch=9-step=200"], .epoch, [4, 9]),
    (["Epoch_003", "Epoch_004"], .epoch, [3, 4]),
    (["step100", "step2000"], .step, [100, 2000]),
    (["model-iter-7", "model-iter-9"], .step, [7, 9]),
    // A word that only ends in ep, a name that does not count, and one number twice.
    (["deep1", "deep5"], .snapshot, [0, 1]), (["ep1", "best"], .snapshot, [0, 1]),
    (["ep1-a", "ep1-b"], .snapshot, [0, 1]), (["resnet18", "resnet50"], .snapshot, [0, 1]),
  ])
  func names(names: [String], unit: SnapshotTimes.Unit, values: [Double]) {
    let times = SnapshotTimes(recorded: names.map { _ in nil }, names: names)
    #expect(times.unit == unit && times.values == values)
  }

  /// What files record comes first, where all of them do.
  @Test func records() {
    let all = SnapshotTimes(recorded: [0, 10], names: ["ep5", "ep6"])
    #expect(all.unit == .epoch && all.values == [0, 10])
    let some = SnapshotTimes(recorded: [7, nil], names: ["a", "b"])
    #expect(some.unit == .snapshot && some.values == [0, 1])
  }
}
