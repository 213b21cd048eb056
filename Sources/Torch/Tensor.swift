import CTorch

/// A multi-dimensional array in libtorch's memory.
///
/// A `Tensor` owns one handle, which is freed with it. Views share memory as in PyTorch:
/// `narrow`, `view`, `transpose` and `expand` copy nothing.
///
/// ```swift
/// let x = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
/// let y = try x.matmul(x).sum()
/// print(try y.item())
/// ```
public final class Tensor {
  let handle: OpaquePointer

  init(owning handle: OpaquePointer) { self.handle = handle }

  deinit { ct_tensor_free(handle) }

  /// A tensor with a copy of `elements` in row-major order.
  ///
  /// - Throws: ``TorchError`` when the shape does not hold as many elements.
  public convenience init<Element: TensorElement>(_ elements: [Element], shape: [Int]) throws {
    try self.init(
      bytes: elements.withUnsafeBytes { Array($0) }, shape: shape, dtype: Element.dtype)
  }

  /// A tensor with a copy of `bytes`: elements in row-major order, little-endian.
  ///
  /// - Throws: ``TorchError`` when the shape and type do not take as many bytes.
  public convenience init(bytes: some Collection<UInt8>, shape: [Int], dtype: DType) throws {
    let sizes = shape.map(Int64.init)
    var out: OpaquePointer?
    func make(_ buffer: UnsafeRawBufferPointer) -> ct_message? {
      ct_tensor_from_bytes(
        buffer.baseAddress, buffer.count, sizes, sizes.count, dtype.rawValue, &out)
    }
    let message =
      bytes.withContiguousStorageIfAvailable { make(UnsafeRawBufferPointer($0)) }
      ?? Array(bytes).withUnsafeBytes(make)
    try check(message, "making a tensor", shapes: [shape])
    self.init(owning: out!)
  }

  /// Sizes of the dimensions; empty for a single number.
  public var shape: [Int] {
    (0..<ct_tensor_rank(handle)).map { Int(ct_tensor_size(handle, $0)) }
  }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// The element type; `nil` for one that Basin has no use for.
  public var dtype: DType? { DType(rawValue: ct_tensor_dtype(handle)) }

  /// Whether operations on this tensor are recorded for gradients.
  public var requiresGrad: Bool { ct_tensor_requires_grad(handle) }

  /// Whether two tensors are the same elements of the same memory, as tied weights are.
  public func isSameMemory(as other: Tensor) -> Bool { ct_tensor_same(handle, other.handle) }

  /// The single element.
  ///
  /// - Throws: ``TorchError`` when there is more than one.
  public func item() throws -> Double {
    var value = 0.0
    try check(ct_tensor_item(handle, &value), "reading a number", shapes: [shape])
    return value
  }

  /// The elements in row-major order, converted to `Element` first where the type differs.
  public func array<Element: TensorElement>(of type: Element.Type = Element.self) throws
    -> [Element]
  {
    let source = dtype == Element.dtype ? self : try self.to(Element.dtype)
    let count = source.count
    return try [Element](unsafeUninitializedCapacity: count) { buffer, filled in
      try check(
        ct_tensor_copy_bytes(
          source.handle, buffer.baseAddress, count * MemoryLayout<Element>.stride),
        "reading a tensor", shapes: [shape])
      filled = count
    }
  }

  /// The elements' bytes in row-major order, little-endian.
  public func bytes() throws -> [UInt8] {
    let width = (dtype?.byteWidth ?? 0) * count
    return try [UInt8](unsafeUninitializedCapacity: width) { buffer, filled in
      try check(
        ct_tensor_copy_bytes(handle, buffer.baseAddress, width), "reading a tensor",
        shapes: [shape])
      filled = width
    }
  }

  /// A leaf of the gradient graph that shares this tensor's memory.
  public func leaf(requiresGrad: Bool = true) throws -> Tensor {
    var out: OpaquePointer?
    try check(ct_tensor_leaf(handle, requiresGrad, &out), "making a leaf", shapes: [shape])
    return Tensor(owning: out!)
  }

  /// The same values outside the gradient graph; shares memory.
  public func detached() throws -> Tensor { try leaf(requiresGrad: false) }
}
