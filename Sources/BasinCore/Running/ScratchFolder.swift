import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A private folder for temporary files, removed with everything in it at the end.
///
/// A process that is killed leaves its folders. So each holds a lock (`flock`) on its folders, which the system
/// drops with the process, and the first folder that a process makes removes those that nobody holds any more.
public final class ScratchFolder {
  /// The folder.
  public let path: String

  private let descriptor: Int32

  /// Makes a folder in `$TMPDIR`, or in `/tmp`.
  ///
  /// - Parameter purpose: A part of its name: `basin-figure-4711-x8dHq2` is for `figure`, of process 4711.
  /// - Throws: ``FileError`` naming the folder for temporary files, for instance when it is not writable.
  public init(for purpose: String) throws {
    let parent = Self.parent
    Self.sweep(parent)
    var template = Array("\(parent)/basin-\(purpose)-\(getpid())-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileError("cannot make a folder in", parent, errno)
    }
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    descriptor = open(path, Self.flags)
    if descriptor >= 0 { flock(descriptor, LOCK_EX | LOCK_NB) }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Where temporary folders are made.
  public static var parent: String {
    ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
  }

  private static let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
  private static let swept = Mutex<Set<String>>([])

  // Once a process: killed processes are rare, and `parent` may be long.
  private static func sweep(_ parent: String) {
    guard swept.withLock({ $0.insert(parent).inserted }) else { return }
    removeAbandoned(in: parent)
  }

  /// Removes the folders in `parent` that killed processes of this user left.
  static func removeAbandoned(in parent: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    for name in names {
      guard let match = name.wholeMatch(of: /basin-[a-z]+-(?:(\d{1,9})-)?[A-Za-z0-9]{6}/) else {
        continue
      }
      let descriptor = open("\(parent)/\(name)", flags)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(),
        flock(descriptor, LOCK_EX | LOCK_NB) == 0,
        isAbandoned(by: match.1.flatMap { pid_t($0) }, status)
      else { continue }
      try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
    }
  }

  // A process locks a folder just after it made it: one that is alive may be about to. Of a process that cannot
  // be seen from here, in another container, the age says so.
  private static func isAbandoned(by process: pid_t?, _ status: stat) -> Bool {
    let age = time(nil) - status.st_mtim.tv_sec
    guard let process else { return age > 3600 }
    // This process has made none yet, whatever it was before `exec`.
    if process == getpid() { return true }
    let isAlive = kill(process, 0) == 0 || errno != ESRCH
    return isAlive ? age > 3600 : age >= 0
  }
}
