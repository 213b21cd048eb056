import Foundation
import TestSupport
import Testing

/// Figures at terminals that answer in different ways.
@Suite(.serialized) struct InlineFigureTests {
  private let folder = try! TemporaryFolder()

  // The questions that end a round, and what terminals say to them.
  private static let attributes = "\u{1B}[c"
  private static let kittyQuestion = "\u{1B}_Gi=31"
  private static let kitty = [
    ("\u{1B}]11;?", "\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\"), ("\u{1B}[16t", "\u{1B}[6;20;10t"),
    ("\u{1B}[>q", "\u{1B}P>|kitty(0.35.2)\u{1B}\\"), (kittyQuestion, "\u{1B}_Gi=31;OK\u{1B}\\"),
    (attributes, "\u{1B}[?62;c"),
  ]
  private static let sixel = [
    ("\u{1B}[16t", "\u{1B}[6;16;8t"), ("\u{1B}[>q", "\u{1B}P>|XTerm(379)\u{1B}\\"),
    (attributes, "\u{1B}[?64;1;2;4;6c"),
  ]

  /// A prompt where a figure can be drawn: a histogram of a small file's tensors.
  private func prompt(
    _ answers: [(String, String)], environment: [String: String] = [:]
  ) throws -> TerminalProgram {
    let header = Data(#"{"w":{"dtype":"F32","shape":[64],"data_offsets":[0,256]}}"#.utf8)
    var file = Data()
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { file.append(contentsOf: $0) }
    file.append(header)
    for index in 0..<64 {
      withUnsafeBytes(of: sin(Float(index))) { file.append(contentsOf: $0) }
    }
    try file.write(to: URL(fileURLWithPath: folder.path + "/w.safetensors"))
    let basin = try TerminalProgram(
      "basin", home: folder.path, rows: 80, environment: environment, answers: answers)
    try basin.wait(for: "basin> ")
    return basin
  }

  private func show(_ basin: TerminalProgram, figuresAs value: String) throws {
    basin.type("set figures \(value)\r")
    try basin.wait(for: "figures is \(value)")
    // What is typed before the prompt is there, the terminal echoes once more.
    try basin.wait(for: "basin> ")
  }

  private func figure(_ basin: TerminalProgram) throws -> String {
    basin.type("histogram w.safetensors\r")
    try basin.wait(for: "safetensors\r\n")
    return try basin.wait(for: "basin> ")
  }

  @Test func kittyGraphicsAreUsedWhereTheTerminalSaysSo() throws {
    let basin = try prompt(Self.kitty)
    let shown = try figure(basin)
    let pieces = shown.matches(of: #/\u{1B}_G([^;]*);([A-Za-z0-9+\/=]*)\u{1B}\\/#)
      .filter { !$0.1.contains("a=q") }
    let png = try #require(Data(base64Encoded: pieces.map { String($0.2) }.joined()))
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(png.suffix(8).starts(with: Data("IEND".utf8)))
    // 640 px of a page at 10 pixels a cell, for 8: 800 pixels, as the header says.
    #expect(png[16..<20].elementsEqual([0, 0, 3, 32]))
    #expect(pieces.first?.1.contains("q=2") == true)
    // It is asked once.
    #expect(!(try figure(basin)).contains("\u{1B}[c"))
    try show(basin, figuresAs: "text")
    #expect(!(try figure(basin)).contains("\u{1B}_G"))
    try show(basin, figuresAs: "none")
    #expect(try figure(basin).contains("figure: "))
  }

  @Test func sixelsAreUsedWhereTheTerminalSaysSo() throws {
    let basin = try prompt(Self.sixel)
    let shown = try figure(basin)
    #expect(shown.contains("\u{1B}_Gi=31"))
    let sixels = try #require(shown.firstMatch(of: #/\u{1B}P[0-9;]*q"1;1;([0-9]+);([0-9]+)/#))
    #expect(sixels.1 == "640")
    #expect(shown.contains("\u{1B}\\"))
  }

  @Test func anImageWithoutTextSaysSoOnce() throws {
    // `true` lists nothing, as `fc-list` does where nothing is installed.
    try FileManager.default.createDirectory(
      atPath: folder.path + "/bin", withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/bin/fc-list", withDestinationPath: "/bin/true")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let basin = try prompt(Self.sixel, environment: ["PATH": "\(folder.path)/bin:\(path)"])
    let shown = try figure(basin)
    let note =
      "The image has no text: no font is installed, such as fonts-dejavu-core; `set figures text` draws with characters."
    #expect(
      shown.replacing("\r\n", with: " ").contains(note), "\(shown.suffix(300))")
    #expect(!(try figure(basin)).contains("has no text"))
  }

  @Test func textIsDrawnElsewhereAndKeysAreNotLost() throws {
    // The device attributes and nothing else; and keys on both sides of them.
    let basin = try prompt([(Self.attributes, "set se\u{1B}[?62;22cd")])
    let shown = try figure(basin)
    #expect(!shown.contains("\u{1B}P") && shown.contains("│") || shown.contains("|"))
    // Both rounds of questions were answered so.
    basin.type("\u{01}\u{0B}set seed 77\r")
    try basin.wait(for: "seed is 77")
    try basin.wait(for: "basin> ")
    try show(basin, figuresAs: "sixel")
    #expect(try figure(basin).contains("\u{1B}P"))
  }

  @Test func keysComeInTheirOrder() throws {
    let basin = try prompt([
      ("\u{1B}]11;?", "set seed "), (Self.attributes, "\u{1B}[?62c"),
      (Self.kittyQuestion, "8"),
    ])
    basin.type("histogram w.safetensors\r")
    try basin.wait(for: "set seed 8")
    basin.type("\r")
    try basin.wait(for: "seed is 8")
  }

  @Test func aTerminalThatSaysNothingIsNotWaitedForTwice() throws {
    let basin = try prompt([])
    #expect(try figure(basin).contains("\u{1B}[c"))
    #expect(!(try figure(basin)).contains("\u{1B}[c"))
  }

  @Test func multiplexersAreNotAskedForKittyGraphics() throws {
    let tmux = [("\u{1B}[>q", "\u{1B}P>|tmux 3.3a\u{1B}\\"), (Self.attributes, "\u{1B}[?1;2c")]
    for environment in [[:], ["TMUX": "/tmp/tmux-0/default,1,0"]] {
      let basin = try prompt(tmux, environment: environment)
      #expect(!(try figure(basin)).contains("\u{1B}_G"))
      try show(basin, figuresAs: "kitty")
      #expect(try figure(basin).contains("does not pass on kitty graphics"))
    }
  }
}
