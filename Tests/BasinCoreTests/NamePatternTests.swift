import BasinCore
import Testing

@Suite struct NamePatternTests {
  @Test(
    "Stars and question marks match, and nothing else does",
    arguments: [
      ("body.*", "body.0.weight", true), ("body.*", "head.body.0", false), ("*", "", true),
      ("a?c", "abc", true), ("a?c", "ac", false), ("w=[8]", "w=[8]", true), ("w=[8]", "w=8", false),
      ("*.bias", "fc.bias", true), ("*a*b", "aabab", true), ("*a*b", "aaba", false),
      ("", "a", false), ("a?c", "aéc", true), ("a?c", "a中c", true), ("a??c", "aéc", false),
    ])
  func matches(pattern: String, name: String, isMatch: Bool) {
    #expect(NamePattern(pattern).matches(name) == isMatch)
  }
}
