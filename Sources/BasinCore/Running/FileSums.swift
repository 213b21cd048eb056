import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// SHA-256 of files by path, computed once while a file stays as it is.
///
/// A file counts as unchanged while its device, number, size, and times of change are the same: only
/// within one process, since versions of a file may have equal times elsewhere.
public final class FileSums {
  private struct Stamp: Equatable {
    var device: UInt64
    var number: UInt64
    var size: Int
    var seconds: [Int]
  }

  private var known: [String: (stamp: Stamp, sha256: String)] = [:]

  /// Knows nothing yet.
  public init() {}

  /// The file's SHA-256 in hexadecimal digits; `nil` for what is no file that can be read.
  public func sha256(of path: String) -> String? {
    guard let stamp = Self.stamp(path) else { return nil }
    if let known = known[path], known.stamp == stamp { return known.sha256 }
    guard let sum = Self.sum(path), Self.stamp(path) == stamp else { return nil }
    known[path] = (stamp, sum)
    return sum
  }

  private static func stamp(_ path: String) -> Stamp? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Stamp(
      device: UInt64(status.st_dev), number: UInt64(status.st_ino), size: Int(status.st_size),
      seconds: [
        status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
        status.st_ctim.tv_nsec,
      ])
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
