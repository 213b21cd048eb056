import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Reads mutants one after another in a process of its own, which may end at any of them.
struct Worker {
  let format: FileFormat
  let seed: UInt64
  let seeds: [[UInt8]]
  let folder: String

  /// Memory that reading one file may take, besides four times the file.
  static let memory = 64 << 20

  /// Reads mutants until `end`, or until the time is over, and says how far it came in the file
  /// `status`: the number of the mutant at hand, those loaded and those refused.
  func run(from start: Int, to end: Int, until deadline: Date) throws {
    let status = open("\(folder)/status", O_RDWR | O_CREAT, 0o600)
    guard status >= 0 else { throw WorkerError("cannot write \(folder)/status") }
    let path = "\(folder)/mutant\(format.suffix)"
    Limits.setMemory(beyondNow: Self.memory + 8 * (seeds.map(\.count).max() ?? 0))
    var counts = (loaded: 0, refused: 0)
    for index in start..<end {
      if index % 64 == 0, Date() > deadline {
        report(status, [index, counts.loaded, counts.refused, 1])
        return
      }
      report(status, [index, counts.loaded, counts.refused, 0])
      let mutant = format.mutant(index, seed: seed, of: seeds)
      try write(mutant, to: path)
      do {
        try format.read(path)
        counts.loaded += 1
      } catch {
        try check(String(describing: error), path)
        counts.refused += 1
      }
    }
    report(status, [end, counts.loaded, counts.refused, 1])
  }

  // A refusal is one line that names the file, without anything that a terminal would obey.
  private func check(_ message: String, _ path: String) throws {
    guard message.contains(folder), message.count < 2000,
      !message.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw WorkerError("a message for people is not one: \(message.debugDescription)") }
  }

  private func report(_ status: Int32, _ numbers: [Int]) {
    _ = numbers.withUnsafeBytes { pwrite(status, $0.baseAddress, $0.count, 0) }
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard file >= 0 else { throw WorkerError("cannot write \(path)") }
    defer { close(file) }
    let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    guard written == bytes.count else { throw WorkerError("cannot write \(path)") }
  }
}

/// A mutant showed something that is wrong without ending the process.
struct WorkerError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
