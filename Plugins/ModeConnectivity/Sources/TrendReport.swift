import BasinKit
import Landscape

extension TrainingTrend {
  /// The losses by epoch, and what they say of convergence.
  ///
  /// - Parameter what: What was trained, for instance `curve`.
  func items(_ what: String) -> [Result.Item] {
    var panel = Figure.Panel(
      "", x: .init("epoch"), y: .init("mean training loss (nats)", scale: .log10))
    let epochs = losses.indices.map { Double($0 + 1) }
    panel.add(.line(x: epochs, y: losses, color: .series(0), dash: .solid))
    var result = Result()
    result.add(
      Figure(
        "Training of the \(what)", panel, legend: .none,
        caption:
          "Cross-entropy at the random places of the \(what) that each epoch's batches drew, "
          + "in training mode."))
    result.add(note(what))
    return result.items
  }

  /// What the rule says, with the numbers; a warning unless the loss had settled.
  private func note(_ what: String) -> Note {
    let format = NumberFormat.significant(4)
    let rule =
      "the mean over the last \(window) epochs is \(format.text(last)) nats, "
      + "\(NumberFormat.percent(1).text(abs(fall))) \(fall < 0 ? "above" : "below") that of the "
      + "\(window) before"
    guard let objection = verdict.objection(what), let remedy = verdict.remedy else {
      return verdict == .settled
        ? Note(
          "the loss of the \(what) had settled: \(rule); with its 95 % interval (Welch's t) added, it "
            + "fell by no more than 2 %")
        : Note(
          "whether the loss of the \(what) had settled is not clear: \(rule), and the epochs vary too "
            + "much to say that it fell by no more than 2 %; raise --epochs", level: .warning)
    }
    let reason =
      verdict == .tooShort
      ? "\(losses.count), and six are needed"
      : "\(rule), more than 2 % and its 95 % interval (Welch's t)"
    return Note(
      "\(objection): \(reason). No verdict is drawn from the \(what); \(remedy)", level: .warning)
  }
}
