/// Copies the elements of a strided view, in the order in which they lie in the file: each part of
/// it is read once, through a window, so that memory holds the tensor and no more of its storage.
struct Gather {
  private let source: ByteSource
  private let start: Int
  private let end: Int
  private let width: Int
  /// Dimensions of more than one element, the widest steps first.
  private let dimensions: [(count: Int, from: Int, to: Int)]

  init(_ tensor: StoredTensor, _ source: ByteSource) {
    self.source = source
    width = tensor.scalarType.byteWidth
    start = tensor.storage.range.lowerBound + tensor.offset * width
    let targets = StoredTensor.rowMajorStrides(tensor.shape)
    dimensions = tensor.shape.indices.filter { tensor.shape[$0] > 1 }
      .map { (count: tensor.shape[$0], from: tensor.strides[$0], to: targets[$0]) }
      .sorted { $0.from > $1.from }
    end =
      dimensions.reduce(start) { $0 + ($1.count - 1) * $1.from * tensor.scalarType.byteWidth }
      + tensor.scalarType.byteWidth
  }

  /// Copies all elements to their row-major places.
  func copy(into target: UnsafeMutableRawBufferPointer) throws {
    let size = min(1 << 20, end - start)
    let window = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { window.deallocate() }
    var windowStart = 0
    var windowEnd = 0
    var index = [Int](repeating: 0, count: dimensions.count)
    var (from, to) = (0, 0)
    while true {
      let position = start + from * width
      if position < windowStart || position + width > windowEnd {
        windowStart = position
        windowEnd = min(end, position + size)
        try source.read(
          at: windowStart, into: .init(rebasing: window[..<(windowEnd - windowStart)]))
      }
      (target.baseAddress! + to * width).copyMemory(
        from: window.baseAddress! + (position - windowStart), byteCount: width)
      // The next element, like an odometer.
      var dimension = dimensions.count - 1
      while dimension >= 0 {
        index[dimension] += 1
        from += dimensions[dimension].from
        to += dimensions[dimension].to
        if index[dimension] < dimensions[dimension].count { break }
        from -= dimensions[dimension].count * dimensions[dimension].from
        to -= dimensions[dimension].count * dimensions[dimension].to
        index[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }
}
