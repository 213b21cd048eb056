extension StoredTensor {
  /// Whether ``floats(_:)`` reads a range alone: elements follow each other in whole bytes. Otherwise
  /// it gathers the tensor for each range.
  public var isReadInPlace: Bool { isContiguous && !scalarType.isPacked }

  /// Whether two tensors are the same elements of one storage, as tied weights are, in the same order or,
  /// of a matrix, transposed.
  public func isSameMemory(as other: StoredTensor) -> Bool {
    guard elementCount > 0, elementCount == other.elementCount, offset == other.offset,
      scalarType == other.scalarType, transform == other.transform,
      storage.isSame(as: other.storage)
    else { return false }
    return (shape == other.shape && strides == other.strides)
      || (shape.count == 2 && shape == other.shape.reversed()
        && strides == other.strides.reversed())
  }
}
