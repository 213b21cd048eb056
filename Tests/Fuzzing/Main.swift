// Fuzzing owns trying the readers on damaged files: mutants of the fixtures, made from a seed, read
// in processes of their own under a limit of memory and time.

import ArgumentParser
import Foundation

@main
struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract: "Read mutants of the fixtures and count crashes and hangs.",
    subcommands: [Run.self, ReadOne.self, Work.self], defaultSubcommand: Run.self)

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/checkpoints").path
}

/// Prints a line at once, also where standard output is a file.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run a campaign.")

  @Argument(help: "A format, or all.") var format: String
  @Option(help: "Mutants a format.") var mutants = 100_000
  @Option(help: "Seconds a format at most.") var seconds = 600.0
  @Option(help: "What the mutants follow from.") var seed: UInt64 = 0
  @Option(help: "Where mutants that broke a reader are kept.") var keep = ".build/fuzz"

  func validate() throws {
    guard format == "all" || FileFormat(rawValue: format) != nil else {
      let names = FileFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("'\(format)' is no format; there are \(names) and all")
    }
    guard mutants > 0, seconds > 0 else {
      throw ValidationError("--mutants and --seconds must be above zero")
    }
  }

  func run() throws {
    let formats = FileFormat(rawValue: format).map { [$0] } ?? FileFormat.allCases
    var isClean = true
    say("| format | mutants | loaded | refused | crashes | hangs | seconds |")
    say("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for format in formats {
      let seeds = try format.seeds(in: Fuzz.folder)
      guard !seeds.isEmpty else { throw WorkerError("there are no seeds of \(format.rawValue)") }
      let campaign = Campaign(format: format, seed: seed, seeds: seeds, keep: keep)
      let outcome = try campaign.run(count: mutants, seconds: seconds, fixtures: Fuzz.folder)
      say(
        "| \(format.rawValue) | \(outcome.mutants) | \(outcome.loaded) | \(outcome.refused) | "
          + "\(outcome.crashes) | \(outcome.hangs) | \(Int(outcome.seconds.rounded(.up))) |")
      isClean = isClean && outcome.isClean
    }
    if !isClean { throw ExitCode(1) }
  }
}

struct ReadOne: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read", abstract: "Read every tensor of one file under limits.")

  @Argument(help: "The file.") var file: String
  @Option(help: "Bytes of memory beyond what the process has at its start.") var memory: Int
  @Option(help: "Seconds of processor time.") var seconds = 1

  func run() throws {
    let format = FileFormat.allCases.first { file.hasSuffix($0.suffix) } ?? .zip
    Limits.setMemory(beyondNow: memory)
    Limits.setProcessorTime(seconds)
    do {
      try format.read(file)
      print("loaded")
    } catch {
      print("refused: \(error)")
    }
  }
}

struct Work: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "worker", shouldDisplay: false)

  @Argument var format: FileFormat
  @Option var seed: UInt64
  @Option var from: Int
  @Option var to: Int
  @Option var seconds: Double
  @Option var folder: String
  @Option var fixtures: String

  func run() throws {
    let worker = Worker(
      format: format, seed: seed, seeds: try format.seeds(in: fixtures), folder: folder)
    try worker.run(from: from, to: to, until: Date(timeIntervalSinceNow: seconds))
  }
}
