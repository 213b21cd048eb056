import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// SHA-256 of files by path, computed once while a file stays as it is.
///
/// A file counts as unchanged while its ``FileStamp`` is the same: only within one process, since versions of a
/// file may have equal times elsewhere.
public final class FileSums {
  private var known: [String: (stamp: FileStamp, sha256: String)] = [:]

  /// Knows nothing yet.
  public init() {}

  /// The file's SHA-256 in hexadecimal digits; `nil` for what is no file that can be read.
  public func sha256(of path: String) -> String? {
    guard let stamp = FileStamp(path) else { return nil }
    if let known = known[path], known.stamp == stamp { return known.sha256 }
    guard let sum = Self.sum(path), FileStamp(path) == stamp else { return nil }
    known[path] = (stamp, sum)
    return sum
  }

  private static func sum(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return SHA256.hexadecimal(hash.finish()) }
      buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }
}
