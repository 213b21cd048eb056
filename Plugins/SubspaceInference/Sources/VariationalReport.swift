import BasinKit
import Landscape

/// The evidence lower bound on the way of a variational fit, and whether the fit converged.
struct VariationalReport {
  var fit: VariationalFit

  /// - Throws: ``CommandError`` where the fit ended above its start: its networks would mislead.
  static func check(_ fit: VariationalFit) throws {
    guard fit.verdict == .aboveStart else { return }
    throw CommandError(
      "variational inference ended at a negative ELBO of \(text(fit.end)), above the "
        + "\(text(fit.start)) of its start; raise --draws from \(fit.steps[0].draws), or use --infer ess"
    )
  }

  func add(to result: inout Result) {
    result.add(figure)
    result.add(trace)
    result.add(starts)
    result.add(verdict)
  }

  private static func text(_ estimate: VariationalFit.Estimate) -> String {
    let format = NumberFormat.fixed(3)
    return
      "\(format.text(estimate.value)) nats (standard error \(format.text(estimate.standardError)))"
  }

  private var estimated: [(step: VariationalFit.Step, estimate: VariationalFit.Estimate)] {
    fit.steps.compactMap { step in step.estimate.map { (step, $0) } }
  }

  private var figure: Figure {
    var panel = Figure.Panel(x: .init("step"), y: .init("negative ELBO (nats)"))
    panel.add(
      .line(
        "fixed draws", x: fit.steps.map { Double($0.iteration) }, y: fit.steps.map(\.objective),
        color: .series(0), dash: .solid))
    let finite = estimated.filter { $0.estimate.standardError.isFinite }
    let critical = StudentT.critical(level: 0.95, degrees: Double(fit.independentDraws - 1))
    panel.add(
      .scatter(
        "independent draws", x: finite.map { Double($0.step.iteration) },
        y: finite.map(\.estimate.value), color: .highlight, marker: .circle,
        yError: Figure.ErrorBars(
          lower: finite.map { $0.estimate.value - critical * $0.estimate.standardError },
          upper: finite.map { $0.estimate.value + critical * $0.estimate.standardError })))
    return Figure(
      "Negative ELBO of the fit", panel, legend: .below,
      caption:
        "N/T·E[loss] + KL(q ‖ prior) at each step, on the fixed draws that are optimized and on "
        + "\(fit.independentDraws) independent draws. Bars are 95 % intervals (Student's t over the "
        + "draws).")
  }

  private var trace: Table {
    let format = NumberFormat.fixed(4)
    var table = Table(
      "Negative ELBO along the fit (standard errors over \(fit.independentDraws) independent draws)",
      columns: [
        .integer("step"), .integer("fixed draws"), .number("on them", unit: "nats", format: format),
        .number("on independent draws", unit: "nats", format: format),
        .number("standard error", unit: "nats", format: format),
        .number("predicted gain of a step", unit: "nats"),
      ])
    for (step, estimate) in estimated {
      table.append([
        .integer(step.iteration), .integer(step.draws), .number(step.objective),
        estimate.value.isFinite ? .number(estimate.value) : .missing,
        estimate.standardError.isFinite ? .number(estimate.standardError) : .missing,
        .number(step.predictedGain),
      ])
    }
    return table
  }

  private var starts: Table {
    let format = NumberFormat.fixed(4)
    var table = Table(
      "Starts of the fit; the lowest end is kept",
      columns: [
        .integer("start"), .number("initial negative ELBO", unit: "nats", format: format),
        .number("final", unit: "nats", format: format), .number("final mean 1"),
        .number("final standard deviation 1"),
      ])
    for (index, start) in fit.starts.enumerated() {
      table.append([
        .integer(index), .number(start.objectives[0]), .number(start.objectives[1]),
        .number(start.to.means[0]), .number(start.to.deviations[0]),
      ])
    }
    return table
  }

  // What the stopping rule allows, or what was predicted where rounding of the loss allows more.
  private var furtherGain: String {
    let predicted = fit.steps[fit.steps.count - 1].predictedGain
    return predicted <= VariationalFit.tolerance
      ? "at most \(VariationalFit.tolerance) nats"
      : "\(NumberFormat.significant(2).text(predicted)) nats, which is within the rounding of the loss"
  }

  var verdict: Note {
    let change =
      "negative ELBO \(Self.text(fit.start)) at the start, \(Self.text(fit.end)) at the end"
    switch fit.verdict {
    case .converged:
      return Note(
        "variational inference converged: \(change); a further step would gain \(furtherGain)")
    case .startIsOptimal:
      return Note(
        "variational inference converged where it started: \(change); the difference is within two "
          + "standard errors")
    case .notConverged:
      return Note(
        "variational inference did not converge: \(change); raise --iterations, or use --infer ess",
        level: .warning)
    case .tooFewDraws:
      return Note(
        "variational inference needs more draws: the objective on independent draws stays above that on "
          + "the \(fit.steps[fit.steps.count - 1].draws) fixed ones; raise --draws", level: .warning
      )
    case .aboveStart:
      return Note("variational inference ended above its start: \(change)", level: .warning)
    }
  }
}
