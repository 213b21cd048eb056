import BasinCore
import Foundation
import Testing

@Suite struct FigureTests {
  private let figure = Figure(
    "Loss on a plane",
    panels: [
      Figure.Panel(
        "Map", x: .init("α"), y: .init("β"), color: .init("loss", scale: .log10),
        layers: [
          .heatMap(.init(x: [0, 1], y: [0, 1], values: [0.5, .nan, 0, 2])),
          .scatter("anchors", x: [0, 1], y: [0, .infinity], color: .highlight),
        ]),
      .matrix(rows: [[1, 0.25], [0.25, 1]], labels: ["a", "b"], color: .init("similarity")),
    ], columns: 2)

  @Test func describesItselfFromItsData() {
    #expect(
      figure.altText == """
        Loss on a plane. Map: α horizontally, β vertically. \
        Heat map of loss, 2 × 2 values, smallest 0 at (0, 1), largest 2 at (1, 1). \
        Points “anchors”, 2 points, x from 0 to 1, y from 0 to 0. \
        Panel 2. \
        Heat map of similarity, 2 × 2 values, smallest 0.25 at (b, a), largest 1 at (a, a). \
        Not drawn: 2 values that are not finite and 1 non-positive value on a logarithmic scale.
        """)
  }

  @Test func authorsWordsComeFirst() {
    var figure = figure
    figure.alt = "A basin."
    #expect(figure.altText == "A basin.")
  }

  @Test func nothingToSayAboutWholeData() {
    let line = Figure("Line", .init(x: .init("x"), y: .init("y"), layers: [.line(x: [1], y: [2])]))
    #expect(line.dataNote == nil)
    #expect(line.altText == "Line. x horizontally, y vertically. Line, one point at (1, 2).")
  }

  @Test func survivesJSON() throws {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let data = try encoder.encode(figure)
    let again = try decoder.decode(Figure.self, from: data)
    // NaN differs from itself, so the figures are compared by what they say and by their bytes.
    #expect(again.altText == figure.altText)
    encoder.outputFormatting = .sortedKeys
    #expect(try encoder.encode(again) == encoder.encode(figure))
  }

  @Test func histogramsStandBetweenTheirEdges() {
    guard case .bars(let bars) = Figure.Layer.histogram(edges: [0, 1, 2], heights: [3, 4]) else {
      Issue.record("not bars")
      return
    }
    #expect(bars.x == [0.5, 1.5])
    #expect(bars.width == 1)
    #expect(bars.heights == [3, 4])
  }
}

@Suite struct MaskedFigureTests {
  /// Around a triangle nothing is missing; a value that is infinite still is.
  @Test func maskedValuesAreNotMissing() {
    func figure(isMasked: Bool) -> Figure {
      Figure(
        "",
        Figure.Panel(
          x: .init("x"), y: .init("y"),
          layers: [
            .heatMap(
              .init(x: [0, 1], y: [0, 1], values: [1, .nan, .infinity, 2]), isMasked: isMasked)
          ]))
    }
    #expect(figure(isMasked: true).dataNote == "Not drawn: 1 value that is not finite.")
    #expect(figure(isMasked: false).dataNote == "Not drawn: 2 values that are not finite.")
  }
}
