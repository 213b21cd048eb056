/// Elements by their indices.
extension Tensor {
  /// Entries by index (an int64 tensor) along a dimension; copies.
  public func indexSelect(_ dimension: Int, _ indices: Tensor) throws -> Tensor {
    try torch1("aten::index_select", [.tensor(self), .int(dimension), .tensor(indices)])
  }

  /// Along a dimension, the elements that an int64 tensor of the same rank names (`torch.gather`).
  public func gathered(_ dimension: Int, _ indices: Tensor) throws -> Tensor {
    try torch1("aten::gather", [.tensor(self), .int(dimension), .tensor(indices)])
  }

  /// A copy to which `source` was added, along a dimension at the places that an int64 tensor of the same rank names
  /// (`torch.scatter_add`).
  public func scatterAdding(_ dimension: Int, _ indices: Tensor, _ source: Tensor) throws -> Tensor
  {
    try torch1(
      "aten::scatter_add", [.tensor(self), .int(dimension), .tensor(indices), .tensor(source)])
  }

  /// For class indices (int64) of any shape, a last dimension of `classes` numbers: 1 at the class, 0 elsewhere.
  public func oneHot(classes: Int) throws -> Tensor {
    try torch1("aten::one_hot", [.tensor(self), .int(classes)])
  }

  /// The sums `[bins]` of the weights whose bin, an index from 0, is this tensor's (both `[N]`).
  public func binCounts(weights: Tensor, bins: Int) throws -> Tensor {
    try torch1("aten::bincount", [.tensor(self), .tensor(weights), .int(bins)])
  }
}
