import BasinKit
import Landscape

extension TrainingTrend {
  /// The losses by epoch, and what they say of convergence.
  ///
  /// - Parameter what: What was trained, for instance `curve`.
  func items(_ what: String) -> [Result.Item] {
    let format = NumberFormat.significant(4)
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
    let rule =
      "the mean over the last \(window) epochs is \(format.text(last)) nats, "
      + "\(NumberFormat.percent(1).text(abs(fall))) \(fall < 0 ? "above" : "below") that of the "
      + "\(window) before"
    switch verdict {
    case .tooShort:
      result.add(
        Note(
          "too few epochs to judge the convergence of the \(what): \(losses.count), and six are "
            + "needed; raise --epochs", level: .warning))
    case .falling:
      result.add(
        Note(
          "the loss of the \(what) was still falling: \(rule), more than 2 % and its 95 % "
            + "interval (Welch's t); raise --epochs", level: .warning))
    case .rising:
      result.add(
        Note(
          "the loss of the \(what) was rising: \(rule), more than 2 % and its 95 % interval "
            + "(Welch's t); lower --lr",
          level: .warning))
    case .settled:
      result.add(
        Note(
          "the loss of the \(what) had settled: \(rule); with its 95 % interval (Welch's t) added, it "
            + "fell by no more than 2 %"))
    case .unclear:
      result.add(
        Note(
          "whether the loss of the \(what) had settled is not clear: \(rule), and the epochs vary too "
            + "much to say that it fell by no more than 2 %; raise --epochs", level: .warning))
    }
    return result.items
  }
}
