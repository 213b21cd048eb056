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
      Writes the report to Reports/NAME/: index.html (self-contained), report.md, figures with their sources, \
      results.json and provenance.json. --format ipynb writes a Jupyter notebook, json one file with \
      everything, and pdf prints the page with Chromium (chromium, chromium-browser or google-chrome on PATH, \
      or the program in BASIN_CHROMIUM).

      A cell is taken from the cache if its commands, inputs, settings and versions are the same as in an \
      earlier run; see `basin cache --help`.

      A notebook's commands can write only below the working folder, and not to names that begin with a dot; \
      --allow-write adds other folders. They can run TorchScript files only with --trust on this command \
      line. --dry-run lists what they would write and run; docs/security.md says what is guaranteed.

      --quiet shows only errors. Exit status: 0 success, 1 a cell failed, 2 wrong usage, 130 cancelled.
      """)

  @Argument(help: "Notebook: a Markdown file with fenced `basin` cells.", completion: .file())
  var notebook: String
  @Option(
    name: .customShort("P"), help: "Set a parameter of the notebook: -P epochs=5. May be repeated.")
  var parameters: [String] = []
  @Flag(name: .customLong("parameters"), help: "List the notebook's parameters and run nothing.")
  var listsParameters = false
  @Option(help: "Folder for the report; Reports/NAME unless given.") var out: String?
  @Option(
    help: ArgumentHelp(
      "Formats to write, separated by commas: html, md, ipynb, json, pdf; html,md unless given.",
      valueName: "formats"))
  var format: [FormatList] = []
  @Flag(help: "Replay whenever the notebook is saved, until Ctrl-C.") var watch = false
  @Flag(help: "Compute all cells, and do not use the cache.") var noCache = false
  @Option(
    help:
      "Number of processes for independent cells; each needs its own memory."
  )
  var jobs = 1
  // What such a process runs.
  @Option(help: .hidden) var ahead: String?
  // Cells that ended the program, with their signals.
  @Option(help: .hidden) var ended: [String] = []
  @Flag(
    help:
      "Also write the outputs into the notebook, in a block below each cell that the next run replaces."
  )
  var inPlace = false
  @Option(
    help: ArgumentHelp(
      "Recompute this cell; cells above come from the cache or are computed, cells below come from the cache or are left out. May be repeated.",
      valueName: "id"))
  var only: [String] = []
  @Option(
    help: ArgumentHelp(
      "Recompute this cell and all cells below; cells above come from the cache or are computed.",
      valueName: "id"))
  var from: String?

  @Flag(
    help:
      "List the files that the notebook's commands would write and the programs they would run, and run nothing."
  )
  var dryRun = false
  @Flag(help: "Allow the notebook to run the TorchScript files that it loads with --trust.")
  var trust =
    false
  @Flag(
    help: "With --trust, allow later runs to run the same files (by SHA-256) without --trust.")
  var remember = false
  @Option(
    help: ArgumentHelp(
      "Allow the notebook's commands to write below this folder, too. May be repeated.",
      valueName: "folder"), completion: .directory)
  var allowWrite: [String] = []

  // `--quiet` is the program's own, which takes it wherever it stands.
  @ParentCommand private var basin: Basin

  /// Whether only what went wrong is said.
  var isQuiet: Bool { basin.quiet }

  func validate() throws {
    if let wrong = parameters.first(where: { !$0.contains("=") || $0.hasPrefix("=") }) {
      throw ValidationError("-P \(wrong) is not of the form name=value")
    }
    var given: Set<Substring> = []
    for name in parameters.map({ $0.prefix { $0 != "=" } }) where !given.insert(name).inserted {
      throw ValidationError("-P \(name)=… is given twice; give it once")
    }
    guard (1...256).contains(jobs) else {
      throw ValidationError("--jobs is \(jobs); it must be from 1 to 256")
    }
    if jobs > 1, from != nil || !only.isEmpty {
      throw ValidationError("--jobs replays whole notebooks; leave out --only and --from")
    }
    if remember, !trust { throw ValidationError("--remember needs --trust") }
    if from != nil, !only.isEmpty {
      throw ValidationError("--only and --from cannot be combined; give one of them")
    }
  }

  func run() throws {
    if listsParameters { return try listParameters() }
    if dryRun { return try NotebookForecast(command: self).show(json: basin.json) }
    if let ahead { return NotebookAhead(command: self, cell: ahead).run() }
    // Without the cache, processes meet in one that is gone afterwards.
    let meeting = noCache && jobs > 1 ? try TemporaryCache() : nil
    defer { withExtendedLifetime(meeting) {} }
    let cache = try meeting?.cache ?? (noCache ? nil : CachePlace.cache())
    let job = NotebookJob(command: self, cache: cache)
    var watching = Watch(job)
    let status = try watch ? watching.run() : job.run()
    if status != 0 { throw ExitCode(status) }
  }

  private func listParameters() throws {
    do {
      let table = try Notebook.parameterTable(contentsOf: notebook)
      let result = Result(items: [.table(table)])
      try Streams.show(TerminalRenderer(terminal: .current(STDOUT_FILENO)).text(result) + "\n")
    } catch let error as FileError {
      throw error
    } catch {
      try Streams.fail(error, status: 2)
    }
  }

  /// Values of parameters by name.
  var overrides: [String: String] {
    let pairs = parameters.map {
      $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    return Dictionary(pairs.map { ($0[0], $0[1]) }) { _, last in last }
  }

  /// The forms of the report.
  var formats: Set<ReportFormat> {
    format.isEmpty ? ReportFormat.standard : Set(format.flatMap(\.formats))
  }

  /// Which cells to compute again.
  var scope: Replay.Scope { from.map { .from($0) } ?? (only.isEmpty ? .all : .only(only)) }
}

/// Formats as they are given: `html,pdf`.
struct FormatList: ExpressibleByArgument {
  var formats: [ReportFormat]

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    formats = words.compactMap { ReportFormat(rawValue: String($0)) }
    if formats.count < words.count { return nil }
  }

  static var allValueStrings: [String] { ReportFormat.allCases.map(\.rawValue) }
}
