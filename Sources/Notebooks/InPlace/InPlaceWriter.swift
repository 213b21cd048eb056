import BasinCore
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Writes what cells returned into their notebook: below each cell a fenced `basin-output` block, which
/// the next run replaces. Everything else in the file stays as it is, byte for byte.
public struct InPlaceWriter {
  private let run: NotebookRun

  /// Prepares to write a run back.
  public init(_ run: NotebookRun) { self.run = run }

  /// Writes the notebook, and says of the run that this file is what was run.
  ///
  /// - Returns: the run with the new file's SHA-256 and size, for the report.
  /// - Throws: ``NotebookError`` when the file is no more what was run; `FileError`.
  public func write() throws -> NotebookRun {
    let path = run.notebook.file
    guard let old = FileManager.default.contents(atPath: path),
      SHA256.hexadecimal(of: old) == run.notebook.sha256
    else {
      throw NotebookError(
        file: path, "the file has changed since it was read, so outputs are not written into it")
    }
    let new = Data(text(of: String(decoding: old, as: UTF8.self)).utf8)
    var run = run
    if new != old {
      guard new.count <= Notebook.largestSize else {
        throw NotebookError(
          file: path,
          "with its outputs the notebook would have \(new.count) bytes, more than the "
            + "\(Notebook.largestSize) that can be read again")
      }
      try Self.replace(FilePath.real(path), with: new)
      run.notebook.sha256 = SHA256.hexadecimal(of: new)
      run.notebook.size = new.count
    }
    return run
  }

  // The file keeps who may read it, and one that may not be written stays.
  private static func replace(_ path: String, with data: Data) throws {
    var status = stat()
    guard stat(path, &status) == 0, access(path, W_OK) == 0 else {
      throw FileError("cannot write", path, errno)
    }
    try AtomicFile.write(to: path) { descriptor in
      guard fchmod(descriptor, status.st_mode & 0o777) == 0 else {
        throw FileError("cannot write", path, errno)
      }
      try data.withUnsafeBytes { try AtomicFile.writeAll($0, to: descriptor, path: path) }
    }
  }

  /// The notebook's text with the outputs of this run in place of older ones. Cells that were not run
  /// keep theirs.
  func text(of source: String) -> String {
    let lines = PhysicalLine.lines(of: source)
    var insertions: [Int: String] = [:]
    var kept: [ClosedRange<Int>] = []
    for cell in NumberedRun(run).cells {
      let end = cell.run.cell.range.upperBound
      switch cell.run.status {
      case .cancelled, .notRun, .skipped:
        kept += run.notebook.outputLines.filter { follows(end, $0) }
      case .fine, .failed, .failedAsAllowed: insertions[end] = OutputText(cell).text
      }
    }
    let removed = Set(run.notebook.outputLines.filter { !kept.contains($0) }.joined())
    var text = ""
    for (index, line) in lines.enumerated() where !removed.contains(index + 1) {
      text += line.text + line.ending
      guard let output = insertions[index + 1] else { continue }
      let ending = line.ending.isEmpty ? "\n" : line.ending
      if line.ending.isEmpty { text += ending }
      let block = MarkdownText.fenced(output, info: OutputBlocks.word)
      text +=
        ending
        + block.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0 + ending }.joined()
    }
    return text
  }

  // Only blank lines are between a cell and its output.
  private func follows(_ cellEnd: Int, _ block: ClosedRange<Int>) -> Bool {
    guard block.lowerBound > cellEnd else { return false }
    let body = run.notebook.body.split(separator: "\n", omittingEmptySubsequences: false)
    let between = (cellEnd + 1)..<block.lowerBound
    return between.allSatisfy { line in
      body[line - run.notebook.bodyLine].allSatisfy(\.isWhitespace)
    }
  }
}

/// A line of a file with what ends it.
struct PhysicalLine {
  var text: String
  var ending: String

  /// The lines, counted as notebooks count them: ended by `\n`, `\r` or both.
  static func lines(of source: String) -> [PhysicalLine] {
    var lines: [PhysicalLine] = []
    var text = String.UnicodeScalarView()
    var scalars = source.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      guard scalar == "\n" || scalar == "\r" else {
        text.append(scalar)
        continue
      }
      var ending = String(scalar)
      if scalar == "\r", scalars.first == "\n" {
        scalars.removeFirst()
        ending = "\r\n"
      }
      lines.append(PhysicalLine(text: String(text), ending: ending))
      text = .init()
    }
    if !text.isEmpty { lines.append(PhysicalLine(text: String(text), ending: "")) }
    return lines
  }
}
