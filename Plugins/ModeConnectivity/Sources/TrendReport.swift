import BasinKit
import Landscape

extension TrainingTrend {
  /// The losses by epoch, and what they say of convergence.
  ///
  /// - Parameters:
  ///   - what: What was trained, for instance `curve`.
  ///   - drawn: The mean loss of each epoch at the places that its batches drew.
  func items(_ what: String, drawn: [Double]) -> [Result.Item] {
    var panel = Figure.Panel(
      "", x: .init("epoch"), y: .init("mean training loss (nats)", scale: .log10))
    let epochs = drawn.indices.map { Double($0 + 1) }
    panel.add(.line("random points", x: epochs, y: drawn, color: .series(0), dash: .solid))
    if !losses.isEmpty {
      panel.add(
        .line(
          "fixed points", x: Array(epochs.suffix(losses.count)), y: losses, color: .series(1),
          dash: .dashed))
    }
    var result = Result()
    result.add(
      Figure(
        "Training of the \(what)", panel,
        caption:
          "Cross-entropy at the random points of the \(what) that each epoch's batches drew, "
          + "in training mode"
          + (losses.isEmpty
            ? "."
            : "; and after each of the last epochs at places that are always the same, one for each part of the "
              + "training split, by which convergence is judged.")))
    result.add(note(what, drawn.count))
    return result.items
  }

  /// What the rule says, with the numbers; a warning unless the loss had settled.
  ///
  /// - Parameter drawn: The number of epochs.
  private func note(_ what: String, _ drawn: Int) -> Note {
    let format = NumberFormat.significant(4)
    let rule =
      "at fixed points the mean over the last \(window) epochs is \(format.text(last)) nats, "
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
      switch verdict {
      case .tooShort: "\(drawn), and six are needed"
      case .unmoved:
        "its control points moved by less than 1 % of the distance between the ends, and the loss at "
          + "fixed points changed by no more than 2 %"
      default:
        rule
          + (isSteady
            ? ", more than half of the mean fall of \(window) epochs since the start"
            : ", more than 2 %") + " and its 95 % interval (Welch's t)"
      }
    return Note(
      "\(objection): \(reason). No verdict is drawn from the \(what); \(remedy)", level: .warning)
  }
}
