import BasinCore
import Foundation
import Testing

@testable import Plotting

/// Text that no installed font has.
@Suite(.serialized) struct FontTests {
  // Never assigned: a font that has it shows a box of its own.
  private static let unknown = "\u{378}"

  private func figure(_ text: String) -> Figure {
    var panel = Figure.Panel(x: .init(text), y: .init("y"))
    panel.add(.line("", x: [0, 1], y: [0, 1]))
    return Figure(text, panels: [panel])
  }

  private func isMissing(_ text: String) throws -> Bool {
    try !Fonts.missing(in: text, Cancellation()).isEmpty
  }

  @Test func whatEveryFontHasIsThere() throws {
    #expect(try !isMissing("Loss (nats), ±1 °C, ‖w‖ − 2·10⁻³ λ ≤ Ω"))
    #expect(try !isMissing("\u{200B}\u{A0}\t"))
  }

  /// `true` lists nothing, as `fc-list` does where nothing is installed.
  @Test func aPNGWithoutTextSaysSo() throws {
    let renderer = FigureRenderer(fontList: "/bin/true")
    #expect(try !renderer.hasFonts() && FigureRenderer().hasFonts())
    let drawn = try renderer.render(figure("a − b"), name: "x")
    #expect(
      drawn.dataNote
        == "The PNG has no text: no font is installed, such as fonts-dejavu-core.")
    #expect(drawn.lightSVG.contains("a − b"))
    let image = try renderer.terminalImage(
      figure("a − b"), width: 400, height: 300, pixelsPerPoint: 1, isDark: false)
    #expect(image.note == "The image has no text: no font is installed, such as fonts-dejavu-core.")
    #expect(try FigureRenderer().render(figure("a − b"), name: "x").dataNote == nil)
  }

  @Test func whatNoFontHasIsABoxInThePNGAndItselfInTheSVG() throws {
    try #require(try isMissing(Self.unknown), "a font has U+0378, which no standard assigns")
    let renderer = FigureRenderer()
    let drawn = try renderer.render(figure("a\(Self.unknown)b \(Self.unknown)"), name: "x")
    let boxes = try renderer.render(figure("a□b □"), name: "x")
    #expect(drawn.png == boxes.png)
    #expect(drawn.lightSVG.contains("a\(Self.unknown)b"))
    #expect(boxes.dataNote == nil)
    #expect(
      drawn.dataNote == "In the PNG □ stands for \(Self.unknown): no installed font has it.")
    // What a terminal shows is a PNG, too.
    let image = try renderer.terminalImage(
      figure(Self.unknown), width: 400, height: 300, pixelsPerPoint: 1, isDark: false)
    let other = try renderer.terminalImage(
      figure("□"), width: 400, height: 300, pixelsPerPoint: 1, isDark: false)
    #expect(image.png == other.png && other.note == nil)
    #expect(image.note == "In the image □ stands for \(Self.unknown): no installed font has it.")
  }
}
