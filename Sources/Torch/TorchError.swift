// Torch owns tensors, operators, gradients, vmap, random generators and TorchScript modules: typed
// Swift over the C functions of CTorch. It must not know checkpoints, datasets or any analysis.
//
// One thread at a time: gradient mode and vmap levels belong to the thread that set them.

import CTorch

/// libtorch refused an operation.
public struct TorchError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The operation: an operator's name such as `aten::matmul`, or what was being done.
  public var operation: String
  /// The shapes of the tensors it was given.
  public var shapes: [[Int]]
  /// libtorch's own words, on one line.
  public var message: String

  /// The last line of libtorch's words, without the traceback of TorchScript before it.
  public var reason: String {
    let parts = message.split(separator: "; ")
    return String(parts.last { !$0.hasPrefix("~") } ?? Substring(message))
  }

  /// `aten::matmul failed: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)`
  public var description: String {
    let given =
      shapes.isEmpty ? "" : " on shapes " + shapes.map(\.description).joined(separator: ", ")
    return "\(operation) failed\(given): \(message)"
  }
}

/// Turns a message from C into a thrown error, and frees it.
func check(
  _ message: ct_message?, _ operation: @autoclosure () -> String,
  shapes: @autoclosure () -> [[Int]] = []
) throws {
  guard let message else { return }
  defer { ct_message_free(message) }
  let lines = String(cString: message).split(separator: "\n").map {
    $0.trimmingPrefix(while: \.isWhitespace)
  }
  let text = lines.filter { !$0.isEmpty }.joined(separator: "; ")
  throw TorchError(operation: operation(), shapes: shapes(), message: text)
}
