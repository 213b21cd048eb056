import BasinCore
import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Bytes that tensors are read from: an open file, or data that is there already.
///
/// Bytes are copied out with `pread` and never mapped: a file that another program shortens while
/// it is read gives an error here, where reading through a mapping would end the process.
final class ByteSource: Sendable {
  let path: String
  let count: Int
  private let descriptor: Int32
  private let data: Data?
  // What the file was when its content was last known to be the one that was opened.
  private let known: Mutex<Known>

  private struct Known {
    var stamp: FileStamp?
    var sha256: String?
  }

  /// Opens a file.
  ///
  /// - Throws: `FileError`; ``CheckpointError`` when it is not a regular file.
  init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError("cannot read", path, errno) }
    guard let stamp = FileStamp(descriptor: descriptor) else {
      close(descriptor)
      throw CheckpointError(path, "it is not a file")
    }
    self.path = path
    self.descriptor = descriptor
    count = stamp.size
    data = nil
    known = Mutex(Known(stamp: stamp))
  }

  // A file that is written over while it is open would give other bytes under the old checksum, and its size and
  // time may be set to the old ones. Where anything differs that the system says of it, its content is hashed
  // again: one that was only touched is the same. One that is replaced by renaming, or removed, stays as it was
  // here.
  private func requireUnchanged() throws {
    try known.withLock { known in
      guard let now = FileStamp(descriptor: descriptor), now != known.stamp else { return }
      guard now.size == count, let sha256 = known.sha256, try hash() == sha256,
        FileStamp(descriptor: descriptor) == now
      else { throw CheckpointError(path, "it has changed since it was opened; load it again") }
      known.stamp = now
    }
  }

  // Of the bytes as they are now.
  private func hash() throws -> String {
    let hash = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var position = 0
    while position < count {
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(1 << 20, count - position)])
      try fill(piece, from: position)
      hash.update(UnsafeRawBufferPointer(piece))
      position += piece.count
    }
    return SHA256.hexadecimal(hash.finish())
  }

  /// Bytes in memory, under a name for messages.
  init(data: Data, name: String) {
    path = name
    count = data.count
    descriptor = -1
    known = Mutex(Known())
    self.data = data
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Fills `target` with the bytes from `offset` on.
  ///
  /// - Throws: ``CheckpointError`` when they are not all there, or not any more; `FileError`.
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
    let (end, overflow) = offset.addingReportingOverflow(target.count)
    guard offset >= 0, !overflow, end <= count else {
      throw CheckpointError(
        path, "it ends at byte \(count), but bytes up to \(overflow ? Int.max : end) are needed")
    }
    if let data {
      data.withUnsafeBytes { target.copyMemory(from: .init(rebasing: $0[offset..<end])) }
      return
    }
    try fill(target, from: offset)
    // After reading, so that no byte can be of another content.
    try requireUnchanged()
  }

  private func fill(_ target: UnsafeMutableRawBufferPointer, from offset: Int) throws {
    var filled = 0
    while filled < target.count {
      let wanted = min(target.count - filled, 1 << 30)
      let got = pread(descriptor, target.baseAddress! + filled, wanted, offset + filled)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw FileError("cannot read", path, errno) }
      guard got > 0 else {
        throw CheckpointError(path, "it has become shorter since it was opened; load it again")
      }
      filled += got
    }
  }

  /// A copy of a range.
  ///
  /// - Throws: As ``read(at:into:)`` does.
  func bytes(_ range: Range<Int>) throws -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw CheckpointError(
        path, "it ends at byte \(count), but bytes up to \(range.upperBound) are needed")
    }
    return try [UInt8](unsafeUninitializedCapacity: range.count) { target, filled in
      try read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(target))
      filled = range.count
    }
  }

  /// A little-endian integer at an offset.
  func integer<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type = Number.self) throws
    -> Number
  {
    var value = Number.zero
    try withUnsafeMutableBytes(of: &value) { try read(at: offset, into: $0) }
    return Number(littleEndian: value)
  }

  /// Calls `body` with a range's bytes in order, a piece at a time: memory stays the same for a file
  /// of any size.
  func forEachPiece(of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let size = 1 << 20
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, min(size, range.count)), alignment: 16)
    defer { buffer.deallocate() }
    var position = range.lowerBound
    while position < range.upperBound {
      let length = min(size, range.upperBound - position)
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<length])
      try read(at: position, into: piece)
      try body(UnsafeRawBufferPointer(piece))
      position += length
    }
  }

  /// SHA-256 of all bytes, as 64 hexadecimal digits.
  ///
  /// - Parameter each: Called with the number of bytes done, to report or to stop by throwing.
  func sha256(each: (Int) throws -> Void = { _ in }) throws -> String {
    let hash = SHA256()
    var done = 0
    try forEachPiece(of: 0..<count) { piece in
      hash.update(piece)
      done += piece.count
      try each(done)
    }
    let sha256 = SHA256.hexadecimal(hash.finish())
    known.withLock { $0.sha256 = sha256 }
    return sha256
  }
}
