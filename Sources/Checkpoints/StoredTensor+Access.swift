extension StoredTensor {
  /// Whether ``floats(_:)`` reads a range alone: elements follow each other in whole bytes. Otherwise
  /// it gathers the tensor for each range.
  public var isReadInPlace: Bool { isContiguous && !scalarType.isPacked }
}
