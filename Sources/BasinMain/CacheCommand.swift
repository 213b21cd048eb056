import ArgumentParser
import BasinKit
import BasinREPL
import Foundation
import Notebooks

/// `basin cache ls`, `basin cache clear`.
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "List or clear the cache of notebook cells.",
    discussion: """
      `basin run` caches the result of each cell, and reuses it while nothing that the result depends on has \
      changed. The cache is in $BASIN_CACHE, otherwise in $XDG_CACHE_HOME/basin, otherwise in ~/.cache/basin. \
      It grows to $BASIN_CACHE_SIZE bytes (default: 2G); then the least recently used results are removed. \
      The finished points of a stopped plane are also kept there, for up to 14 days.
      """,
    subcommands: [Ls.self, Clear.self], defaultSubcommand: Ls.self)

  @ParentCommand fileprivate var basin: Basin

  struct Ls: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "List cached cells, most recently used first.",
      discussion: "With --json, prints one JSON object.")

    // `--json` is the program's own, which takes it wherever it stands.
    @ParentCommand private var cache: CacheCommand

    func run() throws {
      let isJSON = cache.basin.json
      let cache = try CachePlace.cache()
      let entries = cache.entries()
      var table = Table(
        cache.folder,
        columns: [
          .text("cell"), .text("notebook"), .text("computed"), .text("used"),
          .number("seconds", format: .fixed(2)), .integer("bytes"),
        ])
      for entry in entries {
        table.append([
          .text(entry.cell), .text(entry.notebook),
          .text(entry.computed.formatted(.iso8601)), .text(entry.used.formatted(.iso8601)),
          .number(entry.seconds), .integer(entry.bytes),
        ])
      }
      var result = Result(items: [.table(table)])
      result.add(Scalar("Entries", Double(entries.count), format: .fixed(0)))
      result.add(
        Scalar("Bytes", Double(entries.reduce(0) { $0 + $1.bytes }), format: .fixed(0)))
      result.add(
        Scalar(
          "Unfinished", Double(CachePlace.unfinished(in: cache.folder).names.count),
          format: .fixed(0)))
      result.add(Scalar("Bound", Double(cache.capacity), unit: "bytes", format: .fixed(0)))
      try CachePlace.show(result, command: "cache ls", json: isJSON)
    }
  }

  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "clear", abstract: "Remove all cached cells.")

    func run() throws {
      let cache = try CachePlace.cache()
      let (entries, bytes): (Int, Int)
      do {
        let unfinished = try CachePlace.unfinished(in: cache.folder).clear()
        let cells = try cache.clear()
        (entries, bytes) = (cells.entries, cells.bytes + unfinished)
      } catch {
        try Streams.fail(error, status: 1)
      }
      try Streams.show("removed \(entries) entr\(entries == 1 ? "y" : "ies"), \(bytes) bytes\n")
    }
  }
}

/// Where the cache is, and how large it may be.
enum CachePlace {
  /// The user's cache. A size that cannot be read ends the program.
  static func cache() throws -> CellCache {
    do {
      return CellCache(folder: folder, capacity: try capacity())
    } catch {
      try Streams.fail(error, status: 2)
    }
  }

  private static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// Where long work is kept until it is done.
  static func unfinished(in folder: String) -> UnfinishedFolder {
    UnfinishedFolder(path: folder + "/unfinished", program: CellCache.program)
  }

  static var folder: String {
    func given(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let folder = given("BASIN_CACHE") { return folder }
    // The XDG specification has relative paths ignored.
    if let folder = given("XDG_CACHE_HOME"), folder.hasPrefix("/") { return folder + "/basin" }
    return NSHomeDirectory() + "/.cache/basin"
  }

  private static func capacity() throws -> Int {
    guard let text = environment["BASIN_CACHE_SIZE"], !text.isEmpty else { return 2 << 30 }
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Int(unit == nil ? text[...] : text.dropLast()), number >= 0,
      !number.multipliedReportingOverflow(by: unit ?? 1).overflow
    else {
      throw CommandError(
        "BASIN_CACHE_SIZE is '\(text)'; it takes a number of bytes, such as 500M or 2G")
    }
    return number * (unit ?? 1)
  }

  static func show(_ result: Result, command: String, json: Bool) throws {
    let evaluation = Evaluation(
      command: command, plugin: nil, result: result, inputs: [], seed: nil, seconds: 0)
    try Streams.show(
      json
        ? JSONRenderer().line(evaluation)
        : TerminalRenderer(terminal: .current(STDOUT_FILENO)).text(evaluation.result))
  }
}
