import ArgumentParser
import BasinKit
import BasinREPL
import Foundation
import Notebooks

/// `basin run FILE.md`.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Replay a notebook and write its report.",
    discussion: """
      The report goes to Reports/NAME/: index.html (one file that needs nothing else), report.md, \
      figures with their sources, results.json and provenance.json.

      Cells whose commands, inputs, settings and versions are those of an earlier run come from the \
      cache; see `basin cache --help`.

      Exit status: 0 fine, 1 a cell failed, 2 wrong usage, 130 cancelled.
      """)

  @Argument(help: "A notebook: Markdown with fenced `basin` cells.", completion: .file())
  var notebook: String
  @Option(
    name: .customShort("P"), help: "A parameter of the notebook: -P epochs=5; may be repeated.")
  var parameters: [String] = []
  @Option(help: "The folder for the report; Reports/NAME unless given.") var out: String?
  @Flag(help: "Compute all cells, and keep nothing in the cache.") var noCache = false
  @Option(
    help: ArgumentHelp(
      "Compute this cell anew; those above come from the cache or are computed, those below come from the cache or are left out. May be repeated.",
      valueName: "id"))
  var only: [String] = []
  @Option(
    help: ArgumentHelp(
      "Compute this cell and all below anew; those above come from the cache or are computed.",
      valueName: "id"))
  var from: String?

  func validate() throws {
    if let wrong = parameters.first(where: { !$0.contains("=") || $0.hasPrefix("=") }) {
      throw ValidationError("-P \(wrong) is not of the form name=value")
    }
    if from != nil, !only.isEmpty { throw ValidationError("--only and --from exclude each other") }
  }

  func run() throws {
    let cache = noCache ? nil : try CachePlace.cache()
    let status = try NotebookJob(command: self, cache: cache).run()
    if status != 0 { throw ExitCode(status) }
  }

  /// Values of parameters by name.
  var overrides: [String: String] {
    let pairs = parameters.map {
      $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    return Dictionary(pairs.map { ($0[0], $0[1]) }) { _, last in last }
  }

  /// Which cells to compute anew.
  var scope: Replay.Scope { from.map { .from($0) } ?? (only.isEmpty ? .all : .only(only)) }
}
