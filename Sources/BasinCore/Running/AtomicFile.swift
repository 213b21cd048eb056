import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Writing whole files: beside the target first, then renamed over it, so that a reader, a crash
/// or a full disk sees the old file or the new one and never half of either.
///
/// All that commands write and remove goes through here, and only where ``WritePolicy/inForce`` lets it.
public enum AtomicFile {
  /// Writes `data` to `path`, replacing what is there.
  ///
  /// - Throws: ``FileError`` naming the path and the system's reason, ``WriteRefusal``; the old file is
  ///   untouched and nothing is left beside it.
  public static func write(_ data: Data, to path: String) throws {
    try write(to: path) { descriptor in
      try data.withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
    }
  }

  /// Writes `text` as UTF-8 to `path`, replacing what is there.
  ///
  /// - Throws: as for data.
  public static func write(_ text: String, to path: String) throws {
    try write(Data(text.utf8), to: path)
  }

  /// Writes to `path` piece by piece: `body` gets a file descriptor of a new file beside it. Folders of the path that
  /// are not there are made. A file that is replaced leaves its permissions to the new one.
  ///
  /// - Throws: ``FileError``, ``WriteRefusal``, or whatever `body` throws; then the old file is untouched.
  public static func write(to path: String, _ body: (Int32) throws -> Void) throws {
    let place = try writablePlace(path)
    AbandonedFiles.sweep(place.folder)
    let temporary = place.name + ".tmp-\(getpid())-\(UInt32.random(in: .min ... .max))"
    let descriptor = openat(
      place.folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw FileError("cannot write", path, errno) }
    // Says that somebody is writing; where a file system has no locks, the process's number does.
    flock(descriptor, LOCK_EX | LOCK_NB)
    do {
      defer { close(descriptor) }
      keepPermissions(of: place, for: descriptor)
      try body(descriptor)
      guard fsync(descriptor) == 0 else { throw FileError("cannot write", path, errno) }
    } catch {
      unlinkat(place.folder, temporary, 0)
      throw error
    }
    guard renameat(place.folder, temporary, place.folder, place.name) == 0 else {
      let reason = errno
      unlinkat(place.folder, temporary, 0)
      throw FileError("cannot write", path, reason)
    }
  }

  // A new file has those that the process gives; a link is replaced itself, and has none.
  private static func keepPermissions(of place: Place, for descriptor: Int32) {
    var old = stat()
    guard fstatat(place.folder, place.name, &old, AT_SYMLINK_NOFOLLOW) == 0,
      old.st_mode & S_IFMT == S_IFREG
    else { return }
    // Where a file system has no permissions, there are none to keep.
    fchmod(descriptor, old.st_mode & 0o777)
  }

  private static func writablePlace(_ path: String) throws -> Place {
    do {
      return try Place(path, "cannot write")
    } catch let error as FileError where error.code == ENOENT {
      do {
        try makeFolder(FilePath.folder(of: path))
      } catch let error as FileError {
        throw FileError("cannot write", path, error.code)
      }
      return try Place(path, "cannot write")
    }
  }

  /// Makes a folder with those above it; one that is there already is fine.
  ///
  /// - Throws: ``FileError`` naming the path; ``WriteRefusal``.
  public static func makeFolder(_ path: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    var folder = try Folder(opening: made.isEmpty ? "." : "/", in: AT_FDCWD, path: path)
    for part in path.split(separator: "/").map(String.init) {
      made += (made.isEmpty || made == "/" ? "" : "/") + part
      do {
        folder = try Folder(opening: part, in: folder.descriptor, path: path)
      } catch let error as FileError where error.code == ENOENT {
        try WritePolicy.check(part, in: folder.descriptor, path: path)
        guard mkdirat(folder.descriptor, part, 0o777) == 0 || errno == EEXIST else {
          throw FileError("cannot make the folder", made, errno)
        }
        folder = try Folder(opening: part, in: folder.descriptor, path: path)
      }
    }
  }

  /// Removes a file; one that is not there is fine.
  ///
  /// - Throws: ``FileError`` naming the path; ``WriteRefusal``.
  public static func remove(_ path: String) throws {
    let place = try Place(path, "cannot remove")
    guard unlinkat(place.folder, place.name, 0) == 0 || errno == ENOENT else {
      throw FileError("cannot remove", path, errno)
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

/// An open folder: what is done in it is done in this one, wherever its path leads later.
final class Folder {
  let descriptor: Int32

  // Linux's O_PATH, which Swift's view of the C library does not have: no permission to list is needed.
  private static let pathOnly: Int32 = 0o10_000_000

  init(opening name: String, in folder: Int32, path: String) throws {
    descriptor = openat(folder, name, Self.pathOnly | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("cannot make the folder", path, errno) }
  }

  deinit { close(descriptor) }
}

/// A file's folder, open and allowed, and the file's name.
struct Place {
  let name: String
  private let open: Folder

  var folder: Int32 { open.descriptor }

  init(_ path: String, _ action: String) throws {
    let cut = path.lastIndex(of: "/")
    name = String(cut.map { path[path.index(after: $0)...] } ?? path[...])
    guard !name.isEmpty, name != ".", name != ".." else { throw FileError(action, path, EISDIR) }
    let above = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    do {
      open = try Folder(opening: above, in: AT_FDCWD, path: path)
    } catch let error as FileError {
      throw FileError(action, path, error.code)
    }
    try WritePolicy.check(name, in: open.descriptor, path: path)
  }
}

extension Slice where Base == UnsafeRawBufferPointer {
  fileprivate var baseAddress: UnsafeRawPointer? {
    base.baseAddress.map { $0 + startIndex }
  }
}
