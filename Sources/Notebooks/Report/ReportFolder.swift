import BasinCore
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Puts a whole folder in the place of another.
enum ReportFolder {
  static let entries: Set<String> = Set(ReportFormat.allCases.map(\.fileName)).union([
    "figures", "results.json", "provenance.json",
  ])

  /// Lets `fill` write into a new folder (with an empty `figures/` in it) beside `target`, then
  /// puts it in the place of `target`.
  static func replace(_ target: String, fill: (String) throws -> Void) throws {
    var target = target
    while target.count > 1, target.hasSuffix("/") { target.removeLast() }
    let parent = FilePath.folder(of: target)
    let folder = parent.isEmpty ? "." : parent
    let prefix = "." + FilePath.name(of: target) + ".building-"
    try AtomicFile.makeFolder(folder)
    try refuseStrangers(in: target)
    removeLeftovers(in: folder, prefix: prefix)

    let building = "\(folder)/\(prefix)\(getpid())-\(UInt32.random(in: .min ... .max))"
    do {
      try AtomicFile.makeFolder(building + "/figures")
      try fill(building)
      try exchange(building, target)
    } catch {
      try? FileManager.default.removeItem(atPath: building)
      throw error
    }
    // What is left under this name is the old report.
    try? FileManager.default.removeItem(atPath: building)
  }

  // Nothing that the user put there is ever removed.
  private static func refuseStrangers(in target: String) throws {
    var status = stat()
    guard lstat(target, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw ReportError(folder: target, stranger: "a file of that name")
    }
    guard let found = try? FileManager.default.contentsOfDirectory(atPath: target).sorted() else {
      throw FileError("cannot read", target, EACCES)
    }
    if let stranger = found.first(where: { !entries.contains($0) }) {
      throw ReportError(folder: target, stranger: "“\(stranger)”")
    }
  }

  // A killed run leaves its unfinished folder; a running one has a living process.
  private static func removeLeftovers(in folder: String, prefix: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(prefix) {
      let process = name.dropFirst(prefix.count).prefix { $0.isNumber }
      guard let id = pid_t(process), kill(id, 0) != 0, errno == ESRCH else { continue }
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// Puts `new` in the place of `old`; an old folder then has the name of the new one.
  private static func exchange(_ new: String, _ old: String) throws {
    if rename(new, old) == 0 { return }
    if exchangeAtOnce(new, old) { return }
    // File systems that cannot exchange: the old report is whole under another name meanwhile.
    let aside = new + ".old"
    guard rename(old, aside) == 0 else { throw FileError("cannot write", old, errno) }
    guard rename(new, old) == 0 else {
      let reason = errno
      rename(aside, old)
      throw FileError("cannot write", old, reason)
    }
    rename(aside, new)
  }

  // Linux exchanges two names in one step, but Swift's view of the C library does not show how.
  private static func exchangeAtOnce(_ new: String, _ old: String) -> Bool {
    #if os(Linux)
      typealias Renameat2 =
        @convention(c) (
          CInt, UnsafePointer<CChar>, CInt, UnsafePointer<CChar>, CUnsignedInt
        ) -> CInt
      guard let symbol = dlsym(nil, "renameat2") else { return false }
      let exchange: CUnsignedInt = 2
      return unsafeBitCast(symbol, to: Renameat2.self)(AT_FDCWD, new, AT_FDCWD, old, exchange) == 0
    #else
      return false
    #endif
  }
}
