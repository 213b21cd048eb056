import Foundation

/// One tensor in a file. Its bytes are copied out when asked for, and not before.
public struct StoredTensor: Sendable {
  /// Its name in the state dict.
  public var name: String
  /// Its name before prefixes and endings were taken off; `nil` where nobody asked.
  var given: String?
  /// The type of its elements.
  public let scalarType: ScalarType
  /// Its shape; empty for a single number.
  public let shape: [Int]

  let storage: Storage
  /// Strides and offset in elements of the storage; row-major where elements follow each other.
  let strides: [Int]
  let offset: Int
  /// What lazily evaluated views leave to do on reading.
  let transform: Transform

  struct Transform: OptionSet, Sendable {
    let rawValue: Int
    static let conjugate = Transform(rawValue: 1)
    static let negate = Transform(rawValue: 2)
  }

  /// The number of elements.
  public let elementCount: Int
  /// The number of bytes of the elements, row-major and without gaps.
  public let byteCount: Int

  /// Whether the elements follow each other row-major in the storage.
  var isContiguous: Bool { strides == Self.rowMajorStrides(shape) }

  /// A view of a storage whose bounds have been checked.
  ///
  /// - Throws: ``CheckpointError`` when any element would lie outside the storage; all arithmetic is
  ///   checked for overflow.
  init(
    name: String, scalarType: ScalarType, shape: [Int], strides given: [Int]? = nil,
    offset: Int = 0, storage: Storage, transform: Transform = [], limits: ReadLimits
  ) throws {
    let path = storage.path
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
    guard let bytes = scalarType.byteCount(of: elements) else {
      throw refuse(
        scalarType.isPacked && elements < 1 << 60
          ? "has \(elements) elements of \(scalarType.bitWidth) bits, which leave a byte unfinished"
          : "has a shape beyond all bounds")
    }
    let rowMajor = Self.rowMajorStrides(shape)
    var strides = given ?? rowMajor
    guard strides.count == shape.count else {
      throw refuse("has \(shape.count) sizes but \(strides.count) strides")
    }
    guard strides.allSatisfy({ $0 >= 0 }) else { throw refuse("has a negative stride") }
    // Where no second element is, the stride means nothing and may be any number.
    for index in shape.indices where elements == 0 || shape[index] == 1 {
      strides[index] = rowMajor[index]
    }
    if scalarType.isPacked {
      guard strides == rowMajor, offset == 0, bytes <= storage.count else {
        throw refuse("is a view of packed numbers, which is not read")
      }
    } else if elements > 0 {
      let available = storage.count / scalarType.byteWidth
      var last = offset
      for (size, stride) in zip(shape, strides) where size > 1 {
        let (span, over) = (size - 1).multipliedReportingOverflow(by: stride)
        let (end, past) = last.addingReportingOverflow(span)
        guard !over, !past else { throw refuse("reaches beyond its storage") }
        last = end
      }
      guard last < available else {
        throw refuse("reaches element \(last) of a storage of \(available)")
      }
      guard bytes / limits.expansion <= max(storage.fileSize, 1 << 20) else {
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
    elementCount = elements
    byteCount = bytes
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
  ///   shorter; `FileError`.
  public func bytes() throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: byteCount) { target, filled in
      try read(into: UnsafeMutableRawBufferPointer(target))
      filled = byteCount
    }
  }

  /// Copies all elements into `target`, which has room for exactly ``byteCount`` bytes.
  func read(into target: UnsafeMutableRawBufferPointer) throws {
    let source = try storage.open()
    guard elementCount > 0 else { return }
    if isContiguous {
      try source.read(at: storage.range.lowerBound + offset * scalarType.byteWidth, into: target)
    } else {
      try Gather(self, source).copy(into: target)
    }
    finish(target)
  }

  /// Copies the elements of a row-major range; only for contiguous tensors of whole bytes.
  func read(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
    let start = storage.range.lowerBound + (offset + range.lowerBound) * scalarType.byteWidth
    try storage.open().read(at: start, into: target)
    finish(target)
  }

  // Byte order, then what lazily evaluated views left to do.
  private func finish(_ bytes: UnsafeMutableRawBufferPointer) {
    let width = scalarType.swapWidth
    if storage.isBigEndian, width > 1 {
      for start in Swift.stride(from: 0, to: bytes.count, by: width) {
        bytes[start..<(start + width)].reverse()
      }
    }
    // The sign bit is the highest of the last byte; the imaginary part comes second.
    if transform.contains(.negate) {
      for end in Swift.stride(from: width - 1, to: bytes.count, by: width) { bytes[end] ^= 0x80 }
    }
    if transform.contains(.conjugate), scalarType.isComplex {
      let pair = scalarType.byteWidth
      for end in Swift.stride(from: pair - 1, to: bytes.count, by: pair) { bytes[end] ^= 0x80 }
    }
  }
}
