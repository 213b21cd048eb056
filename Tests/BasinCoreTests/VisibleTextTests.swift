import BasinCore
import Testing

@Suite struct VisibleTextTests {
  @Test func aMessageHasAThousandCharactersAtMost() {
    let whole = String(repeating: "é", count: 1000)
    #expect(VisibleText.message(whole) == whole && Note(whole).text == whole)
    let long = "unknown '" + String(repeating: "漢", count: 5000) + "'; see `help`"
    let shown = VisibleText.message(long)
    #expect(shown.hasPrefix("unknown '漢") && shown.hasSuffix("漢'; see `help`"))
    #expect(shown.contains("漢 … (4022 characters left out) … 漢"))
    #expect(shown.unicodeScalars.count == 1000 + " … (4022 characters left out) … ".count)
    #expect(Note(long).text == shown)
  }

  /// What is escaped counts as it is shown, and marks on one letter count one by one.
  @Test(arguments: ["\u{1B}", "e" + String(repeating: "\u{301}", count: 100)])
  func aMessageIsMeasuredAsItIsShown(part: String) {
    let shown = VisibleText.message(String(repeating: part, count: 1000))
    #expect(shown.unicodeScalars.count < 1050 && shown.contains("left out"))
  }
}
