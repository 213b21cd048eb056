import BasinCore
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A site's folder: files are written where they differ, and removed where an earlier publishing wrote
/// them. Files that it did not write stay as they are.
struct SiteFolder {
  private let path: String
  private let old: SiteManifest?
  private var changed: [(path: String, data: Data)] = []
  private var sums: [String: String] = [:]

  /// Opens a folder that is empty, not there, or a site.
  ///
  /// - Throws: ``SiteError``, `FileError`.
  init(_ path: String, _ old: SiteManifest?) {
    self.path = path
    self.old = old
  }

  /// Whether nothing is there yet, or all is as it was.
  private(set) var unchanged = 0

  /// Takes in a file of the site.
  ///
  /// - Throws: ``SiteError`` when something is in its place that publishing did not write.
  mutating func add(_ added: PublicFile) throws {
    let (file, data) = (added.path, added.data)
    let sum = SHA256.hexadecimal(of: data)
    sums[file] = sum
    let target = "\(path)/\(file)"
    try refuseLinks(above: file)
    switch SitePath.kind(target) {
    case .nothing: changed.append((file, data))
    case .file:
      if FileManager.default.contents(atPath: target) == data {
        unchanged += 1
      } else if old?.files[file] != nil {
        changed.append((file, data))
      } else {
        throw stranger(target)
      }
    case .folder, .other: throw stranger(target)
    }
  }

  /// Makes the folder what was added, and says what it did.
  ///
  /// The list of files is written before the files, those to be removed still in it: whenever the
  /// program is stopped, the next publishing knows what is its own.
  mutating func finish(_ reports: [SiteManifest.Report]) throws -> (
    written: [String], removed: [String], notes: [String]
  ) {
    var new = SiteManifest()
    (new.reports, new.files) = (reports, sums)
    let leftover = (old?.files ?? [:]).filter { sums[$0.key] == nil }
    if changed.isEmpty, leftover.isEmpty, new == old { return ([], [], []) }
    try AtomicFile.makeFolder(path)
    let manifest = "\(path)/\(SiteManifest.name)"
    if !changed.isEmpty || !leftover.isEmpty {
      var both = new
      both.reports = old?.reports ?? []
      both.files.merge(leftover) { new, _ in new }
      try AtomicFile.write(try both.json(), to: manifest)
    }
    for (file, data) in changed {
      let target = "\(path)/\(file)"
      try AtomicFile.makeFolder(FilePath.folder(of: target))
      try AtomicFile.write(data, to: target)
    }
    let (removed, notes) = try remove(leftover)
    try AtomicFile.write(try new.json(), to: manifest)
    return (changed.map(\.path), removed, notes)
  }

  private func remove(_ files: [String: String]) throws -> (removed: [String], notes: [String]) {
    var removed: [String] = []
    var notes: [String] = []
    for (file, sum) in files.sorted(by: { $0.key < $1.key }) {
      let target = "\(path)/\(file)"
      try refuseLinks(above: file)
      guard SitePath.kind(target) == .file else { continue }
      let data = FileManager.default.contents(atPath: target) ?? Data()
      guard SHA256.hexadecimal(of: data) == sum else {
        notes.append("\(target) belongs to no report any more, and somebody changed it: it stays")
        continue
      }
      try AtomicFile.remove(target)
      removed.append(file)
      // Folders go once they are empty.
      var folder = FilePath.folder(of: file)
      while !folder.isEmpty, rmdir("\(path)/\(folder)") == 0 {
        folder = FilePath.folder(of: folder)
      }
    }
    return (removed, notes)
  }

  // A link in the place of a folder could lead anywhere.
  private func refuseLinks(above file: String) throws {
    var folder = path
    for part in file.split(separator: "/").dropLast() {
      folder += "/" + part
      switch SitePath.kind(folder) {
      case .folder: break
      case .nothing: return
      case .file, .other: throw stranger(folder)
      }
    }
  }

  private func stranger(_ target: String) -> SiteError {
    SiteError("\(target) is there, which publishing did not write; move it")
  }
}
