import CTorch

/// One level of `vmap`: inside it, tensors made by ``wrap(_:)`` look like one member's, and every
/// operator works on all members at once.
public struct VmapLevel {
  let number: Int64
  /// How many members there are.
  public let size: Int

  /// Hides dimension 0 of `tensor`, which runs over the members.
  ///
  /// - Throws: ``TorchError``.
  public func wrap(_ tensor: Tensor) throws -> Tensor {
    var out: OpaquePointer?
    try check(ct_vmap_wrap(tensor.handle, number, &out), "vmap", shapes: [tensor.shape])
    return Tensor(owning: out!)
  }

  /// Shows the members' dimension again, as dimension 0.
  ///
  /// - Throws: ``TorchError``.
  public func unwrap(_ tensor: Tensor) throws -> Tensor {
    var out: OpaquePointer?
    try check(ct_vmap_unwrap(tensor.handle, number, Int64(size), &out), "vmap")
    return Tensor(owning: out!)
  }
}

/// Runs `body` inside a new `vmap` level over `size` members.
///
/// ```swift
/// // ten dot products at once
/// let products = try vmap(10) { level in
///   try level.unwrap(level.wrap(a).dot(level.wrap(b)))
/// }
/// ```
///
/// - Throws: ``TorchError``, or whatever `body` throws; the level is closed in any case.
public func vmap<Value>(_ size: Int, _ body: (VmapLevel) throws -> Value) throws -> Value {
  var number: Int64 = 0
  try check(ct_vmap_push(Int64(size), &number), "vmap")
  defer { ct_message_free(ct_vmap_pop()) }
  return try body(VmapLevel(number: number, size: size))
}
