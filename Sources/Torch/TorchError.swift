// Torch owns tensors, operators, gradients, vmap, random generators and TorchScript modules: typed
// Swift over the C functions of CTorch. It must not know checkpoints, datasets or any analysis.
//
// Gradient mode and vmap levels belong to the thread that set them; a module is used by one thread at a time.

import CTorch

/// libtorch refused an operation.
public struct TorchError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The operation: an operator's name such as `aten::matmul`, or what was being done.
  public var operation: String
  /// The shapes of the tensors it was given.
  public var shapes: [[Int]]
  /// libtorch's own words, on one line.
  public var message: String
  /// The file of the program that did it, where it was one.
  public var program: String?

  /// The last line of libtorch's words, without the traceback of TorchScript before it and without names of
  /// its source.
  public var reason: String {
    if let bytes = message.firstMatch(of: /you tried to allocate (\d+) bytes/) {
      return "there is no memory for \(bytes.1) bytes; fewer inputs at once (`set batch`) need less"
    }
    if program != nil, let index {
      return
        "an index\(index) is out of range: whole-number inputs, and index tensors of the checkpoint, must be "
        + "from 0 to below the size of what they choose from, as of the rows of an nn.Embedding"
    }
    let parts = message.split(separator: "; ").filter { !$0.hasPrefix("~") }
    var text = String(parts.last ?? Substring(message))
    for prefix in ["RuntimeError: ", "builtins.RuntimeError: "] where text.hasPrefix(prefix) {
      text.removeFirst(prefix.count)
    }
    return text.replacing(/(aten|at|c10|torch)::/, with: "")
      .replacing(/^\w+: (?=\(|The )/, with: "")
  }

  // What libtorch says of an index that is out of range: which one it is, where that is said.
  private var index: String? {
    if let known = message.firstMatch(of: /index (-?\d+) is out of bounds/) {
      return " (\(known.1))"
    }
    return message.contains("index out of range in self") ? "" : nil
  }

  /// What was being done, without libtorch's name for the variant of an operator: `matmul`.
  private var action: String {
    guard operation.hasPrefix("aten::") else { return operation }
    let name = operation.dropFirst("aten::".count).prefix { $0 != "." }
    return "the operation " + name.replacing(/^_+|_+$/, with: "")
  }

  /// `the operation matmul failed on tensors of 2×3, 4×5: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)`
  public var description: String {
    let sizes = shapes.map { shape in
      shape.isEmpty ? "one number" : shape.map(String.init).joined(separator: "×")
    }
    let given = sizes.isEmpty ? "" : " on tensors of " + sizes.joined(separator: ", ")
    let program = program.map { "\($0): " } ?? ""
    return "\(program)\(action) failed\(given): \(reason)"
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
