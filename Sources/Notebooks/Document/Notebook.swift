// Notebooks owns the notebook document, its replay through an interpreter, and the report that a
// replay makes: Markdown, one HTML page, figures with their sources, JSON. It must not know
// commands, checkpoints, tensors or terminals: it sees lines go in and results come out.

import BasinCore
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A notebook: a CommonMark text whose fenced `basin` blocks are cells.
///
/// ````markdown
/// ---
/// title: How far apart are five seeds?
/// seed: 7
/// parameters:
///   epochs: 20
/// ---
/// Five networks, trained from five seeds.
///
/// ```basin id=training
/// train mlp --epochs {epochs} --as seeds
/// ```
/// ````
///
/// Parameters are filled in inside cells: `{epochs}` becomes `20`. A name in two pairs of braces,
/// `{{epochs}}`, stands for the text `{epochs}`; braces around anything but a name stay as they
/// are. Lines that begin with `#` are comments and stay as they are, too.
public struct Notebook: Sendable, Equatable {
  /// The file, as the user gave it, for messages and provenance.
  public var file: String
  /// SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.
  public var sha256: String
  /// The file's size in bytes.
  public var size: Int
  /// What the front matter says.
  public var frontMatter: FrontMatter
  /// The title: the front matter's, or else the first heading of the first level, or else the
  /// file's name without its extension.
  public var title = ""
  /// The lines of ``body`` that say the title again, counted from 1: reports leave them out.
  var titleLines: ClosedRange<Int>?
  /// The parameters with the values that this run uses, in the order of the front matter.
  public var parameters: [Parameter]
  /// The text below the front matter, its lines ended by `\n`.
  public var body: String
  /// The line of the file on which ``body`` begins, counted from 1.
  public var bodyLine: Int
  /// The lines of the file that an earlier run's outputs take up, counted from 1. In ``body`` they are
  /// blank.
  var outputLines: [ClosedRange<Int>]
  /// The cells, top to bottom.
  public var cells: [Cell]

  /// Prose beyond this size is refused: Markdown parsers take quadratic time on hostile text.
  public static let largestSize = 1 << 20

  /// Reads and parses a notebook.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - overrides: values for parameters, by name, in place of the front matter's.
  /// - Throws: ``NotebookError`` with file and line, or `FileError`.
  public init(contentsOf path: String, overrides: [String: String] = [:]) throws {
    var status = stat()
    guard stat(path, &status) == 0, access(path, R_OK) == 0 else {
      throw FileError("cannot read", path, errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw NotebookError(file: path, "this is no file that can be read as a notebook")
    }
    try SourceText.check(size: Int(status.st_size), file: path)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FileError("cannot read", path, EIO)
    }
    try self.init(data, file: path, overrides: overrides)
  }

  /// Parses the bytes of a notebook.
  ///
  /// - Parameters:
  ///   - data: UTF-8 text, with or without a byte order mark, its lines ended in any usual way.
  ///   - file: the name of the file, for messages.
  ///   - overrides: values for parameters, by name, in place of the front matter's.
  /// - Throws: ``NotebookError`` with file and line.
  public init(_ data: Data, file: String, overrides: [String: String] = [:]) throws {
    let source = try SourceText(data, file: file)
    self.file = file
    sha256 = SHA256.hexadecimal(of: data)
    size = data.count
    frontMatter = try FrontMatter(source)
    parameters = try frontMatter.parameters(with: overrides, file: file)
    bodyLine = source.bodyLine
    var tree = MarkdownTree(source.body)
    let outputs = OutputBlocks.lines(in: source.body, tree)
    body = OutputBlocks.blanked(outputs, in: source.body)
    if !outputs.isEmpty { tree = MarkdownTree(body) }
    let offset = bodyLine - 1
    outputLines = outputs.map { ($0.lowerBound + offset)...($0.upperBound + offset) }
    cells = try CellParser(
      body: body, tree: tree, bodyLine: bodyLine, file: file, fill: ParameterFill(parameters)
    ).cells()
    try checkThumbnail()
    let heading = tree.firstTitle
    title = frontMatter.title ?? heading?.text ?? name
    if let heading, heading.text == title { titleLines = heading.lines }
  }

  // A cell's first figure has its id, further ones a number behind it.
  private func checkThumbnail() throws {
    guard let name = frontMatter.thumbnail else { return }
    let ids = cells.map(\.id)
    let isThere = ids.contains {
      let (id, name) = ($0.lowercased(), name.lowercased())
      return name == id || (name.hasPrefix(id + "-") && Int(name.dropFirst(id.count + 1)) != nil)
    }
    guard !isThere else { return }
    throw NotebookError(
      file: file,
      "the thumbnail “\(name)” is the figure of no cell; "
        + (suggestion(for: name, among: ids) ?? "write the id of a cell that draws one"))
  }

  /// What the front matter of a notebook says of its parameters, as a table, whether or not they have
  /// values.
  ///
  /// - Throws: ``NotebookError`` with file and line, or `FileError`.
  public static func parameterTable(contentsOf path: String) throws -> Table {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FileError("cannot read", path, errno)
    }
    var table = Table(
      columns: [.text("parameter"), .text("type"), .text("default"), .text("what it is for")])
    for declaration in try FrontMatter(SourceText(data, file: path)).declarations {
      let choices = declaration.choices.map { "one of \($0.joined(separator: ", "))" }
      table.append([
        .text(declaration.name), .text(declaration.kind.name),
        declaration.value.map { .text($0) } ?? .missing,
        .text([declaration.help, choices].compactMap(\.self).joined(separator: "; ")),
      ])
    }
    return table
  }

  /// The file's name without folder and extension: what the report's folder is called.
  public var name: String {
    let name = file.split(separator: "/").last.map(String.init) ?? ""
    let stem = name.split(separator: ".").dropLast().joined(separator: ".")
    return stem.isEmpty ? (name.isEmpty ? "notebook" : name) : stem
  }
}
