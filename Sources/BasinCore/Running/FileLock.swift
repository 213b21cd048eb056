import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Keeps other processes out of a place that one at a time works in: a file with a lock (`flock`), which the system
/// drops with the process. A file that a killed process left holds nobody up.
///
/// ```swift
/// try FileLock.holding("runs/seed0/training.lock") { … }
/// ```
public final class FileLock {
  private let place: Place
  private let descriptor: Int32

  /// Makes the file, if it is not there, and takes the lock.
  ///
  /// On a file system without locks it keeps nobody out.
  ///
  /// - Parameter guarded: what the lock keeps others out of, which an error names: a user knows the folder, and not the
  ///   lock's file; the file itself by default.
  /// - Throws: ``LockHeld`` when another process has it; ``LinkedLock``; `FileError`; ``WriteRefusal``.
  public init(_ path: String, of guarded: String? = nil) throws {
    do {
      place = try Place(path, "cannot write")
    } catch let error as FileError {
      throw FileError(error.action, guarded ?? error.path, error.code)
    }
    while true {
      let opened = openat(
        place.folder, place.name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
      guard opened >= 0 else {
        let reason = errno
        if reason == ELOOP { throw LinkedLock(path: path) }
        throw FileError("cannot write", guarded ?? path, reason)
      }
      if flock(opened, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        defer { close(opened) }
        throw LockHeld(path: path, process: Self.holder(of: opened))
      }
      // The one before may have removed this file after it was opened here.
      if Self.isSame(opened, place) {
        descriptor = opened
        return
      }
      close(opened)
    }
  }

  deinit {
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size == 0,
      Self.isSame(descriptor, place)
    {
      unlinkat(place.folder, place.name, 0)
    }
    close(descriptor)
  }

  /// Does `body` with the lock; an error names `guarded` as that of ``init(_:of:)`` does.
  ///
  /// - Throws: as ``init(_:of:)``; what `body` throws.
  public static func holding<Value>(
    _ path: String, of guarded: String? = nil, _ body: () throws -> Value
  ) throws -> Value {
    let lock = try FileLock(path, of: guarded)
    return try withExtendedLifetime(lock) { try body() }
  }

  private static func isSame(_ descriptor: Int32, _ place: Place) -> Bool {
    var (open, named) = (stat(), stat())
    return fstat(descriptor, &open) == 0
      && fstatat(place.folder, place.name, &named, AT_SYMLINK_NOFOLLOW) == 0
      && open.st_dev == named.st_dev && open.st_ino == named.st_ino
  }

  // `1: FLOCK  ADVISORY  WRITE 6575 fe:00:975928 0 EOF`, see proc_locks(5).
  private static func holder(of descriptor: Int32) -> pid_t? {
    var status = stat()
    guard fstat(descriptor, &status) == 0,
      let data = FileManager.default.contents(atPath: "/proc/locks")
    else { return nil }
    let device = UInt64(status.st_dev)
    let file = String(
      format: "%02llx:%02llx:%llu", (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF,
      device & 0xFF | (device >> 12) & ~0xFF, UInt64(status.st_ino))
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 5, words[1] == "FLOCK", words[5] == file else { continue }
      return pid_t(words[4]).flatMap { $0 > 0 ? $0 : nil }
    }
    return nil
  }
}

/// A symbolic link stands where a lock should be. Its folder is open already, so that no other link is meant.
public struct LinkedLock: Error, Sendable, Equatable, CustomStringConvertible {
  /// The link.
  public var path: String

  /// One line.
  public var description: String {
    "\(path) is a symbolic link, and a lock is a file of its own; remove the link (rm), which leaves what it leads to"
  }
}

/// Another process works in a place.
public struct LockHeld: Error, Sendable, Equatable, CustomStringConvertible {
  /// The lock's file.
  public var path: String
  /// The process, where the system says which.
  public var process: Int32?

  /// `process 4711`, or `another process`.
  public var holder: String { process.map { "process \($0)" } ?? "another process" }

  /// One line.
  public var description: String {
    "\(holder) holds \(path); wait until it has ended"
  }
}
