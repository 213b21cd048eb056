import Foundation

/// One tensor in a file. Its bytes are copied out when asked for, and not before.
public struct StoredTensor: Sendable {
  /// Its name in the state dict.
  public var name: String
  /// The type of its elements.
  public let scalarType: ScalarType
  /// Its shape; empty for a single number.
  public let shape: [Int]

  let storage: Storage
  /// Strides and offset in elements of the storage.
  let strides: [Int]
  let offset: Int
  /// Conjugated or negated on reading, as lazily evaluated views are saved.
  let transform: Transform

  enum Transform: Sendable { case none, conjugate, negate }

  /// A storage: bytes of a source, in the machine's order or the other, checked before first use.
  struct Storage: Sendable {
    var source: ByteSource
    var range: Range<Int>
    var isBigEndian = false
    var check: (@Sendable () throws -> Void)?
    var member: String
  }

  /// The number of elements.
  public var elementCount: Int { shape.reduce(1, *) }
  /// The number of bytes of the elements, row-major and without gaps.
  public var byteCount: Int { elementCount * scalarType.byteWidth }

  /// A view of a storage whose bounds have been checked.
  ///
  /// - Throws: ``CheckpointError`` when any element would lie outside the storage; all arithmetic is
  ///   checked for overflow.
  init(
    name: String, scalarType: ScalarType, shape: [Int], strides: [Int]? = nil, offset: Int = 0,
    storage: Storage, transform: Transform = .none, limits: ReadLimits
  ) throws {
    let path = storage.source.path
    func refuse(_ reason: String) -> CheckpointError {
      CheckpointError(path, "tensor '\(shown(name))' \(reason)")
    }
    guard name.utf8.count <= limits.nameBytes else { throw refuse("has too long a name") }
    guard shape.count <= 64 else { throw refuse("has \(shape.count) dimensions") }
    guard shape.allSatisfy({ $0 >= 0 }) else { throw refuse("has a negative size") }
    guard offset >= 0 else { throw refuse("starts before its storage") }
    var elements = 1
    for size in shape {
      let (product, overflow) = elements.multipliedReportingOverflow(by: size)
      guard !overflow else { throw refuse("has a shape beyond all bounds") }
      elements = product
    }
    let (bytes, tooMany) = elements.multipliedReportingOverflow(by: scalarType.byteWidth)
    guard !tooMany else { throw refuse("has a shape beyond all bounds") }
    let rowMajor = Self.rowMajorStrides(shape)
    let strides = strides ?? rowMajor
    guard strides.count == shape.count else {
      throw refuse("has \(shape.count) sizes but \(strides.count) strides")
    }
    guard strides.allSatisfy({ $0 >= 0 }) else { throw refuse("has a negative stride") }
    if elements > 0 {
      var last = offset
      for (size, stride) in zip(shape, strides) {
        let (span, over) = (size - 1).multipliedReportingOverflow(by: stride)
        let (end, past) = last.addingReportingOverflow(span)
        guard !over, !past else { throw refuse("reaches beyond its storage") }
        last = end
      }
      guard last < storage.range.count / scalarType.byteWidth else {
        throw refuse(
          "reaches element \(last) of a storage of "
            + "\(storage.range.count / scalarType.byteWidth)")
      }
      guard bytes / limits.expansion <= max(storage.source.count, 1 << 20) else {
        throw refuse("repeats its elements to \(bytes) bytes, far more than the file has")
      }
    }
    self.name = name
    self.scalarType = scalarType
    self.shape = shape
    self.strides = strides
    self.offset = offset
    self.storage = storage
    self.transform = transform
  }

  static func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for index in shape.indices.dropLast().reversed() {
      strides[index] =
        strides[index + 1].multipliedReportingOverflow(
          by: max(1, shape[index + 1])
        ).partialValue
    }
    return strides
  }

  /// The elements' bytes, row-major, without gaps, little-endian.
  ///
  /// - Throws: ``CheckpointError`` when the storage fails its checksum, or the file has become
  ///   shorter.
  public func bytes() throws -> [UInt8] {
    try storage.check?()
    let width = scalarType.byteWidth
    guard elementCount > 0 else { return [] }
    var result = try storage.source.withBytes(storage.range) { storage -> [UInt8] in
      let source = storage.baseAddress! + offset * width
      if strides == Self.rowMajorStrides(shape) {
        return [UInt8](UnsafeRawBufferPointer(start: source, count: byteCount))
      }
      return [UInt8](unsafeUninitializedCapacity: byteCount) { target, filled in
        gather(from: source, into: UnsafeMutableRawPointer(target.baseAddress!))
        filled = byteCount
      }
    }
    if storage.isBigEndian, scalarType.swapWidth > 1 { swapBytes(&result, scalarType.swapWidth) }
    if transform != .none { apply(transform, to: &result) }
    return result
  }

  // Walks the elements in row-major order like an odometer.
  private func gather(from source: UnsafeRawPointer, into target: UnsafeMutableRawPointer) {
    let width = scalarType.byteWidth
    var index = [Int](repeating: 0, count: shape.count)
    var position = 0
    for element in 0..<elementCount {
      (target + element * width).copyMemory(from: source + position * width, byteCount: width)
      var dimension = shape.count - 1
      while dimension >= 0 {
        index[dimension] += 1
        position += strides[dimension]
        if index[dimension] < shape[dimension] { break }
        position -= shape[dimension] * strides[dimension]
        index[dimension] = 0
        dimension -= 1
      }
    }
  }

  private func swapBytes(_ bytes: inout [UInt8], _ width: Int) {
    for start in Swift.stride(from: 0, to: bytes.count, by: width) {
      bytes[start..<(start + width)].reverse()
    }
  }

  // The sign bit is the highest of the last byte, little-endian; the imaginary part comes second.
  private func apply(_ transform: Transform, to bytes: inout [UInt8]) {
    switch transform {
    case .none: break
    case .conjugate:
      guard scalarType.isComplex else { return }
      let width = scalarType.byteWidth
      for end in Swift.stride(from: width - 1, to: bytes.count, by: width) { bytes[end] ^= 0x80 }
    case .negate:
      let width = scalarType.swapWidth
      for end in Swift.stride(from: width - 1, to: bytes.count, by: width) { bytes[end] ^= 0x80 }
    }
  }
}
