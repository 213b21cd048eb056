import BasinCore
import Foundation

/// The lines that were typed, kept from one run to the next: one line an entry, oldest first.
///
/// Several prompts may share the file: each appends what it reads, and tidies the file up when it
/// starts. A file that cannot be used costs a note, never the prompt.
public struct HistoryFile: Sendable, Equatable {
  /// Where it is.
  public var path: String
  /// How many entries are kept.
  public var limit: Int

  /// Creates a history at `path`.
  public init(path: String, limit: Int = 2000) {
    self.path = path
    self.limit = limit
  }

  /// The user's own: `$XDG_STATE_HOME/basin/history`, by default `~/.local/state/basin/history`;
  /// `nil` when there is no home folder either.
  public static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> HistoryFile? {
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return HistoryFile(path: state + "/basin/history")
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return HistoryFile(path: home + "/.local/state/basin/history")
  }

  /// The entries, oldest first, each once and at most `limit`; and what was wrong with the file, if
  /// anything was. A file that has grown far beyond its limit is written again.
  public func load() -> (entries: [String], note: Note?) {
    guard FileManager.default.fileExists(atPath: path) else { return ([], nil) }
    do {
      let data = try readTail()
      let lines = data.split(separator: 0x0A)
      let readable = lines.compactMap { String(validating: $0, as: UTF8.self) }
        .filter(Self.isReadable)
      let entries = Self.deduplicated(readable, limit: limit)
      if lines.count > 2 * limit || readable.count < lines.count { try? replace(with: entries) }
      let lost = lines.count - readable.count
      let note =
        lost == 0
        ? nil
        : Note("\(lost) unreadable lines of the history \(path) were left out", level: .warning)
      return (entries, note)
    } catch {
      return ([], Note("there is no history: \(error)", level: .warning))
    }
  }

  /// Adds an entry at the end, in one write.
  ///
  /// - Throws: `FileError` when the file or its folder cannot be made or written.
  public func append(_ entry: String) throws {
    guard Self.isReadable(entry) else { return }
    try makeFolder()
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK
    let descriptor = open(path, flags, 0o600)
    guard descriptor >= 0 else { throw FileError("cannot write the history", path, errno) }
    defer { close(descriptor) }
    try Array((entry + "\n").utf8).withUnsafeBytes {
      try AtomicFile.writeAll($0, to: descriptor, path: path)
    }
  }

  /// `entries` with only the last of equal ones, and only the last `limit`.
  static func deduplicated(_ entries: [String], limit: Int) -> [String] {
    var seen: Set<String> = []
    let latest = entries.reversed().filter { seen.insert($0).inserted }.prefix(max(0, limit))
    return latest.reversed()
  }

  private static let longestFile = 4 << 20

  // A text with control characters was not typed at a prompt.
  private static func isReadable(_ line: String) -> Bool {
    !line.isEmpty && DisplayText.isHarmless(line.replacing("\t", with: " "))
  }

  /// The file's last part, from the start of a line on.
  private func readTail() throws -> Data {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError("cannot read", path, errno) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw FileError("cannot read", path, EISDIR)
    }
    let skipped = max(0, Int(status.st_size) - Self.longestFile)
    try file.seek(toOffset: UInt64(skipped))
    let data = try file.read(upToCount: Self.longestFile) ?? Data()
    guard skipped > 0, let line = data.firstIndex(of: 0x0A) else { return data }
    return data[data.index(after: line)...]
  }

  private func replace(with entries: [String]) throws {
    let text = entries.map { $0 + "\n" }.joined()
    try AtomicFile.write(to: path) { descriptor in
      fchmod(descriptor, 0o600)
      try Array(text.utf8).withUnsafeBytes {
        try AtomicFile.writeAll($0, to: descriptor, path: path)
      }
    }
  }

  private func makeFolder() throws {
    let folder = FilePath.folder(of: path)
    guard !FileManager.default.fileExists(atPath: folder) else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw FileError("cannot make the folder of the history", folder, EACCES)
    }
  }
}
