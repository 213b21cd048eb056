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

  /// Entries by index (an int64 tensor) along a dimension; copies.
  public func indexSelect(_ dimension: Int, _ indices: Tensor) throws -> Tensor {
    try torch1("aten::index_select", [.tensor(self), .int(dimension), .tensor(indices)])
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
}
