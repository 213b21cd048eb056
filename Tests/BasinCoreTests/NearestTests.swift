import BasinCore
import Testing

@Suite struct NearestTests {
  @Test(
    arguments: [
      ("similarty", "similarity"), ("dissagreement", "disagreement"), ("sim", "similarity"),
      ("SEEDS", "seeds"), ("xyz", nil), ("", nil),
    ] as [(String, String?)])
  func mistypedWords(word: String, meant: String?) {
    #expect(nearest(word, in: ["similarity", "disagreement", "seeds"]) == meant)
  }
}
