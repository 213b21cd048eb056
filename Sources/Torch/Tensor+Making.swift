extension Tensor {
  /// Zeros.
  public static func zeros(_ shape: [Int], dtype: DType = .float32) throws -> Tensor {
    try torch1("aten::zeros", [.ints(shape), .dtype(dtype)])
  }

  /// One value everywhere.
  public static func full(_ shape: [Int], _ value: Double, dtype: DType = .float32) throws -> Tensor
  {
    try torch1("aten::full", [.ints(shape), .real(value), .dtype(dtype)])
  }

  /// Zeros of this tensor's shape, type and device.
  public func zerosLike() throws -> Tensor { try torch1("aten::zeros_like", [.tensor(self)]) }

  /// The tensors one after another along an existing dimension.
  public static func cat(_ tensors: [Tensor], dimension: Int = 0) throws -> Tensor {
    try torch1("aten::cat", [.tensors(tensors), .int(dimension)])
  }

  /// The tensors side by side along a new dimension.
  public static func stack(_ tensors: [Tensor], dimension: Int = 0) throws -> Tensor {
    try torch1("aten::stack", [.tensors(tensors), .int(dimension)])
  }

  /// The elements converted to another type; itself where it has it already.
  public func to(_ dtype: DType) throws -> Tensor {
    try torch1("aten::to.dtype", [.tensor(self), .dtype(dtype)])
  }

  /// The elements on another device: `cpu`, `cuda:0`.
  public func to(device: String) throws -> Tensor {
    try torch1("aten::to.dtype_layout", [.tensor(self), .none, .none, .device(device)])
  }

  /// A copy with memory of its own.
  public func clone() throws -> Tensor { try torch1("aten::clone", [.tensor(self)]) }
}
