import BasinKit
import BasinSession
import Foundation
import Testing

private let home = ProcessInfo.processInfo.environment["HOME"] ?? "~"

@Suite struct LineTests {
  @Test(
    arguments: [
      ("ls", nil, ["ls"]),
      ("d = diversity seeds --split test", "d", ["diversity", "seeds", "--split", "test"]),
      ("load 'my runs/a b.pt' c\\ d.pt", nil, ["load", "my runs/a b.pt", "c d.pt"]),
      (#"load "a \"b\".pt""#, nil, ["load", #"a "b".pt"#]),
      ("eval seeds # the rest is a comment", nil, ["eval", "seeds"]),
      ("load epoch#1.pt", nil, ["load", "epoch#1.pt"]),
      (
        "load ~/a.pt '~/b.pt' \\~/c.pt x~/d", nil,
        ["load", home + "/a.pt", "~/b.pt", "~/c.pt", "x~/d"]
      ),
      ("load ~ ~user", nil, ["load", home, "~user"]),
      // A mark makes another character of a quote, of a blank and of a backslash; they are what they are.
      ("load 'a\u{301} b'\u{301}c", nil, ["load", "a\u{301} b\u{301}c"]),
      ("load \"'\u{301}\" \u{301}a", nil, ["load", "'\u{301}", "\u{301}a"]),
      ("load \\#\u{301} \"\\\\\u{301}\"", nil, ["load", "#\u{301}", "\\\u{301}"]),
      ("note 👩‍👩‍👧 ⚠️ می‌خواهم", nil, ["note", "👩‍👩‍👧", "⚠️", "می‌خواهم"]),
    ] as [(String, String?, [String])])
  func linesAreTakenApart(text: String, binding: String?, words: [String]) throws {
    let line = try #require(try Line(text))
    #expect(line.binding == binding)
    #expect(line.words == words)
    #expect(try Line(Line.joined(words))?.words == words)
  }

  @Test(arguments: ["", "   ", "# only a comment"])
  func emptyLinesAreNothing(text: String) throws { #expect(try Line(text) == nil) }

  @Test(arguments: [
    ("eval 'seeds", "a ' is opened and not closed"),
    (
      "3d = eval seeds",
      "'3d' is no name; a name has letters, digits, _ and -, and begins with a letter or _"
    ),
    (
      "save checkpoints g ''", "the line has an empty word, '' or \"\"; fill it in, or leave it out"
    ),
    ("d =", "nothing follows 'd ='; a command should"),
    (
      "ls \u{202E}x",
      "this line does not show all that is in it: it has the hidden character U+202E; take it out, "
        + "or write * for it in a file's name"
    ),
  ])
  func brokenLinesAreErrors(text: String, message: String) {
    let error = #expect(throws: CommandError.self) { _ = try Line(text) }
    #expect(error?.description == message)
  }

  @Test func aLineHasAThousandWordsAtMost() throws {
    let words = Array(repeating: "a", count: 1000)
    #expect(try Line(words.joined(separator: " "))?.words == words)
    #expect(try Line("x = " + words.joined(separator: " "))?.words == words)
    let error = #expect(throws: CommandError.self) {
      _ = try Line((words + ["b"]).joined(separator: " "))
    }
    #expect(
      error?.description
        == "the command has 1001 words, and more than 1000 are refused; choose files with a pattern in quotes, such as "
        + "'runs/*.pt', and checkpoints with a range, such as seeds[0..99]")
  }
}
