import BasinCore
import Foundation
import Plotting

/// Runs a notebook top to bottom.
///
/// ```swift
/// let notebook = try Notebook(contentsOf: "Notebooks/tour.md", overrides: ["epochs": "20"])
/// let run = try Replay(notebook, with: interpreter).run { event in print(event) }
/// try ReportWriter(commandLine: arguments).write(run, to: "Reports/tour")
/// ```
public struct Replay {
  /// How far the run has come.
  public enum Event: Sendable, Equatable {
    /// A cell begins: its place among the cells, counted from 1, and how many there are.
    case began(Notebook.Cell, number: Int, of: Int)
    /// A cell is over, in so many seconds; its results are of that date if they came from the cache.
    case ended(Notebook.Cell, CellRun.Status, seconds: Double, computed: Date?)
  }

  /// Which cells to compute again.
  public enum Scope: Sendable, Equatable {
    /// None that the cache has.
    case all
    /// The one of that id and all below. Those above come from the cache, or are computed.
    case from(String)
    /// Those of these ids. Those above the last of them come from the cache or are computed, since
    /// it may need them; those below come from the cache or are skipped.
    case only([String])
    /// The one of that id and no other, with what the cache has of those above: it is computed for another
    /// run, which will find it in the cache.
    case ahead(String)
  }

  /// How a cell ended the process that computed it.
  public enum Ending: Sendable, Equatable {
    /// It failed, for a reason that is shown.
    case failed(String)
    /// The user ended it.
    case cancelled
  }

  /// Where results are kept; without one everything is computed.
  public var cache: CellCache?
  /// Which cells to compute again.
  public var scope = Scope.all
  /// Cells that ended an earlier process of this run, by id: they are not computed again.
  public var endings: [String: Ending] = [:]
  /// Computes cells below the one that this run computes, if there is a cache to meet in.
  public var ahead: WorkAhead?

  private let notebook: Notebook
  private let interpreter: any Interpreter
  private let renderer: FigureRenderer

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - notebook: what to run.
  ///   - interpreter: what evaluates its lines; its `cancellation` ends the run.
  ///   - renderer: what draws its figures; by default the installed gnuplot.
  public init(
    _ notebook: Notebook, with interpreter: any Interpreter, renderer: FigureRenderer? = nil
  ) {
    self.notebook = notebook
    self.interpreter = interpreter
    self.renderer = renderer ?? FigureRenderer(cancellation: interpreter.cancellation)
  }

  /// Runs the cells in order. A cell ends at its first error, and the next cell goes on; once the
  /// user has cancelled, the remaining cells are marked as not run.
  ///
  /// - Parameter onEvent: is told of each cell before and after it runs.
  /// - Returns: everything a report needs, whatever failed.
  /// - Throws: ``NotebookError`` when the interpreter refuses the seed of the front matter, or there
  ///   is no cell of an id in ``scope``.
  public func run(onEvent: (Event) -> Void = { _ in }) throws -> NotebookRun {
    let clock = ContinuousClock()
    let start = clock.now
    let modes = try ScopeModes(scope, notebook)
    var isCancelled = try !setSeed()
    var names = FigureNames()
    var cells: [CellRun] = []
    let versions = versions
    let ahead = cache == nil ? nil : ahead
    if let keeper = interpreter as? any KeepingInterpreter {
      ahead?.start(notebook.cells, changesSession: keeper.changesSession)
    }
    defer { ahead?.stop() }
    for (index, cell) in notebook.cells.enumerated() {
      if modes[index] == .left {
        cells.append(CellRun(cell: cell, status: .skipped))
        continue
      }
      if isCancelled || interpreter.cancellation.isRequested {
        isCancelled = true
        cells.append(CellRun(cell: cell, status: .notRun))
        continue
      }
      onEvent(.began(cell, number: index + 1, of: notebook.cells.count))
      var run = CellRun(cell: cell, status: .fine)
      let cellStart = clock.now
      var elsewhere: Double?
      do {
        if let ending = endings[cell.id] { try fail(ending) }
        try ahead?.reach(index, check: interpreter.cancellation.check)
        elsewhere = try complete(&run, modes[index], versions, &names)
      } catch {
        isCancelled = error is Cancelled || interpreter.cancellation.isRequested
        run.status = isCancelled ? .cancelled : cell.options.mayFail ? .failedAsAllowed : .failed
        run.error = isCancelled ? nil : VisibleText.line(of: error)
      }
      ahead?.finish()
      run.seconds = elsewhere ?? (clock.now - cellStart).seconds
      cells.append(run)
      onEvent(.ended(cell, run.status, seconds: run.seconds, computed: run.computed))
    }
    interpreter.progress.finish()
    cache?.trim()
    return NotebookRun(
      notebook: notebook, cells: cells, versions: versions,
      plugins: interpreter.plugins.map { NamedValue($0.name, $0.version) }, settings: settings,
      seconds: (clock.now - start).seconds)
  }

  private func fail(_ ending: Ending) throws -> Never {
    switch ending {
    case .failed(let reason): throw EndedProcess(description: reason)
    case .cancelled: throw Cancelled()
    }
  }

  private struct EndedProcess: Error, CustomStringConvertible { var description: String }

  /// Computes a cell, or takes its results from the cache.
  ///
  /// - Returns: the seconds that it took another process to compute it for this run.
  private func complete(
    _ run: inout CellRun, _ mode: ScopeModes.Mode, _ versions: [NamedValue],
    _ names: inout FigureNames
  ) throws -> Double? {
    let keeper = interpreter as? any KeepingInterpreter
    guard let cache, let keeper, !run.cell.lines.isEmpty else {
      if mode == .cachedOrSkipped { run.status = .skipped } else { try evaluate(&run, &names) }
      return nil
    }
    let key = cache.key(of: run.cell, settings: settings, versions: versions)
    if mode != .computed,
      let kept = try cache.bringBack(key, of: run.cell, with: keeper)
    {
      let isForThisRun = ahead.map { kept.computed >= $0.began } ?? false
      run.computed = isForThisRun ? nil : kept.computed
      let drawings = Dictionary(kept.drawings.map { ($0.name, $0) }) { first, _ in first }
      for command in kept.commands { try add(command.evaluation, to: &run, &names, drawings) }
      return isForThisRun ? kept.seconds : nil
    }
    if mode == .cachedOrSkipped {
      run.status = .skipped
      return nil
    }
    try ahead?.compute(check: interpreter.cancellation.check)
    keeper.startKeeping()
    let start = ContinuousClock.now
    var kept = KeptCell(
      notebook: notebook.file, cell: run.cell.id, computed: Date(), seconds: 0)
    do {
      kept.commands = try evaluate(&run, &names).map(KeptCell.Command.init)
    } catch {
      keeper.stopKeeping()
      throw error
    }
    kept.seconds = (ContinuousClock.now - start).seconds
    kept.drawings = run.outputs.compactMap(\.drawing).map { .init($0.drawn, name: $0.name) }
    cache.store(key, kept, with: keeper)
    return nil
  }

  @discardableResult private func evaluate(
    _ run: inout CellRun, _ names: inout FigureNames
  ) throws -> [Evaluation] {
    var evaluations: [Evaluation] = []
    for line in run.cell.lines {
      try interpreter.cancellation.check()
      let origin = Origin.cell(file: notebook.file, id: run.cell.id, line: line.number)
      guard let evaluation = try interpreter.evaluate(line.text, from: origin) else { continue }
      try add(evaluation, to: &run, &names)
      evaluations.append(evaluation)
    }
    return evaluations
  }

  private func add(
    _ evaluation: Evaluation, to run: inout CellRun, _ names: inout FigureNames,
    _ drawings: [String: KeptCell.Drawing] = [:]
  ) throws {
    run.commands.append(CellRun.Command(evaluation))
    for item in evaluation.result.items {
      run.outputs.append(
        try CellRun.Output(item) { figure in
          let name = names.next(for: run.cell.id)
          let drawn = try drawings[name]?.drawn ?? renderer.render(figure, name: name)
          return .init(name: name, drawn: drawn)
        })
    }
  }

  /// Whether the run can go on: false when the user has cancelled.
  private func setSeed() throws -> Bool {
    guard let seed = notebook.frontMatter.seed else { return true }
    let line = notebook.frontMatter.seedLine
    do {
      _ = try interpreter.evaluate(
        "set seed \(seed)",
        from: .cell(file: notebook.file, id: "front-matter", line: line))
      return true
    } catch is Cancelled {
      return false
    } catch {
      throw NotebookError(
        file: notebook.file, line: line,
        "cannot set the seed: \(VisibleText.line(of: error))")
    }
  }

  private var versions: [NamedValue] {
    var versions = interpreter.versions.map { NamedValue($0.name, $0.version) }
    versions.append(NamedValue("cmark", MarkdownTree.version))
    if let gnuplot = try? renderer.gnuplotVersion() {
      versions.append(NamedValue("gnuplot", gnuplot))
    }
    return versions
  }

  private var settings: [NamedValue] {
    interpreter.settings.map { NamedValue($0.name, $0.value) }
  }
}

/// Gives each figure a name of its own, after its cell, so that no two have a file in common.
private struct FigureNames {
  private var taken: Set<String> = []
  private var names = UnusedNames()

  mutating func next(for id: String) -> String {
    let name = names.next(id) { name in Self.files(of: name).contains { taken.contains($0) } }
    taken.formUnion(Self.files(of: name))
    return name
  }

  private static func files(of name: String) -> [String] {
    [name.lowercased(), name.lowercased() + "-dark"]
  }
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
