import BasinCore
import Foundation
import Landscape

/// A Gaussian with independent coordinates, fitted to a tempered posterior by variational inference on
/// fixed draws: the sample average approximation of R. Giordano, M. Ingram and T. Broderick, Black Box
/// Variational Inference with a Deterministic Objective (arXiv 2304.05527).
///
/// The negative evidence lower bound F(q) = N/T·E_q[L] + KL(q ‖ prior) is averaged over draws that stay the
/// same, so that it is a deterministic function, and is minimised by L-BFGS until a step promises less than
/// 0.001 nats. It may have several optima: it starts at the origin, and from the likeliest draws seen on
/// the way, each on a quarter of the draws; from the lowest end it goes on with all of them. What the fixed draws promise is checked on independent draws. Where F is
/// higher there by more than three standard errors and 0.1 nats, the fixed draws are doubled, three times
/// at most, and the fit goes on.
public struct VariationalFit: Sendable {
  /// A mean over independent draws with its Monte-Carlo standard error, in nats.
  public struct Estimate: Sendable, Equatable {
    /// The mean.
    public var value: Double
    /// Its standard error; `NaN` where the mean is infinite.
    public var standardError: Double

    init(_ values: [Double]) {
      let count = Double(values.count)
      let spread = MeanAndSpread(values)
      value = spread.mean
      standardError = (spread.squares / (count - 1) / count).squareRoot()
    }
  }

  /// One state along the way.
  public struct Step: Sendable, Equatable {
    /// Steps taken before, on fewer draws too.
    public var iteration: Int
    /// How many fixed draws there were.
    public var draws: Int
    /// F on the fixed draws, in nats.
    public var objective: Double
    /// What the next step gains where F is quadratic, in nats.
    public var predictedGain: Double
    /// F on the independent draws, where it was computed.
    public var estimate: Estimate?
  }

  /// What one start led to.
  public struct Start: Sendable, Equatable {
    /// Where it began.
    public var from: MeanFieldPosterior
    /// Where it ended.
    public var to: MeanFieldPosterior
    /// F at both on the quarter of the fixed draws, in nats.
    public var objectives: [Double]
  }

  /// What says whether the fit can be used.
  public enum Verdict: Sendable, Equatable {
    /// The stopping rule was met, and F is below the start's.
    case converged
    /// The stopping rule was met, and F differs from the start's by no more than its error: the start is
    /// the optimum.
    case startIsOptimal
    /// The steps ran out, or no step went down.
    case notConverged
    /// F on independent draws stays above that on the fixed ones.
    case tooFewDraws
    /// F is above the start's on independent draws.
    case aboveStart

    /// Why nothing is compared with the fit's networks, a clause; `nil` for a fit that can be used.
    var objection: String? {
      switch self {
      case .converged, .startIsOptimal: nil
      case .notConverged: "variational inference did not converge"
      case .tooFewDraws: "variational inference needs more fixed draws"
      case .aboveStart: "variational inference ended above its start"
      }
    }
  }

  /// The Gaussian.
  public var posterior: MeanFieldPosterior
  /// All starts; the posterior is where the lowest one led.
  public var starts: [Start]
  /// The way of the lowest start.
  public var steps: [Step]
  /// F at the start on independent draws.
  public var start: Estimate
  /// F at the end on the same independent draws.
  public var end: Estimate
  /// start − end, paired by draw.
  public var gain: Estimate
  /// How many independent draws there were.
  public var independentDraws: Int
  /// What says whether it converged.
  public var verdict: Verdict

  /// The stopping rule's predicted gain, in nats.
  public static let tolerance = 1e-3
  /// Independent draws on which F is estimated.
  public static let independentDraws = 100
  private static let doublings = 3

  /// 128 fixed draws, or 16 a coordinate up to 512. Starts are compared on a quarter of them, which match
  /// all second moments for up to 32 coordinates.
  public static func usualDraws(rank: Int) -> Int { min(512, max(128, 16 * rank)) }

  /// Fits.
  ///
  /// - Parameters:
  ///   - prior: σ₀, positive.
  ///   - temperature: T, positive.
  ///   - draws: Fixed draws; ``usualDraws(rank:)`` unless given.
  ///   - iterations: Steps from each start at most, on all sets of fixed draws together.
  ///   - report: Called before each step with how many were taken in all.
  /// - Throws: ``VariationalError`` where the objective is finite at no start; `Cancelled`; what the
  ///   target throws.
  public init(
    _ target: SubspaceTarget, prior: Double, temperature: Double, draws: Int? = nil,
    iterations: Int = 200, seed: Seed, report: (Int) throws -> Void = { _ in }
  ) throws {
    let rank = target.rank
    let weight = Double(target.examples) / temperature
    func objective(_ draws: [[Double]]) -> VariationalObjective {
      VariationalObjective(target: target, prior: prior, weight: weight, draws: draws)
    }
    let full = draws ?? Self.usualDraws(rank: rank)
    var count = max(4, full / 4)
    let seed = seed.derived("variational")
    let first = objective(NormalDraws.matched(count, rank: rank, seed: seed.derived("fixed")))
    var descent = VariationalDescent(
      objective: first, iterations: iterations, tolerance: Self.tolerance)
    var taken = 0
    func descend(_ from: MeanFieldPosterior) throws -> (
      states: [VariationalDescent.State], end: VariationalDescent.End
    )? {
      guard let run = try descent.run(from: from, report: { try report(taken + $0) }) else {
        return nil
      }
      taken += run.states.count - 1
      return run
    }

    var ladder = StartLadder(objective: first, prior: prior)
    let origin = try ladder.start(at: Array(repeating: 0, count: rank))
    let centres = ladder.likeliest()
    var runs: [(states: [VariationalDescent.State], end: VariationalDescent.End)] = []
    for from in [origin] + (try centres.map { try ladder.start(at: $0) }) {
      if let from, let run = try descend(from) { runs.append(run) }
    }
    func lowest(_ place: Int) -> Double { runs[place].states.last?.value ?? .infinity }
    guard let best = runs.indices.min(by: { lowest($0) < lowest($1) }) else {
      throw VariationalError(
        "the loss is not finite near the origin of the subspace, whatever the Gaussian's width; give a "
          + "smaller --prior")
    }
    starts = runs.map { run in
      Start(
        from: run.states[0].posterior, to: run.states[run.states.count - 1].posterior,
        objectives: [run.states[0].value, run.states[run.states.count - 1].value])
    }

    let independent = objective(
      NormalDraws.independent(
        Self.independentDraws, rank: rank, seed: seed.derived("independent")))
    // Where draws are added, the same place is there again, with another objective.
    var way: [(steps: Int, draws: Int, state: VariationalDescent.State)] =
      runs[best].states.enumerated().map { ($0.offset, first.draws.count, $0.element) }
    var end = runs[best].end
    var last = way[way.count - 1].state
    var values: [Double] = []
    func isOptimistic() -> Bool {
      let estimate = Estimate(values)
      return !(estimate.value - last.value <= 3 * estimate.standardError + 0.1)
    }
    for doubling in 0...Self.doublings where doubling == 0 || isOptimistic() {
      count = doubling == 0 ? full : 2 * count
      descent.objective = objective(
        NormalDraws.matched(count, rank: rank, seed: seed.derived("fixed", String(doubling))))
      descent.iterations = iterations - way[way.count - 1].steps
      guard let run = try descend(last.posterior) else {
        values = try independent.values(last.posterior)
        end = .stalled
        break
      }
      let before = way[way.count - 1].steps
      way += run.states.enumerated().map { (before + $0.offset, count, $0.element) }
      (end, last) = (run.end, run.states[run.states.count - 1])
      values = try independent.values(last.posterior)
    }

    posterior = last.posterior
    let before = try independent.values(way[0].state.posterior)
    start = Estimate(before)
    self.end = Estimate(values)
    gain = Estimate(zip(before, values).map { $0 - $1 })
    independentDraws = Self.independentDraws
    var estimated: Set<Int> = [0, way.count - 1]
    var next = 1
    while next < way.count {
      estimated.insert(next)
      next *= 2
    }
    steps = try way.indices.map { place in
      let (steps, draws, state) = way[place]
      let own: Estimate? =
        place == way.count - 1
        ? Estimate(values)
        : place == 0
          ? Estimate(before)
          : estimated.contains(place) ? Estimate(try independent.values(state.posterior)) : nil
      return Step(
        iteration: steps, draws: draws, objective: state.value,
        predictedGain: state.predictedGain, estimate: own)
    }
    verdict = Self.verdict(end, gain, isOptimistic: isOptimistic())
  }

  private static func verdict(
    _ end: VariationalDescent.End, _ gain: Estimate, isOptimistic: Bool
  ) -> Verdict {
    // The start may lie where the loss is infinite for some draw: the end does not.
    let margin = gain.standardError.isNaN ? 0 : 2 * gain.standardError + tolerance
    if !(gain.value >= -margin) { return .aboveStart }
    if end != .converged { return .notConverged }
    if isOptimistic { return .tooFewDraws }
    return gain.value > margin ? .converged : .startIsOptimal
  }
}

/// Variational inference could not begin.
public struct VariationalError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The one-line reason.
  public var description: String

  /// Creates the error.
  public init(_ description: String) { self.description = description }
}
