extension Tensor {
  /// The same elements with another shape; one size may be −1. Copies only when it must.
  public func reshaped(_ shape: [Int]) throws -> Tensor {
    try torch1("aten::reshape", [.tensor(self), .ints(shape)])
  }

  /// The same memory with another shape.
  ///
  /// - Throws: ``TorchError`` when the memory is not laid out for it.
  public func view(_ shape: [Int]) throws -> Tensor {
    try torch1("aten::view", [.tensor(self), .ints(shape)])
  }

  /// All elements in one dimension.
  public func flattened() throws -> Tensor { try reshaped([-1]) }

  /// `length` entries from `start` along a dimension; shares memory.
  public func narrow(_ dimension: Int, start: Int, length: Int) throws -> Tensor {
    try torch1("aten::narrow", [.tensor(self), .int(dimension), .int(start), .int(length)])
  }

  /// One entry along a dimension, which disappears; shares memory.
  public func select(_ dimension: Int, _ index: Int) throws -> Tensor {
    try torch1("aten::select.int", [.tensor(self), .int(dimension), .int(index)])
  }

  /// A new dimension of size 1; shares memory.
  public func unsqueezed(_ dimension: Int) throws -> Tensor {
    try torch1("aten::unsqueeze", [.tensor(self), .int(dimension)])
  }

  /// Dimensions of size 1 repeated without copying; −1 keeps a size.
  public func expanded(_ shape: [Int]) throws -> Tensor {
    try torch1("aten::expand", [.tensor(self), .ints(shape)])
  }

  /// Two dimensions exchanged; shares memory.
  public func transposed(_ first: Int = 0, _ second: Int = 1) throws -> Tensor {
    try torch1("aten::transpose.int", [.tensor(self), .int(first), .int(second)])
  }

  /// The same elements in row-major memory; copies only when it must.
  public func contiguous() throws -> Tensor { try torch1("aten::contiguous", [.tensor(self)]) }

  /// A copy with the channels of `[N, C, H, W]` last in memory, which convolutions on CPUs read fastest.
  public func channelsLast() throws -> Tensor {
    // torch.channels_last
    try torch1("aten::clone", [.tensor(self), .int(2)])
  }

  /// The elements repeated as often as `times` says along each dimension; copies.
  public func repeated(_ times: [Int]) throws -> Tensor {
    try torch1("aten::repeat", [.tensor(self), .ints(times)])
  }

  /// The elements in the opposite order along a dimension; copies.
  public func flipped(_ dimension: Int) throws -> Tensor {
    try torch1("aten::flip", [.tensor(self), .ints([dimension])])
  }

  /// A copy with zeros around it: how many before and after in the last dimension, then in the one before.
  public func padded(_ amounts: [Int]) throws -> Tensor {
    try torch1("aten::constant_pad_nd", [.tensor(self), .ints(amounts), .real(0)])
  }
}
