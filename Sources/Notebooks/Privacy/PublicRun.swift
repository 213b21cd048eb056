import BasinCore

/// A run as others may read it: without the machine's folders. Renderers take nothing else, and there is no
/// way to make one that does not scrub it.
///
/// Prose, front matter and captions stay as the author wrote them.
@dynamicMemberLookup struct PublicRun: Sendable {
  private let run: NotebookRun

  init(_ run: NotebookRun) {
    var run = run
    run.notebook.file = Privacy.scrub(run.notebook.file)
    for index in run.notebook.parameters.indices {
      run.notebook.parameters[index].value = Privacy.scrub(run.notebook.parameters[index].value)
    }
    run.cells = run.cells.map(Self.scrubbed)
    run.versions = run.versions.map(Self.scrubbed)
    run.plugins = run.plugins.map(Self.scrubbed)
    run.settings = run.settings.map(Self.scrubbed)
    self.run = run
  }

  subscript<Value>(dynamicMember path: KeyPath<NotebookRun, Value>) -> Value {
    run[keyPath: path]
  }

  /// The notebook, as provenance records it.
  var notebookFile: InputFile {
    InputFile(path: run.notebook.file, sha256: run.notebook.sha256, size: run.notebook.size)
  }

  // What a cell returned is so already: see `CellRun.Output`.
  private static func scrubbed(_ run: CellRun) -> CellRun {
    var run = run
    run.cell.source = Privacy.scrub(run.cell.source)
    for index in run.cell.lines.indices {
      run.cell.lines[index].text = Privacy.scrub(run.cell.lines[index].text)
    }
    run.commands = run.commands.map(scrubbed)
    run.error = run.error.map { Privacy.scrub($0) }
    return run
  }

  private static func scrubbed(_ command: CellRun.Command) -> CellRun.Command {
    var command = command
    command.command = Privacy.scrub(command.command)
    command.plugin = command.plugin.map { Privacy.scrub($0) }
    for index in command.inputs.indices {
      command.inputs[index].path = Privacy.scrub(command.inputs[index].path)
    }
    return command
  }

  private static func scrubbed(_ value: NamedValue) -> NamedValue {
    NamedValue(Privacy.scrub(value.name), Privacy.scrub(value.value))
  }
}
