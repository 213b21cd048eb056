import BasinCore
import Foundation

/// Turns results into JSON for machines, one object a line, keys sorted.
///
/// A command gives
/// `{"bindings":[…],"command":"…","format":2,"inputs":[…],"items":[…],"plugin":"…","seconds":0.2,"seed":7}`,
/// where `plugin` and `seed` may be missing. Each item is an `ItemJSON`. A failed command gives
/// `{"error":{"command":"…","kind":"…","message":"…"}}` with the kind `usage`, `failure` or `cancelled`.
public struct JSONRenderer: Sendable {
  /// Creates a renderer.
  public init() {}

  /// One evaluated command as one line, with its line break.
  public func line(_ evaluation: Evaluation) -> String {
    encode(EvaluationJSON(evaluation))
  }

  /// One failed command as one line, with its line break.
  public func line(_ error: any Error, command: String) -> String {
    let kind =
      error is Cancelled ? "cancelled" : error is any UsageError ? "usage" : "failure"
    let failure = FailureJSON.Failure(
      command: command, kind: kind, message: VisibleText.line(of: error))
    return encode(FailureJSON(error: failure))
  }

  // The encoder escapes the control characters that JSON forbids; these are a terminal's as well.
  private static func escaped(_ json: String) -> String {
    json.unicodeScalars.reduce(into: "") { text, scalar in
      if VisibleText.isControl(scalar) {
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  private func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      return Self.escaped(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
    } catch {
      return #"{"error":{"kind":"failure","message":"the result cannot be written as JSON"}}"#
        + "\n"
    }
  }
}

private struct FailureJSON: Encodable {
  struct Failure: Encodable {
    var command: String
    var kind: String
    var message: String
  }
  var error: Failure
}

private struct EvaluationJSON: Encodable {
  struct BindingJSON: Encodable {
    var name: String
    var kind: String
    var summary: String
  }

  let format = ItemJSON.format
  var command: String
  var plugin: String?
  var items: [ItemJSON]
  var bindings: [BindingJSON]
  var inputs: [InputFile]
  var seed: UInt64?
  var seconds: Double

  init(_ evaluation: Evaluation) {
    command = evaluation.command
    plugin = evaluation.plugin
    items = evaluation.result.items.map(ItemJSON.init)
    bindings = evaluation.result.bindings.map {
      BindingJSON(name: $0.name, kind: $0.value.kind, summary: $0.value.summary)
    }
    inputs = evaluation.inputs
    seed = evaluation.seed
    seconds = evaluation.seconds
  }
}
