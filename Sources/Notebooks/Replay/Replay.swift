import BasinCore
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
    /// A cell is over, in so many seconds.
    case ended(Notebook.Cell, CellRun.Status, seconds: Double)
  }

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
  /// - Throws: ``NotebookError`` when the interpreter refuses the seed of the front matter.
  public func run(onEvent: (Event) -> Void = { _ in }) throws -> NotebookRun {
    let clock = ContinuousClock()
    let start = clock.now
    var isCancelled = try !setSeed()
    var names = FigureNames()
    var cells: [CellRun] = []
    for (index, cell) in notebook.cells.enumerated() {
      if isCancelled || interpreter.cancellation.isRequested {
        isCancelled = true
        cells.append(CellRun(cell: cell, status: .notRun))
        continue
      }
      onEvent(.began(cell, number: index + 1, of: notebook.cells.count))
      var run = CellRun(cell: cell, status: .fine)
      let cellStart = clock.now
      do {
        try evaluate(cell, into: &run, names: &names)
      } catch {
        isCancelled = error is Cancelled || interpreter.cancellation.isRequested
        run.status = isCancelled ? .cancelled : cell.options.mayFail ? .failedAsAllowed : .failed
        run.error = isCancelled ? nil : Privacy.scrub("\(error)")
      }
      run.seconds = (clock.now - cellStart).seconds
      cells.append(run)
      onEvent(.ended(cell, run.status, seconds: run.seconds))
    }
    interpreter.progress.finish()
    return NotebookRun(
      notebook: notebook, cells: cells, versions: versions, settings: settings,
      seconds: (clock.now - start).seconds)
  }

  private func evaluate(
    _ cell: Notebook.Cell, into run: inout CellRun, names: inout FigureNames
  ) throws {
    for line in cell.lines {
      try interpreter.cancellation.check()
      let origin = Origin.cell(file: notebook.file, id: cell.id, line: line.number)
      guard let evaluation = try interpreter.evaluate(line.text, from: origin) else { continue }
      run.commands.append(CellRun.Command(evaluation))
      for item in evaluation.result.items {
        run.outputs.append(try output(item, of: cell, names: &names))
      }
    }
  }

  private func output(
    _ item: Result.Item, of cell: Notebook.Cell, names: inout FigureNames
  ) throws -> CellRun.Output {
    switch item {
    case .scalar(let scalar): return .scalar(scalar)
    case .table(let table): return .table(Privacy.scrub(table))
    case .text(let text): return .text(Privacy.scrub(text))
    case .note(let note): return .note(Note(Privacy.scrub(note.text), level: note.level))
    case .figure(let figure):
      let name = names.next(for: cell.id)
      return .figure(figure, try renderer.render(figure, name: name), name: name)
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
        file: notebook.file, line: line, "cannot set the seed: \(Privacy.scrub("\(error)"))")
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
    interpreter.settings.map { NamedValue($0.name, Privacy.scrub($0.value)) }
  }
}

/// Gives each figure a name of its own, after its cell, so that no two have a file in common.
private struct FigureNames {
  private var taken: Set<String> = []

  mutating func next(for id: String) -> String {
    let name = CellSlug(named: id).unused { name in
      Self.files(of: name).contains { taken.contains($0) }
    }
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
