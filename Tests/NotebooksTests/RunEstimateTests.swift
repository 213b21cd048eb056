import Testing

@testable import Notebooks

/// What is left of a run, by an earlier report and by the cells that are done.
@Suite struct RunEstimateTests {
  @Test func whatTheReportSaysAndTheMeanOfTheOthersAddUp() {
    var estimate = RunEstimate(ids: ["a", "b", "c", "d"], earlier: ["a": 4, "c": 6])
    #expect(estimate.remaining(elapsed: 0) == nil)
    estimate.ended(seconds: 2, wasCached: false)
    // b and d take 2 as a did, c takes 6.
    #expect(estimate.remaining(elapsed: 0) == 10)
    #expect(estimate.remaining(elapsed: 1.5) == 8.5)
    // A cell that takes longer than it should has nothing left itself.
    #expect(estimate.remaining(elapsed: 7) == 8)
    estimate.ended(seconds: 0, wasCached: true)
    #expect(estimate.remaining(elapsed: 1) == 7)
    estimate.ended(seconds: 4, wasCached: false)
    #expect(estimate.remaining(elapsed: 0) == 3)
    estimate.ended(seconds: 1, wasCached: false)
    #expect(estimate.remaining(elapsed: 0) == 0)
  }

  @Test func nothingIsKnownWhereNoCellIsDone() {
    #expect(RunEstimate(ids: ["a"], earlier: [:]).remaining(elapsed: 1) == nil)
    #expect(RunEstimate(ids: ["a"], earlier: ["a": 3]).remaining(elapsed: 1) == 2)
  }

  /// Asking after each of 200,000 cells took the square of their number.
  @Test(.timeLimit(.minutes(1))) func askingCostsNoTimeThatGrows() {
    let ids = (0..<200_000).map { "c\($0)" }
    var estimate = RunEstimate(ids: ids, earlier: [:])
    var sum = 0.0
    for _ in ids {
      estimate.ended(seconds: 1, wasCached: false)
      sum += estimate.remaining(elapsed: 0) ?? 0
    }
    #expect(sum == 199_999.0 * 200_000 / 2)
  }
}
