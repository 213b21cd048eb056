import Testing

@testable import BasinREPL

@Suite struct CompletionTests {
  private func completions(_ texts: [String]) -> Completions {
    Completions(texts.map { .init($0, kind: .command) }, replacing: 0..<0)
  }

  @Test func whatTabDoes() {
    #expect(completions([]).step(typed: "x") == .nothing)
    #expect(completions(["load"]).step(typed: "lo") == .insert("load "))
    #expect(completions(["disagreement", "distance"]).step(typed: "d") == .insert("dis"))
    #expect(completions(["disagreement", "distance"]).step(typed: "dis") == .list)
    #expect(completions(["a", "b"]).step(typed: "") == .list)
    let folder = Completions(
      [.init("runs/", kind: .path, appendsSpace: false)], replacing: 0..<0)
    #expect(folder.step(typed: "r") == .insert("runs/"))
  }

  @Test func whatIsSharedDoesNotEndAmidAnEscape() {
    #expect(completions([#"a\ b"#, #"a\'c"#]).step(typed: "") == .insert("a"))
  }

  @Test(arguments: [
    ("", 0..<0, "", []),
    ("load", 0..<4, "load", []),
    ("load ", 5..<5, "", ["load"]),
    (#"load my\ runs/se"#, 5..<16, "my runs/se", ["load"]),
    (#"load "my runs/se"#, 5..<16, "my runs/se", ["load"]),
    (#"é 'a b' 漢"#, 8..<9, "漢", ["é", "a b"]),
  ])
  func wordsAreFound(line: String, range: Range<Int>, text: String, preceding: [String]) {
    let word = TypedWord(in: line, at: line.unicodeScalars.count)
    #expect(word.range == range)
    #expect(word.text == text)
    #expect(word.preceding == preceding)
  }

  @Test func onlyWhatStandsBeforeTheCursorCounts() {
    #expect(TypedWord(in: "load runs", at: 2).text == "lo")
    #expect(TypedWord(in: "load", at: 99).text == "load")
    #expect(TypedWord(in: "load", at: -1).text == "")
  }

  @Test(arguments: [
    ("a", "my runs", true, #"my\ runs"#),
    ("'a", "it's", true, #"'it'\''s'"#),
    ("'a", "my runs/", false, "'my runs/"),
    ("\"a", #"say "a\b""#, true, #""say \"a\\b\"""#),
    ("", "#1", true, "\\#1"),
  ])
  func wordsAreQuotedAsTheyWereBegun(typed: String, meant: String, isComplete: Bool, quoted: String)
  {
    let word = TypedWord(in: typed, at: typed.unicodeScalars.count)
    #expect(word.quoted(meant, isComplete: isComplete) == quoted)
    // What is quoted reads as what is meant.
    #expect(TypedWord(in: quoted, at: quoted.unicodeScalars.count).text == meant)
  }

  @Test func candidatesAreListedInColumnsByKind() {
    let files = ["epoch1", "epoch2", "epoch10", "seed", "x"]
    let candidates = files.map { Completions.Candidate($0, kind: .path) }
    #expect(
      CandidateList.lines(candidates, columns: 27, rows: 20) == [
        "epoch1   epoch10  x", "epoch2   seed",
      ])
    #expect(
      CandidateList.lines(
        [.init("seeds", kind: .name)] + candidates, columns: 80, rows: 20) == [
          "names:", "seeds", "files:", "epoch1   epoch2   epoch10  seed     x",
        ])
    #expect(
      CandidateList.lines(candidates, columns: 8, rows: 3) == [
        "epoch1", "epoch2", "… 5 in all; type more of the word",
      ])
  }
}

@Suite struct PathCompleterTests {
  private let folder: TemporaryFolder
  private let completer: PathCompleter

  init() throws {
    folder = try TemporaryFolder()
    for name in ["runs", "my runs"] { try folder.makeFolder(name) }
    for name in ["epoch10.pt", "epoch2.pt", ".hidden", "my runs/seed 1.pt", "runs/漢字.pt", "a\nb"] {
      try folder.makeFile(name)
    }
    completer = PathCompleter(folder: folder.path, home: folder.path + "/my runs")
  }

  private func texts(_ line: String) -> [String] {
    completer.completions(for: line, at: line.unicodeScalars.count).candidates.map(\.text)
  }

  @Test func namesComeInNaturalOrderWithoutHiddenOnes() {
    #expect(texts("load ") == ["epoch2.pt", "epoch10.pt", #"my\ runs/"#, "runs/"])
    #expect(texts("load .") == [".hidden"])
    #expect(texts("load zzz").isEmpty)
    #expect(texts("load nowhere/").isEmpty)
  }

  @Test func blanksAreEscapedOrQuoted() {
    #expect(texts("load my") == [#"my\ runs/"#])
    #expect(texts(#"load my\ runs/"#) == [#"my\ runs/seed\ 1.pt"#])
    #expect(texts(#"load "my runs/s"#) == [#""my runs/seed 1.pt""#])
    #expect(texts("load 'my") == ["'my runs/"])
    #expect(texts("load runs/漢") == ["runs/漢字.pt"])
  }

  @Test func theHomeFolderAndOptionValuesAreUnderstood() {
    #expect(texts("load ~") == [#"~/seed\ 1.pt"#])
    #expect(texts("load ~/s") == [#"~/seed\ 1.pt"#])
    #expect(texts("save --to=ru") == ["--to=runs/"])
    #expect(texts("load \(folder.path)/ru") == [folder.path + "/runs/"])
  }

  @Test func foldersGoOnAndFilesEndTheWord() {
    let candidates = completer.completions(for: "x ", at: 2).candidates
    #expect(candidates.map(\.appendsSpace) == [true, true, false, false])
    #expect(candidates.map(\.label) == ["epoch2.pt", "epoch10.pt", "my runs/", "runs/"])
  }
}
