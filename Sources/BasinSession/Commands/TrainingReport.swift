import BasinKit
import Landscape

/// What `train` shows of its runs.
enum TrainingReport {
  static func table(_ runs: [TrainingRun.Outcome]) -> Table {
    var table = Table(
      "Final loss and accuracy",
      columns: [
        .integer("seed"), .integer("epochs"), .number("training loss", format: .fixed(4)),
        .number("training accuracy", format: .percent(1)), .number("test loss", format: .fixed(4)),
        .number("test accuracy", format: .percent(1)),
      ])
    for run in runs {
      guard let last = run.records.last else { continue }
      table.append([
        .integer(Int(run.seed)), .integer(last.epoch), .number(last.train.loss),
        .number(last.train.accuracy), .number(last.test.loss), .number(last.test.accuracy),
      ])
    }
    return table
  }

  /// Loss on a logarithmic axis and accuracy, against epochs; one line a seed.
  static func figure(_ runs: [TrainingRun.Outcome]) -> Figure {
    var loss = Figure.Panel(
      "Training loss", x: .init("epoch"), y: .init("cross-entropy (nats)", scale: .log10))
    var accuracy = Figure.Panel("Test accuracy", x: .init("epoch"), y: .init("accuracy (%)"))
    for (index, run) in runs.enumerated() {
      let epochs = run.records.map { Double($0.epoch) }
      let name = "seed \(run.seed)"
      loss.add(.line(name, x: epochs, y: run.records.map(\.train.loss), color: .series(index)))
      accuracy.add(
        .line(
          name, x: epochs, y: run.records.map { $0.test.accuracy * 100 }, color: .series(index)))
    }
    return Figure(
      "Training", panels: [loss, accuracy], columns: 2, legend: .below, size: .wide,
      caption: "Loss on the training split and accuracy on the test split after each epoch, from "
        + "the random start on.")
  }
}
