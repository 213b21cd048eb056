import Testing

@testable import BasinREPL

@Suite struct DisplayTextTests {
  @Test(arguments: [
    ("layer1.weight", "layer1.weight"),
    ("a\u{1B}[2Jb", "a\\x1b[2Jb"),
    ("one\ntwo\r\tthree\u{7F}\u{9B}", "one\\ntwo\\r three\\x7f\\x9b"),
    ("left\u{202E}right", "left\\u202eright"),
    ("é 漢字 👍", "é 漢字 👍"),
  ])
  func controlsBecomeVisible(text: String, shown: String) {
    #expect(DisplayText.neutralised(text) == shown)
  }

  @Test(arguments: [
    ("", 0), ("seed", 4), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("ｶﾅ", 2), ("👍", 2),
  ])
  func widthIsThatOfTheTerminal(text: String, width: Int) {
    #expect(DisplayText.width(text) == width)
  }

  @Test func paddingCountsColumns() {
    #expect(DisplayText.padded("漢", to: 4) == "漢  ")
    #expect(DisplayText.padded("7", to: 3, flushRight: true) == "  7")
    #expect(DisplayText.padded("long", to: 2) == "long")
  }

  @Test func shorteningSaysSo() {
    #expect(DisplayText.shortened("accuracy", to: 8) == "accuracy")
    #expect(DisplayText.shortened("accuracy", to: 5) == "accu…")
    #expect(DisplayText.shortened("漢字漢字", to: 4) == "漢…")
    #expect(DisplayText.shortened("a", to: 0) == "")
    #expect(DisplayText.shortenedInside("runs/seed0/last.pt", to: 11) == "runs/…st.pt")
  }

  @Test func wrappingKeepsWordsAndIndentation() {
    #expect(
      DisplayText.wrapped("  the plane holds three points", to: 14) == [
        "  the plane", "  holds three", "  points",
      ])
    #expect(DisplayText.wrapped("incomprehensibilities", to: 5) == ["incomprehensibilities"])
  }
}
