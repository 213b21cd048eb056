import BasinCore
import Foundation

/// Keeps the machine out of reports: paths below the working folder are shown relative to it, and
/// the home folder as `~`.
///
/// Only types that are fit for others to read call it: ``CellRun/Output``, ``PublicRun``,
/// ``PublicCommandLine`` and ``PublicFile``. What writes for others takes these.
enum Privacy {
  static func scrub(
    _ text: String, workingFolder: String = FileManager.default.currentDirectoryPath,
    homes: [String] = ownHomes
  ) -> String {
    var text = text
    if workingFolder.count > 1 { text = replacing(workingFolder + "/", with: "", in: text) }
    for home in homes where home.count > 1 {
      text = replacing(home + "/", with: "~/", in: text)
      if text == home { text = "~" }
    }
    return text
  }

  // That of the environment, which shells take, may be another than the system's.
  static let ownHomes: [String] = {
    let given = ProcessInfo.processInfo.environment["HOME"].map(FilePath.written)
    return (given.map { [$0] } ?? []) + [NSHomeDirectory()]
  }()

  /// A figure or a scalar with all its texts scrubbed: titles, labels, names.
  static func scrub<Value: Codable>(_ value: Value) throws -> Value {
    let marks = marks
    guard hasText(value, where: { text in marks.contains { text.contains($0) } }) else {
      return value
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let text = scrub(String(decoding: try encoder.encode(value), as: UTF8.self))
    return try decoder.decode(Value.self, from: Data(text.utf8))
  }

  // Whether a text in the value is so, without a look at each of its numbers.
  private static func hasText(_ value: Any, where isSought: (String) -> Bool) -> Bool {
    if let text = value as? String { return isSought(text) }
    if value is Double || value is [Double] || value is [Int] { return false }
    return Mirror(reflecting: value).children.contains { hasText($0.value, where: isSought) }
  }

  private static var marks: [String] {
    ([FileManager.default.currentDirectoryPath] + ownHomes).filter { $0.count > 1 }
  }

  static func scrub(_ item: Result.Item) throws -> Result.Item {
    switch item {
    case .scalar(let scalar): .scalar(try scrub(scalar))
    case .table(let table): .table(scrub(table))
    case .figure(let figure): .figure(try scrub(figure))
    case .text(let text): .text(scrub(text))
    case .note(let note): .note(Note(scrub(note.text), level: note.level))
    }
  }

  static func scrub(_ table: Table) -> Table {
    let columns = table.columns.map { column in
      var column = column
      column.name = scrub(column.name)
      column.unit = column.unit.map { scrub($0) }
      return column
    }
    let rows = table.rows.map { row in
      row.map { cell in
        if case .text(let text) = cell { Table.Cell.text(scrub(text)) } else { cell }
      }
    }
    return Table(scrub(table.title), columns: columns, rows: rows)
  }

  /// The text without anyone's home folder: for what others will read.
  static func scrubPublic(_ text: String) -> String {
    homes.reduce(scrub(text)) { text, parent in
      replacing(parent, with: "~", withNextName: true, in: text)
    }
  }

  /// What there is to scrub from a text for others has one of these in it.
  static var publicMarks: [String] {
    marks.map { $0 + "/" } + homes
  }

  private static let homes = ["/home/", "/Users/"]

  // Only where a path begins: `/work/` is none of the machine's in `https://example.org/work/`.
  private static func replacing(
    _ folder: String, with short: String, withNextName: Bool = false, in text: String
  ) -> String {
    guard text.contains(folder) else { return text }
    func isOfName(_ character: Character) -> Bool {
      character.isLetter || character.isNumber || "._-~".contains(character)
    }
    var result = ""
    var rest = text[...]
    while let found = rest.firstRange(of: folder) {
      let before = rest[..<found.lowerBound]
      let name = rest[found.upperBound...].prefix { withNextName && isOfName($0) }
      let isFolder =
        !((before.last ?? result.last).map(isOfName) ?? false) && !(withNextName && name.isEmpty)
      result += before + (isFolder ? short : folder)
      rest = rest[(isFolder ? name.endIndex : found.upperBound)...]
    }
    return result + rest
  }
}
