import Foundation
import Testing

@testable import BasinREPL

@Suite struct GraphicsTests {
  private func answers(_ text: String) -> (answers: TerminalAnswers, rest: [UInt8]) {
    var rest: [UInt8] = []
    return (TerminalAnswers(Array(text.utf8), rest: &rest), rest)
  }

  // As these programs send them, after the same questions.
  @Test func realTerminalsAreUnderstood() {
    let xterm = answers(
      "\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\\u{1B}[6;13;6t\u{1B}P>|XTerm(379)\u{1B}\\"
        + "\u{1B}[?64;1;2;4;6;9;15;16;17;18;21;22;28c"
    ).answers
    #expect(xterm.hasSixels && xterm.isComplete && xterm.isDark == false)
    #expect(xterm.cell?.width == 6 && xterm.cell?.height == 13)
    #expect(xterm.version == "XTerm(379)" && xterm.keys.isEmpty)

    let tmux = answers("\u{1B}P>|tmux 3.3a\u{1B}\\\u{1B}[?1;2c").answers
    #expect(TerminalGraphics.isMultiplexer(tmux.version) && !tmux.hasSixels && tmux.isComplete)

    let kitty = answers("\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[?62;c").answers
    #expect(kitty.hasKittyGraphics && kitty.isComplete && !kitty.hasSixels)
    let refusing = answers("\u{1B}_Gi=31;ENOTSUPPORTED:no\u{1B}\\\u{1B}[?62c").answers
    #expect(!refusing.hasKittyGraphics && refusing.isComplete)
    // 44 is no 4.
    #expect(!answers("\u{1B}[?62;44;14c").answers.hasSixels)
  }

  @Test func colorsOfAnyLengthAreUnderstood() {
    #expect(answers("\u{1B}]11;rgb:1e/1e/2e\u{7}").answers.isDark == true)
    #expect(answers("\u{1B}]11;rgb:f/f/f\u{7}").answers.isDark == false)
    #expect(answers("\u{1B}]11;rgb:zz/1/1\u{7}").answers.isDark == nil)
  }

  @Test func keysAreKeptInOrder() {
    let mixed = answers("ls\u{1B}[?1;2c\u{1B}[A é\u{1B}OPx\n")
    #expect(String(decoding: mixed.answers.keys, as: UTF8.self) == "ls\u{1B}[A é\u{1B}OPx\n")
    #expect(mixed.answers.isComplete && mixed.rest.isEmpty)
  }

  @Test func everyPieceOfAnAnswerWaitsForItsRest() {
    let whole =
      "\u{1B}]11;rgb:0000/0000/0000\u{1B}\\\u{1B}[6;20;10t\u{1B}P>|foot(1.13)\u{1B}\\\u{1B}[?62;4c"
    let bytes = Array(whole.utf8)
    for cut in 0..<bytes.count {
      var rest: [UInt8] = []
      let first = TerminalAnswers(Array(bytes[..<cut]), rest: &rest)
      #expect(!first.isComplete && first.keys.isEmpty)
      #expect(answers(whole).answers == TerminalAnswers(bytes, rest: &rest))
    }
  }

  @Test func nonsenseIsNeitherAnAnswerNorWaitedForEndlessly() {
    #expect(!answers("\u{1B}[6;99999;1t").answers.keys.contains(0x74))
    #expect(answers("\u{1B}[6;99999;1t").answers.cell == nil)
    let endless = answers("\u{1B}]11;" + String(repeating: "x", count: 5000))
    #expect(endless.rest.isEmpty && endless.answers.keys.count == 5005)
  }

  @Test(arguments: [0, 1, 3071, 3072, 3073, 100_000])
  func kittyImagesAreSentInPieces(count: Int) throws {
    let png = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let pieces = KittyImage.text(png: png, columns: 7).matches(
      of: #/\u{1B}_G([^;]*);([A-Za-z0-9+\/=]*)\u{1B}\\/#)
    #expect(pieces.allSatisfy { $0.2.count <= 4096 && $0.1.contains("q=2") })
    #expect(pieces.first?.1.hasPrefix("a=T,f=100,q=2,c=7,") == true)
    #expect(pieces.dropLast().allSatisfy { $0.1.hasSuffix("m=1") && $0.2.count % 4 == 0 })
    #expect(pieces.last?.1.hasSuffix("m=0") == true)
    #expect(Data(base64Encoded: pieces.map { String($0.2) }.joined()) == png)
  }

  // A PNG of 5 × 13 pixels in four colours, pixel (x, y) of colour (x + 2 y) mod 4, made by Python's zlib.
  private static let png =
    """
    iVBORw0KGgoAAAANSUhEUgAAAAUAAAANCAIAAADuXjPfAAAAGElEQVR4nGP4z8DAAMYgwMCAxILgISYP\
    AND5WqaXWBW3AAAAAElFTkSuQmCC
    """
  private static let colors: [[UInt8]] = [
    [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255],
  ]

  @Test func sixelsAreThePixels() throws {
    let text = try SixelImage.text(png: try #require(Data(base64Encoded: Self.png)))
    #expect(text.hasPrefix("\u{1B}P") && text.hasSuffix("\u{1B}\\\n"))
    let decoded = try #require(SixelPixels(text))
    #expect(decoded.width == 5 && decoded.height == 13)
    for y in 0..<13 {
      for x in 0..<5 {
        #expect(decoded.pixels[y * 5 + x] == Self.colors[(x + 2 * y) % 4])
      }
    }
  }

  @Test func whatIsNoImageIsAnError() {
    #expect(throws: GraphicsError.self) { try SixelImage.text(png: Data("no image".utf8)) }
  }
}

/// Sixels, decoded as DEC's manual of the VT330 says (chapter 14): enough for what libsixel writes.
private struct SixelPixels {
  var width = 0
  var height = 0
  var pixels: [[UInt8]] = []

  init?(_ text: String) {
    guard let start = text.firstIndex(of: "q"), let end = text.lastIndex(of: "\u{1B}") else {
      return nil
    }
    let data = Array(text[text.index(after: start)..<end].utf8)
    var index = 0
    func numbers() -> [Int] {
      var result: [Int] = []
      var current: Int?
      while index < data.count, (0x30...0x39).contains(data[index]) || data[index] == 0x3B {
        if data[index] == 0x3B {
          result.append(current ?? 0)
          current = nil
        } else {
          current = (current ?? 0) * 10 + Int(data[index] - 0x30)
        }
        index += 1
      }
      return result + [current ?? 0]
    }
    var palette: [Int: [UInt8]] = [:]
    var color = 0
    var (x, band, count) = (0, 0, 1)
    while index < data.count {
      let byte = data[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        let raster = numbers()
        (width, height) = (raster[2], raster[3])
        pixels = Array(repeating: [], count: width * height)
      case UInt8(ascii: "#"):
        let parts = numbers()
        color = parts[0]
        if parts.count == 5, parts[1] == 2 {
          palette[color] = parts[2...].map { UInt8(($0 * 255 + 50) / 100) }
        }
      case UInt8(ascii: "!"): count = numbers()[0]
      case UInt8(ascii: "$"): x = 0
      case UInt8(ascii: "-"): (x, band) = (0, band + 1)
      case 0x3F...0x7E:
        for _ in 0..<count {
          for bit in 0..<6 where (byte - 0x3F) >> bit & 1 == 1 {
            let y = 6 * band + bit
            if x < width, y < height { pixels[y * width + x] = palette[color] ?? [] }
          }
          x += 1
        }
        count = 1
      default: break
      }
    }
    if pixels.isEmpty { return nil }
  }
}
