extension StoredTensor {
  /// The same tensor once its storage has passed its checksum, which is not computed again.
  ///
  /// - Throws: ``CheckpointError`` when the storage fails its checksum.
  public func verified() throws -> StoredTensor {
    try storage.check?()
    var storage = storage
    storage.check = nil
    return try StoredTensor(
      name: name, scalarType: scalarType, shape: shape, strides: strides, offset: offset,
      storage: storage, transform: transform, limits: .default)
  }

  /// The entries of a range along the first dimension, without reading the others.
  ///
  /// - Throws: ``CheckpointError`` when the range is outside the tensor.
  public func rows(_ range: Range<Int>) throws -> StoredTensor {
    guard let count = shape.first, range.lowerBound >= 0, range.upperBound <= count else {
      throw CheckpointError(
        storage.source.path,
        "tensor '\(shown(name))' of shape \(shape) has no entries \(range.lowerBound) to "
          + "\(range.upperBound - 1)")
    }
    // In range: the constructor has checked that offset + (count − 1) · stride is.
    let start = range.isEmpty ? offset : offset + range.lowerBound * strides[0]
    return try StoredTensor(
      name: name, scalarType: scalarType, shape: [range.count] + shape.dropFirst(),
      strides: strides, offset: start, storage: storage, transform: transform, limits: .default)
  }
}
