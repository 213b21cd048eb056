import CTorch

/// Runs `body` without recording gradients, as `torch.no_grad()`.
public func withoutGradients<Value>(_ body: () throws -> Value) rethrows -> Value {
  let before = ct_set_grad_enabled(false)
  defer { _ = ct_set_grad_enabled(before) }
  return try body()
}

/// Runs `body` recording gradients, also inside ``withoutGradients(_:)``: `torch.enable_grad()`.
public func withGradients<Value>(_ body: () throws -> Value) rethrows -> Value {
  let before = ct_set_grad_enabled(true)
  defer { _ = ct_set_grad_enabled(before) }
  return try body()
}

/// Gradients of scalar `output` with respect to `inputs`, as `torch.autograd.grad`.
///
/// - Parameters:
///   - output: One number, computed from `inputs`.
///   - inputs: Leaves or inner nodes of the graph; one that does not matter gets zeros.
///   - retainGraph: Whether the graph can be walked again.
///   - createGraph: Whether the gradients can themselves be differentiated.
/// - Throws: ``TorchError`` when `output` does not depend on anything that requires gradients.
public func gradients(
  of output: Tensor, withRespectTo inputs: [Tensor], retainGraph: Bool = false,
  createGraph: Bool = false
) throws -> [Tensor] {
  let outputs = [Optional(output.handle)]
  let handles = inputs.map { Optional($0.handle) }
  var out = [OpaquePointer?](repeating: nil, count: inputs.count)
  try check(
    ct_grad(
      outputs, nil, 1, handles, handles.count, retainGraph || createGraph, createGraph, &out),
    "autograd", shapes: inputs.map(\.shape))
  return out.map { Tensor(owning: $0!) }
}
