import BasinCore
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// The folders and files of a cache: `v1/KEY/CONDITIONS/…`, and `v1/.new-PID-…` while one is made.
///
/// Nothing is synchronised to the disk: what a crash of the machine leaves does not have its checksum.
enum CacheFolder {
  private static let version = "v1"
  private static let building = ".new-"

  /// Entries of a key, the one used last first.
  static func entries(of key: String, in folder: String) -> [String] {
    let home = "\(folder)/\(version)/\(key)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: home)) ?? []
    if names.count < 2 { return names.map { "\(home)/\($0)" } }
    return names.sorted().map { ("\(home)/\($0)", used("\(home)/\($0)")) }
      .sorted { $0.1 > $1.1 }.map(\.0)
  }

  /// All entries, the one used last first.
  static func entries(in folder: String) -> [(place: String, used: Date)] {
    let home = "\(folder)/\(version)"
    let keys = (try? FileManager.default.contentsOfDirectory(atPath: home)) ?? []
    return keys.filter { !$0.hasPrefix(building) }.flatMap { key -> [(String, Date)] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(home)/\(key)")) ?? []
      return names.map { ("\(home)/\(key)/\($0)", used("\(home)/\(key)/\($0)")) }
    }.sorted { ($0.1, $1.0) > ($1.1, $0.0) }
  }

  /// Makes a folder in which an entry is put together.
  static func makeBuilding(in folder: String) throws -> String {
    let home = "\(folder)/\(version)"
    try AtomicFile.makeFolder(home)
    let path = "\(home)/\(building)\(getpid())-\(UInt32.random(in: .min ... .max))"
    guard mkdir(path, 0o700) == 0 else { throw FileError("cannot make the folder", path, errno) }
    return path
  }

  static func write(_ data: Data, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError("cannot write", path, errno) }
    defer { close(descriptor) }
    try data.withUnsafeBytes { try AtomicFile.writeAll($0, to: descriptor, path: path) }
  }

  /// Puts an entry that was made in its place. What is there was made by another process meanwhile,
  /// or does not count any more: it goes.
  static func place(_ made: String, at key: String, _ conditions: String, in folder: String) throws
  {
    let home = "\(folder)/\(version)/\(key)"
    for _ in 0..<8 {
      // Another process may remove the key's folder when it is empty.
      try AtomicFile.makeFolder(home)
      if rename(made, "\(home)/\(conditions)") == 0 { return }
      guard [ENOTEMPTY, EEXIST, ENOENT].contains(errno) else { break }
      if errno != ENOENT { remove("\(home)/\(conditions)", in: folder) }
    }
    throw FileError("cannot write", "\(home)/\(conditions)", errno)
  }

  /// Takes an entry out of the cache in one step, then removes it.
  @discardableResult static func remove(_ place: String, in folder: String) -> Bool {
    let aside =
      "\(folder)/\(version)/\(building)\(getpid())-\(UInt32.random(in: .min ... .max))"
    guard rename(place, aside) == 0 || errno == ENOENT else { return false }
    try? FileManager.default.removeItem(atPath: aside)
    rmdir(FilePath.folder(of: place))
    return true
  }

  /// Removes the entries that were used least recently until the others fit; returns their bytes.
  static func evict(in folder: String, to capacity: Int) -> Int {
    removeLeftovers(in: folder)
    var total = 0
    var isFull = false
    // Room for some more: the next entry does not start this again.
    let goal = capacity - capacity / 10
    for (place, _) in entries(in: folder) {
      let bytes = isFull ? 0 : size(of: place)
      isFull = isFull || total + bytes > goal
      if isFull { remove(place, in: folder) } else { total += bytes }
    }
    return total
  }

  /// Removes what processes that were killed have left.
  static func removeLeftovers(in folder: String) {
    let home = "\(folder)/\(version)"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: home)) ?? []
    where name.hasPrefix(building) {
      let process = name.dropFirst(building.count).prefix { $0.isNumber }
      guard let id = pid_t(process), kill(id, 0) != 0, errno == ESRCH else { continue }
      try? FileManager.default.removeItem(atPath: "\(home)/\(name)")
    }
  }

  static func size(ofEntriesIn folder: String) -> Int {
    entries(in: folder).reduce(0) { $0 + size(of: $1.place) }
  }

  /// Bytes of the files in a folder.
  static func size(of place: String) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    return names.reduce(0) { total, name in
      var status = stat()
      return stat("\(place)/\(name)", &status) == 0 ? total + Int(status.st_size) : total
    }
  }

  /// Notes that an entry is used now.
  static func touch(_ place: String) { utimes(place, nil) }

  private static func used(_ place: String) -> Date {
    var status = stat()
    guard stat(place, &status) == 0 else { return .distantPast }
    return Date(
      timeIntervalSince1970: Double(status.st_mtim.tv_sec)
        + Double(status.st_mtim.tv_nsec) * 1e-9)
  }
}
