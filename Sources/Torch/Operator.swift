import CTorch

/// A boxed argument of an operator.
public enum OperatorArgument {
  /// `None`.
  case none
  /// A tensor.
  case tensor(Tensor)
  /// An integer.
  case int(Int)
  /// A real number.
  case real(Double)
  /// A truth value.
  case bool(Bool)
  /// A string, for instance a reduction's name.
  case text(String)
  /// A device such as `cpu` or `cuda:0`.
  case device(String)
  /// A list of integers: a shape, strides, dimensions.
  case ints([Int])
  /// A list of tensors.
  case tensors([Tensor])
  /// A source of random numbers.
  case generator(Generator)

  /// An element type, as PyTorch's number for it.
  public static func dtype(_ dtype: DType) -> OperatorArgument { .int(Int(dtype.rawValue)) }
}

/// Calls any of libtorch's operators by name through its dispatcher.
///
/// ```swift
/// let parts = try torch("aten::topk", [.tensor(x), .int(5)])
/// ```
///
/// - Parameters:
///   - name: The operator with its namespace, and its overload after a point where it has one:
///     `aten::sum`, `aten::sum.dim_IntList`.
///   - arguments: Positional arguments; missing ones take the schema's defaults.
/// - Returns: The resulting tensors, lists flattened, numbers as 0-dimensional tensors.
/// - Throws: ``TorchError`` with the operator and the shapes it was given.
@discardableResult
public func torch(_ name: String, _ arguments: [OperatorArgument]) throws -> [Tensor] {
  let parts = name.split(separator: ".", maxSplits: 1)
  let overload = parts.count == 2 ? String(parts[1]) : ""
  let arena = Arena()
  let values = arguments.map { boxed($0, in: arena) }
  let capacity = 64
  var out = [OpaquePointer?](repeating: nil, count: capacity)
  var count = 0
  let message = withExtendedLifetime((arena, arguments)) {
    ct_call(String(parts[0]), overload, values, values.count, &out, capacity, &count)
  }
  try check(
    message, name,
    shapes: arguments.flatMap { argument -> [[Int]] in
      switch argument {
      case .tensor(let tensor): [tensor.shape]
      case .tensors(let tensors): tensors.map(\.shape)
      default: []
      }
    })
  return out[..<count].map { Tensor(owning: $0!) }
}

/// Calls an operator that returns one tensor.
///
/// - Throws: ``TorchError``, also when the operator returns none.
public func torch1(_ name: String, _ arguments: [OperatorArgument]) throws -> Tensor {
  guard let first = try torch(name, arguments).first else {
    throw TorchError(operation: name, shapes: [], message: "returned no tensor")
  }
  return first
}

// Memory that boxed lists and strings point to, for as long as one call.
private final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { block.deallocate() } }

  func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
    memory.initialize(from: elements, count: elements.count)
    blocks.append(UnsafeMutableRawPointer(memory))
    return UnsafePointer(memory)
  }
}

private func boxed(_ argument: OperatorArgument, in arena: Arena) -> ct_value {
  var value = ct_value()
  func list<Element: BitwiseCopyable>(_ kind: ct_kind, _ elements: [Element]) {
    value.kind = kind
    value.items = UnsafeRawPointer(arena.copy(elements))
    value.count = elements.count
  }
  switch argument {
  case .none: value.kind = CT_KIND_NONE
  case .tensor(let tensor):
    value.kind = CT_KIND_TENSOR
    value.tensor = tensor.handle
  case .int(let integer):
    value.kind = CT_KIND_INT
    value.integer = Int64(integer)
  case .real(let real):
    value.kind = CT_KIND_REAL
    value.real = real
  case .bool(let truth):
    value.kind = CT_KIND_BOOL
    value.integer = truth ? 1 : 0
  case .text(let text):
    value.kind = CT_KIND_TEXT
    value.text = arena.copy(Array(text.utf8CString))
  case .device(let text):
    value.kind = CT_KIND_DEVICE
    value.text = arena.copy(Array(text.utf8CString))
  case .ints(let integers): list(CT_KIND_INTS, integers.map(Int64.init))
  case .tensors(let tensors): list(CT_KIND_TENSORS, tensors.map { Optional($0.handle) })
  case .generator(let generator):
    value.kind = CT_KIND_GENERATOR
    value.generator = generator.handle
  }
  return value
}
