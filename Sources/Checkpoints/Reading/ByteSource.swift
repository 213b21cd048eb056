import BasinCore
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Bytes that tensors are read from: a file mapped into memory, or data that is there already.
final class ByteSource: @unchecked Sendable {
  // Immutable after init: the mapping is read-only and lives as long as the object.
  let path: String
  let count: Int
  private let base: UnsafeRawPointer?
  private let descriptor: Int32
  private let data: Data?

  /// Maps a file.
  ///
  /// - Throws: `FileError`; ``CheckpointError`` when it is not a regular file.
  init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError("cannot read", path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw CheckpointError(path, "it is not a file")
    }
    let size = Int(status.st_size)
    var base: UnsafeMutableRawPointer?
    if size > 0 {
      base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard base != MAP_FAILED else {
        let reason = errno
        close(descriptor)
        throw FileError("cannot read", path, reason)
      }
    }
    self.path = path
    self.descriptor = descriptor
    self.base = UnsafeRawPointer(base)
    count = size
    data = nil
  }

  /// Bytes in memory, under a name for messages.
  init(data: Data, name: String) {
    path = name
    count = data.count
    descriptor = -1
    base = nil
    self.data = data
  }

  deinit {
    if descriptor >= 0 {
      if let base { munmap(UnsafeMutableRawPointer(mutating: base), count) }
      close(descriptor)
    }
  }

  /// Calls `body` with the bytes of a range.
  ///
  /// - Throws: ``CheckpointError`` when the range is outside the file, or the file has become
  ///   shorter since it was opened: reading past its end through the mapping would end the process.
  func withBytes<Value>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Value
  ) throws -> Value {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw CheckpointError(
        path, "it ends at byte \(count), but bytes up to \(range.upperBound) are needed")
    }
    if let data {
      return try data.withUnsafeBytes {
        try body(UnsafeRawBufferPointer(rebasing: $0[range]))
      }
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) >= count else {
      throw CheckpointError(path, "it has become shorter since it was opened; load it again")
    }
    guard let base, !range.isEmpty else {
      return try body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    return try body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// A copy of a range.
  func bytes(_ range: Range<Int>) throws -> [UInt8] { try withBytes(range) { [UInt8]($0) } }

  /// A little-endian integer at an offset.
  func integer<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type = Number.self) throws
    -> Number
  {
    let (end, overflow) = offset.addingReportingOverflow(MemoryLayout<Number>.size)
    guard !overflow, offset >= 0 else {
      throw CheckpointError(path, "byte \(offset) is outside the file")
    }
    return try withBytes(offset..<end) { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
  }
}
