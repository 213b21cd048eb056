import BasinCore
import Testing

@Suite struct HiddenCharacterTests {
  @Test(arguments: [
    ("a\u{202E}b", 1, "U+202E"), ("\n\u{2066}", 2, "U+2066"), ("a\nb\r\nc\u{200B}", 3, "U+200B"),
    ("a\u{200D}b", 1, "U+200D"), ("\u{FEFF}", 1, "U+FEFF"), ("soft\u{AD}", 1, "U+00AD"),
    ("a\u{2028}b", 1, "U+2028"), ("\u{200F}שלום", 1, "U+200F"), ("x\u{E0041}", 1, "U+E0041"),
    ("\u{3164}", 1, "U+3164"), ("a\u{FE0F}", 1, "U+FE0F"), ("1\u{FE0F}", 1, "U+FE0F"),
    ("👩\u{200D}", 1, "U+200D"), ("👩\u{200D}x", 1, "U+200D"), ("س\u{200C}x", 1, "U+200C"),
    ("س\u{200C}\u{200C}س", 1, "U+200C"), ("\u{2060}", 1, "U+2060"), ("\u{FFF9}", 1, "U+FFF9"),
  ])
  func isFoundWithItsLine(text: String, line: Int, name: String) {
    let odd = HiddenCharacter.first(in: text)
    #expect(odd?.line == line && odd?.name == name, "\(String(describing: odd))")
  }

  /// Emoji, letters that join, other alphabets, marks, wide blanks.
  @Test(arguments: [
    "", "a\tb\nc\r\n", "é e\u{301} 漢字 שלום \u{A0}\u{3000}x", "👩‍👩‍👧 🏳️‍🌈 ❤️ ⚠️ 👍🏽 1️⃣ 🇩🇪 ☺︎",
    "می‌خواهم", "क्‍ष", "\u{10FFFD}",
  ])
  func otherTextHasNone(text: String) {
    #expect(HiddenCharacter.first(in: text) == nil)
    #expect(HiddenCharacter.removed(from: text) == text)
    #expect(VisibleText.lines(text).replacing("\\r", with: "\r") == text)
  }

  @Test func textWithoutThemIsAsItLooks() {
    #expect(HiddenCharacter.removed(from: "b\u{200B}a\u{202E}s👩\u{200D}👧") == "bas👩\u{200D}👧")
    #expect(
      VisibleText.line("b\u{200B}a\u{E0041}\u{202E}s") == "b\\u200ba\\U000e0041\\u202es")
  }
}
