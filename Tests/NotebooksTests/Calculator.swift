import BasinCore
import Foundation

/// A small interpreter that computes: sums, tables, curves, notes; it can fail and be cancelled.
final class Calculator: Interpreter {
  var progress: any ProgressReporter = SilentProgress()
  let cancellation = Cancellation()
  private(set) var seed: UInt64 = 0
  private(set) var seen: [String] = []

  var versions: [(name: String, version: String)] {
    [("calculator", "1.0"), ("plugin squares", "2.1")] + (label == "label" ? [] : [(label, label)])
  }
  var plugins: [(name: String, version: String)] { [("squares", "2.1")] }
  var settings: [(name: String, value: String)] {
    [("seed", "\(seed)"), ("threads", "1"), (label, label)]
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Text from outside, wherever a result can have it.
  var label = "label"

  func evaluate(_ line: String, from origin: Origin) throws -> Evaluation? {
    seen.append(line)
    let words = line.split(separator: " ").map(String.init)
    guard let verb = words.first, !verb.hasPrefix("#") else { return nil }
    var result = Result()
    var inputs: [InputFile] = []
    let numbers = words.dropFirst().compactMap(Double.init)
    switch verb {
    case "set":
      guard words.count == 3, words[1] == "seed", let value = UInt64(words[2]) else {
        throw Failure(description: "cannot set \(line)")
      }
      seed = value
    case "sum":
      result.add(Scalar("Sum", numbers.reduce(0, +), unit: "units"))
      result.add(Scalar("Terms", Double(numbers.count), format: .fixed(0)))
    case "table":
      var table = Table(
        "Squares of \(label)",
        columns: [
          .text(label), .integer("n"), .number("n²", unit: label), .number("root"),
        ])
      for number in numbers {
        table.append([
          .text(label), .integer(Int(number)), .number(number * number),
          number < 0 ? .missing : .interval(number.squareRoot(), halfWidth: 0.5),
        ])
      }
      table.append([.text("none"), .integer(0), .number(.nan), .number(-.infinity)])
      result.add(table)
    case "plot":
      var panel = Figure.Panel(x: .init("x of \(label)"), y: .init("y"))
      panel.add(.line(label, x: numbers, y: numbers.map { $0 * $0 }, color: .series(0)))
      result.add(Figure("Curve of \(label)", panel))
    case "unplottable":
      result.add(Scalar("Before", 1))
      result.add(Figure("Nothing", panels: []))
    case "label":
      result.add(Scalar(label, 1, unit: label))
      result.add(text: label)
    case "note": result.add(Note(words.dropFirst().joined(separator: " ")))
    case "warn": result.add(Note(label, level: .warning))
    case "read":
      inputs = [InputFile(path: words[1], sha256: String(repeating: "a", count: 64), size: 9)]
    case "refuse": throw Failure(description: label)
    case "fail": throw Failure(description: words.dropFirst().joined(separator: " "))
    case "cancel":
      cancellation.request()
      try cancellation.check()
    default: throw Failure(description: "there is no command “\(verb)”")
    }
    return Evaluation(
      command: line, plugin: nil, result: result, inputs: inputs, seed: nil, seconds: 0.1)
  }
}
