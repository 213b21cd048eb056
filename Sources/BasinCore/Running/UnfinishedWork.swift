import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Rows of numbers that long work has computed, kept in a file until the work is done: where it is stopped, by
/// Ctrl-C, a signal or a time limit, the same work goes on from there in another process.
///
/// The file holds records of one length, appended one by one, each with a checksum over its key; what a killed
/// process left of its last record is cut off. One process writes a file at a time: another that does the same
/// work meanwhile keeps nothing. Where the file cannot be written, the work goes on without it.
public final class UnfinishedWork {
  /// Rows that were there, by their index.
  public private(set) var rows: [Int: [Double]] = [:]

  private let path: String
  private let key: String
  private let width: Int
  private var descriptor: Int32 = -1

  // Files that nobody came back to.
  private static let maxAge = 14.0 * 24 * 3600
  private static let checksumBytes = 8

  /// Opens the file of some work, or makes it.
  ///
  /// - Parameters:
  ///   - folder: Where such files are; made where it is missing.
  ///   - key: All that decides the numbers, the program's build among it.
  ///   - width: Numbers in a row.
  ///   - count: Rows of the whole work; indices are below it.
  package init(in folder: String, key: [String], width: Int, count: Int) {
    self.key = SHA256.hexadecimal(ofParts: key + ["\(width)", "\(count)"])
    self.width = width
    path = "\(folder)/\(self.key)"
    WritePolicy.withoutPolicy {
      guard (try? AtomicFile.makeFolder(folder)) != nil else { return }
      Self.removeOld(in: folder)
      descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    guard descriptor >= 0 else { return }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 || !read(count: count) { stop() }
  }

  deinit { stop() }

  /// Keeps a row. One that cannot be written is lost, and those after it.
  public func add(_ index: Int, _ row: [Double]) {
    guard descriptor >= 0, row.count == width else { return }
    let bytes = record(index, row)
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if written != bytes.count { stop() }
  }

  /// The work is done: the file goes.
  public func finish() {
    if descriptor >= 0 { unlink(path) }
    stop()
  }

  private func stop() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  // Takes whole records from the file's beginning, and cuts off the rest; false where it cannot be used.
  private func read(count: Int) -> Bool {
    let length = 8 * (width + 1) + Self.checksumBytes
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= 2 * length * count
    else { return false }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let size = pread(descriptor, &bytes, bytes.count, 0)
    guard size >= 0 else { return false }
    var end = 0
    while end + length <= size {
      let words = bytes[end..<end + length].withUnsafeBytes { raw in
        (0...width).map {
          UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self))
        }
      }
      let row = words.dropFirst().map { Double(bitPattern: $0) }
      guard let index = Int(exactly: words[0]), index < count,
        record(index, row) == Array(bytes[end..<end + length])
      else { break }
      rows[index] = row
      end += length
    }
    guard ftruncate(descriptor, off_t(end)) == 0, lseek(descriptor, off_t(end), SEEK_SET) == end
    else {
      rows = [:]
      return false
    }
    return true
  }

  private func record(_ index: Int, _ row: [Double]) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in [UInt64(index)] + row.map(\.bitPattern) {
      withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }
    let hash = SHA256()
    (Array(key.utf8) + bytes).withUnsafeBytes { hash.update($0) }
    return bytes + hash.finish().prefix(Self.checksumBytes)
  }

  private static func removeOld(in folder: String) {
    for name in UnfinishedFolder(path: folder, program: "").names {
      var status = stat()
      guard lstat("\(folder)/\(name)", &status) == 0,
        Double(time(nil) - status.st_mtim.tv_sec) > maxAge
      else { continue }
      unlink("\(folder)/\(name)")
    }
  }
}

/// Where the unfinished work of a program is kept.
public struct UnfinishedFolder: Sendable {
  /// The folder.
  public var path: String
  /// What computes: another build's numbers are not used.
  public var program: String

  /// A folder for a program.
  public init(path: String, program: String) { (self.path, self.program) = (path, program) }

  /// Names of the files of unfinished works, sorted.
  public var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.count == 64 }
      .sorted()
  }

  /// Removes all of them.
  ///
  /// - Returns: The bytes that they took.
  /// - Throws: `FileError` for one that cannot be removed.
  public func clear() throws -> Int {
    var bytes = 0
    for file in names.map({ "\(path)/\($0)" }) {
      var status = stat()
      if lstat(file, &status) == 0 { bytes += Int(status.st_size) }
      guard unlink(file) == 0 || errno == ENOENT else {
        throw FileError("cannot remove", file, errno)
      }
    }
    return bytes
  }
}
