import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Writing whole files: beside the target first, then renamed over it, so that a reader, a crash
/// or a full disk sees the old file or the new one and never half of either.
public enum AtomicFile {
  /// Writes `data` to `path`, replacing what is there.
  ///
  /// - Throws: ``FileError`` naming the path and the system's reason; the old file is untouched
  ///   and nothing is left beside it.
  public static func write(_ data: Data, to path: String) throws {
    try write(to: path) { descriptor in
      try data.withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
    }
  }

  /// Writes `text` as UTF-8 to `path`, replacing what is there.
  ///
  /// - Throws: ``FileError`` as for data.
  public static func write(_ text: String, to path: String) throws {
    try write(Data(text.utf8), to: path)
  }

  /// Writes to `path` piece by piece: `body` gets a file descriptor of a new file beside it.
  ///
  /// - Throws: ``FileError``, or whatever `body` throws; then the old file is untouched.
  public static func write(to path: String, _ body: (Int32) throws -> Void) throws {
    let temporary = path + ".tmp-\(getpid())-\(UInt32.random(in: .min ... .max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError("cannot write", path, errno) }
    do {
      defer { close(descriptor) }
      try body(descriptor)
      guard fsync(descriptor) == 0 else { throw FileError("cannot write", path, errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let reason = errno
      unlink(temporary)
      throw FileError("cannot write", path, reason)
    }
  }

  /// Makes a folder with those above it; one that is there already is fine.
  ///
  /// - Throws: ``FileError`` naming the path.
  public static func makeFolder(_ path: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made == "/" ? "" : "/") + part
      if mkdir(made, 0o777) != 0, errno != EEXIST {
        throw FileError("cannot make the folder", made, errno)
      }
    }
    var status = stat()
    guard path.isEmpty || (stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR) else {
      throw FileError("cannot make the folder", path, ENOTDIR)
    }
  }

  /// Writes all of `bytes` to an open descriptor.
  ///
  /// - Throws: ``FileError`` naming `path`.
  public static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
  ) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw FileError("cannot write", path, errno)
      }
      rest = rest.dropFirst(written)
    }
  }
}

extension Slice where Base == UnsafeRawBufferPointer {
  fileprivate var baseAddress: UnsafeRawPointer? {
    base.baseAddress.map { $0 + startIndex }
  }
}

/// A file could not be read or written.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What failed: `cannot read`, `cannot write`.
  public var action: String
  /// The file.
  public var path: String
  /// The system's error number.
  public var code: Int32

  /// Creates the error.
  public init(_ action: String, _ path: String, _ code: Int32) {
    self.action = action
    self.path = path
    self.code = code
  }

  /// `cannot read runs/seed0.pt: No such file or directory`
  public var description: String {
    "\(action) \(path): \(String(cString: strerror(code)))"
  }
}
