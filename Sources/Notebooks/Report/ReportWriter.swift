import BasinCore
import Foundation

/// Writes the report of a run: a folder with
///
/// - `index.html`, one page that needs nothing else,
/// - `report.md`, the same in Markdown,
/// - `report.ipynb`, `report.json` and `report.pdf`, where they are asked for,
/// - `figures/`, each figure as SVG for light and dark pages and as PNG, with the gnuplot script
///   and the data that draw it again,
/// - `results.json`, every number, the same bytes for the same results,
/// - `provenance.json`, what the numbers come from, and all that differs between two runs: times
///   and the command line.
///
/// The folder is built beside its target and put in its place at the end, so a reader sees the
/// old report or the new one, whole, whenever the program is stopped. All that was in an older
/// report goes: to restyle a figure, copy its script out first.
public struct ReportWriter {
  /// The forms of the report. Figures, results and provenance are written in any case.
  public var formats = ReportFormat.standard
  /// What makes the PDF; needed where the formats include it.
  public var printer: PagePrinter?

  private let commandLine: PublicCommandLine
  private let date: Date

  /// Prepares a writer.
  ///
  /// - Parameters:
  ///   - commandLine: the program's arguments, for `provenance.json`.
  ///   - date: when the run was made, for `provenance.json`.
  public init(commandLine: [String] = [], date: Date = Date()) {
    self.commandLine = PublicCommandLine(commandLine)
    self.date = date
  }

  /// Writes the report of `run` to `folder`, in place of an older report there.
  ///
  /// - Throws: ``ReportError`` when something else is in the folder's place; `FileError` when it
  ///   cannot be written; then what was there is untouched. ``PrintError`` or `Cancelled` when there
  ///   is no PDF; then the rest of the report is there.
  public func write(_ run: NotebookRun, to folder: String) throws {
    let report = NumberedRun(run)
    var failure: (any Error)?
    try ReportFolder.replace(folder) { folder in
      for figure in report.figures {
        for file in figure.files {
          try AtomicFile.write(file.data, to: "\(folder)/figures/\(file.name)")
        }
      }
      func write(_ format: ReportFormat, _ data: @autoclosure () throws -> Data) throws {
        guard formats.contains(format) else { return }
        try AtomicFile.write(try data(), to: "\(folder)/\(format.fileName)")
      }
      try write(.md, Data(MarkdownReport(report).text.utf8))
      try write(.ipynb, JupyterFile(report).json())
      try write(.json, WholeFile(report).json())
      try AtomicFile.write(ResultsFile(report).json(), to: "\(folder)/results.json")
      try AtomicFile.write(
        ProvenanceFile(report, commandLine: commandLine, date: date).json(),
        to: "\(folder)/provenance.json")
      try write(.html, Data(Page(report).html.utf8))
      do {
        if let printer { try write(.pdf, printer.print(Page(report).html)) }
      } catch let error where error is PrintError || error is Cancelled {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}

/// A report cannot be put where it should go.
public struct ReportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The report's folder.
  public var folder: String
  /// What is in its place.
  public var stranger: String

  /// One line for a person.
  public var description: String {
    "cannot write the report to \(folder): \(stranger) is there, which is no part of a report; "
      + "move it, or choose another folder"
  }
}
