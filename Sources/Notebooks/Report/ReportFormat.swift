/// A form in which a report is written.
public enum ReportFormat: String, Sendable, CaseIterable {
  /// One page that needs nothing else.
  case html
  /// Markdown, with figures beside it.
  case md
  /// A Jupyter notebook with its outputs, nbformat 4.5.
  case ipynb
  /// Everything as data, in one file.
  case json
  /// The page on paper, printed by Chromium.
  case pdf

  /// What a report has unless others are asked for.
  public static let standard: Set<ReportFormat> = [.html, .md]

  /// The file's name in the report's folder.
  public var fileName: String { self == .html ? "index.html" : "report.\(rawValue)" }
}
