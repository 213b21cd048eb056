import Testing

@testable import BasinREPL

@Suite struct LineGeometryTests {
  @Test(arguments: [
    ("basin> load", 7, 80, 0, 7, 0, 11),
    ("basin> 0123456789", 8, 10, 0, 8, 1, 7),
    // A full row leaves the cursor at the start of the next.
    ("0123456789", 10, 10, 1, 0, 1, 0),
    // A wide character does not straddle two rows.
    ("012345678漢", 9, 10, 0, 9, 1, 2),
    ("ab\nbck:", 2, 10, 0, 2, 1, 4),
    ("", 0, 10, 0, 0, 0, 0),
  ])
  func rowsAndColumns(
    text: String, cursor: Int, columns: Int, row: Int, column: Int, endRow: Int, endColumn: Int
  ) {
    let geometry = LineGeometry(text, cursor: cursor, columns: columns)
    #expect(geometry.cursor == .init(row: row, column: column))
    #expect(geometry.end == .init(row: endRow, column: endColumn))
  }
}
