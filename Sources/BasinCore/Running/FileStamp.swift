import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// What the system says of a file, and what tells one content of it from another.
///
/// The time of the change of its record (ctime) is a part of it: that of its content (mtime) can be set to any
/// value, as `cp -p` and `rsync` do.
public struct FileStamp: Equatable, Codable, Sendable {
  private var device: UInt64
  private var number: UInt64
  /// The size in bytes.
  public private(set) var size: Int
  private var modified: [Int]
  private var changed: [Int]

  /// Of a regular file, through links; `nil` for what is none.
  public init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Of an open regular file; `nil` for what is none.
  public init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init?(_ status: stat) {
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
    size = Int(status.st_size)
    modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
  }
}
