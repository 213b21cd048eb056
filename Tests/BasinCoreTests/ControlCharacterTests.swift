import BasinCore
import Testing

@Suite struct ControlCharacterTests {
  @Test(arguments: [
    ("a\0b", 1, "U+0000"), ("a\nb\r\nc\rd\u{1B}[2J", 4, "U+001B"), ("\u{7F}", 1, "U+007F"),
    ("\n\u{85}", 2, "U+0085"), ("\u{FFFE}", 1, "U+FFFE"), ("\r\n\u{8}", 2, "U+0008"),
  ])
  func isFoundWithItsLine(text: String, line: Int, name: String) {
    let odd = ControlCharacter.first(in: text)
    #expect(odd?.line == line && odd?.name == name, "\(String(describing: odd))")
  }

  @Test(arguments: ["", "a\tb\nc\r\n", "é\u{A0}\u{202E}\u{FEFF}😀\u{10FFFF}"])
  func otherTextHasNone(text: String) { #expect(ControlCharacter.first(in: text) == nil) }
}
