import Foundation
import TestSupport
import Testing

/// The script of a page sorts tables by what numbers are, not by how they are written.
@Suite(
  .enabled(
    if: Browser.path != nil || ProcessInfo.processInfo.environment["CI"] != nil,
    "Chromium is not installed: script/setup --tests"))
struct SortingTests {
  /// The rows by their second column, after clicks on the header of another.
  private func rows(
    _ page: BrowserPage, clicking header: Int, times: Int
  ) throws -> [String] {
    try page.strings(
      """
      (() => {
        const table = document.querySelector('table.sortable');
        for (let i = 0; i < \(times); i += 1)
          table.tHead.rows[0].cells[\(header)].querySelector('button').click();
        return Array.from(table.tBodies[0].rows).map((row) => row.cells[1].textContent);
      })()
      """)
  }

  // Columns: label, n, n², root; the last row has NaN and −∞, and the root of −9 is missing.
  @Test func byValueWithMissingOnesLast() throws {
    let report = try WrittenReport("# T\n\n```basin id=a\ntable 100 -9 20 3\n```\n")
    defer { report.remove() }
    let page = try Browser().page()
    try page.open(report.folder + "/index.html")
    let written = ["100", "-9", "20", "3", "0"]
    #expect(try rows(page, clicking: 1, times: 0) == written)
    #expect(try rows(page, clicking: 1, times: 1) == ["-9", "0", "3", "20", "100"])
    #expect(try rows(page, clicking: 1, times: 1) == ["100", "20", "3", "0", "-9"])
    #expect(try rows(page, clicking: 1, times: 1) == written)
    // 9, 81, 400, 10,000; NaN stays last both ways.
    #expect(try rows(page, clicking: 2, times: 1) == ["3", "-9", "20", "100", "0"])
    #expect(try rows(page, clicking: 2, times: 1) == ["100", "20", "-9", "3", "0"])
    // −∞ is less than all, and what is missing is last both ways.
    #expect(try rows(page, clicking: 3, times: 1) == ["0", "3", "20", "100", "-9"])
    #expect(try rows(page, clicking: 3, times: 1) == ["100", "20", "3", "0", "-9"])
    // Words: four are alike and stay in order.
    #expect(try rows(page, clicking: 0, times: 1) == written)
    #expect(try rows(page, clicking: 0, times: 1) == ["0", "100", "-9", "20", "3"])
    #expect(page.complaints == [])
  }
}
