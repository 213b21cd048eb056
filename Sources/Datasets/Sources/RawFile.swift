import BasinCore
import CZlib
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A whole file in memory, inflated when it is gzip.
struct RawFile {
  var path: String
  /// The content, inflated.
  var bytes: [UInt8]
  /// The file as it is on disk.
  var input: InputFile

  static let largest = 4 << 30

  /// Reads a file.
  ///
  /// - Parameter inflatedLimit: From the first bytes of the content, how many there may be.
  /// - Throws: `FileError`; ``DatasetError``.
  init(_ path: String, inflatedLimit: Int = RawFile.largest) throws {
    let raw = try Self.read(path)
    self.path = path
    input = InputFile(path: path, sha256: SHA256.hexadecimal(of: raw), size: raw.count)
    bytes = raw.starts(with: [0x1f, 0x8b]) ? try Self.inflate(raw, path, inflatedLimit) : raw
  }

  /// The file's bytes as they are.
  static func read(_ path: String) throws -> [UInt8] {
    // O_NONBLOCK: a pipe under a data file's name must not hold up the session.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError("cannot read", path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError("cannot read", path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw DatasetError(path, "it is not a file") }
    let size = Int(status.st_size)
    guard size <= largest else {
      throw DatasetError(path, "it has \(size) bytes; at most \(largest) are read")
    }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { target, filled in
      filled = 0
      while filled < size {
        let count = Glibc.read(descriptor, target.baseAddress! + filled, size - filled)
        if count < 0, errno == EINTR { continue }
        if count < 0 { failure = errno }
        if count <= 0 { break }
        filled += count
      }
    }
    guard failure == 0 else { throw FileError("cannot read", path, failure) }
    return bytes
  }

  // zlib checks the CRC-32 and the length that gzip keeps at the end.
  private static func inflate(_ raw: [UInt8], _ path: String, _ limit: Int) throws -> [UInt8] {
    // A gzip file cannot honestly have over about 1032 times its size.
    let limit = min(
      limit, max(1 << 20, raw.count.multipliedReportingOverflow(by: 1040).partialValue))
    var stream = z_stream()
    guard
      inflateInit2_(
        &stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw DatasetError(path, "zlib cannot start") }
    defer { inflateEnd(&stream) }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var consumed = 0
    var status = Z_OK
    while status != Z_STREAM_END {
      let given = min(raw.count - consumed, 1 << 24)
      guard given > 0 else { throw DatasetError(path, "its gzip data is cut off") }
      let made = raw.withUnsafeBufferPointer { input in
        chunk.withUnsafeMutableBufferPointer { output -> Int in
          stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress! + consumed)
          stream.avail_in = UInt32(given)
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          status = CZlib.inflate(&stream, Z_NO_FLUSH)
          return output.count - Int(stream.avail_out)
        }
      }
      consumed += given - Int(stream.avail_in)
      // Z_BUF_ERROR only says that more input or room is needed.
      guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
        let reason = stream.msg.map { String(cString: $0) } ?? "error \(status)"
        throw DatasetError(path, "its gzip data is damaged: \(reason)")
      }
      guard result.count + made <= limit else {
        throw DatasetError(path, "it inflates to over \(limit) bytes")
      }
      result += chunk[..<made]
    }
    guard consumed == raw.count else {
      throw DatasetError(path, "\(raw.count - consumed) bytes follow its gzip data")
    }
    return result
  }
}

/// Names of files in folders.
enum Path {
  /// The last part of a path.
  static func last(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }

  /// A file in a folder.
  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// The names in a folder in the order of their bytes, without hidden ones.
  ///
  /// - Throws: `FileError`.
  static func names(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else { throw FileError("cannot read", folder, errno) }
    closedir(stream)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { !$0.hasPrefix(".") }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether a path leads to a folder, through links too.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
