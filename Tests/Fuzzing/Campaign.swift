import Foundation

/// Runs workers over many mutants: one that ends or stands still is counted, its mutant kept, and
/// the next worker goes on behind it.
struct Campaign {
  let format: FileFormat
  let seed: UInt64
  let seeds: [[UInt8]]
  /// Where mutants that broke a reader are kept.
  let keep: String
  /// Seconds that reading one mutant may take.
  static let patience = 5.0

  struct Outcome {
    var mutants = 0
    var loaded = 0
    var refused = 0
    var crashes = 0
    var hangs = 0
    var seconds = 0.0
    var isClean: Bool { crashes == 0 && hangs == 0 }
  }

  func run(count: Int, seconds: Double, fixtures: String) throws -> Outcome {
    let folder = NSTemporaryDirectory() + "basin-fuzz-\(getpid())-\(format.rawValue)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    if format == .shards {
      // What indices lead to is beside them.
      let shards = "\(fixtures)/torch-2.13"
      for name in try FileManager.default.contentsOfDirectory(atPath: shards)
      where name.contains("-of-") || name == "whole.pt" {
        try FileManager.default.copyItem(atPath: "\(shards)/\(name)", toPath: "\(folder)/\(name)")
      }
    }
    let begin = Date()
    var outcome = Outcome()
    while outcome.mutants < count, Date().timeIntervalSince(begin) < seconds {
      let left = seconds - Date().timeIntervalSince(begin)
      let end = try worker(from: outcome.mutants, to: count, seconds: left, folder, fixtures)
      outcome.mutants = end.index
      outcome.loaded += end.loaded
      outcome.refused += end.refused
      if end.isComplete { break }
      if end.isHang { outcome.hangs += 1 } else { outcome.crashes += 1 }
      try keepMutant(end.index, end.isHang ? "hang" : "crash")
      outcome.mutants += 1
    }
    outcome.seconds = Date().timeIntervalSince(begin)
    return outcome
  }

  private struct End {
    var index = 0
    var loaded = 0
    var refused = 0
    var isComplete = false
    var isHang = false
  }

  private func worker(
    from start: Int, to end: Int, seconds: Double, _ folder: String, _ fixtures: String
  ) throws -> End {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      "worker", format.rawValue, "--seed", String(seed), "--from", String(start), "--to",
      String(end), "--seconds", String(seconds), "--folder", folder, "--fixtures", fixtures,
    ]
    let status = "\(folder)/status"
    try? FileManager.default.removeItem(atPath: status)
    try process.run()
    var last = -1
    var since = Date()
    var result = End(index: start)
    while process.isRunning {
      usleep(20_000)
      let numbers = numbers(in: status)
      if numbers.count == 4, numbers[0] != last {
        last = numbers[0]
        since = Date()
      } else if Date().timeIntervalSince(since) > Self.patience {
        result.isHang = true
        kill(process.processIdentifier, SIGKILL)
        break
      }
    }
    process.waitUntilExit()
    let numbers = numbers(in: status)
    if numbers.count == 4 {
      (result.index, result.loaded, result.refused) = (numbers[0], numbers[1], numbers[2])
      result.isComplete = numbers[3] == 1 && process.terminationStatus == 0
    }
    return result
  }

  private func numbers(in status: String) -> [Int] {
    guard let data = FileManager.default.contents(atPath: status), data.count == 32 else {
      return []
    }
    return data.withUnsafeBytes { bytes in
      (0..<4).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int.self) }
    }
  }

  private func keepMutant(_ index: Int, _ kind: String) throws {
    try FileManager.default.createDirectory(atPath: keep, withIntermediateDirectories: true)
    let path = "\(keep)/\(format.rawValue)-\(seed)-\(index)-\(kind)\(format.suffix)"
    try Data(format.mutant(index, seed: seed, of: seeds)).write(to: URL(fileURLWithPath: path))
    say("\(kind): mutant \(index), kept as \(path)")
  }
}
