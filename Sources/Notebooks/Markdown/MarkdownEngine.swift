import CCmark

/// The library that reads and writes Markdown.
public enum MarkdownEngine {
  /// cmark's version, as the library that is loaded says it: `0.30.2`.
  public static var version: String { String(cString: cmark_version_string()) }
}
