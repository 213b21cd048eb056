import BasinCore
import Foundation
import Testing

@testable import Plotting

@Suite struct FigureDataTests {
  private func figure(
    _ layers: Figure.Layer..., x: Figure.Axis = .init("x"), y: Figure.Axis = .init("y"),
    color: Figure.ColorAxis = .init("c")
  ) -> Figure {
    Figure("Data", Figure.Panel(x: x, y: y, color: color, layers: layers))
  }

  private func draw(_ figure: Figure) throws -> RenderedFigure {
    let drawn = try FigureRenderer().render(figure, name: "data")
    _ = try FigureRenderer().terminalText(figure, columns: 60, rows: 20, color: true)
    return drawn
  }

  static let refusals: [(Figure.Layer, String)] = [
    (.line("a", x: [1, 2], y: [1]), "the line “a” has 2 x and 1 y"),
    (.scatter(x: [1], y: [1], sizes: [1, 2]), "the points has 1 x and 2 sizes"),
    (.band(x: [1], lower: [1], upper: []), "the band has 1 x and 0 upper"),
    (.heatMap(.init(rows: [])), "there is nothing in the heat map"),
    (
      .heatMap(.init(x: [0, 1], y: [0], values: [1])),
      "the heat map has 1 values for 1 rows of 2"
    ),
    (
      .heatMap(.init(x: [1, 0], y: [0], values: [1, 2])),
      "the positions of the heat map do not increase"
    ),
    (.contours(.init(rows: [[1, 2], [3, 4]]), levels: []), "the contours have no levels"),
    (.contours(.init(rows: [[1, 2]]), levels: [1]), "contours need at least 2 × 2 values"),
    (.surface(.init(rows: [[1, 2]])), "a surface needs at least 2 × 2 values"),
  ]

  @Test(arguments: refusals.indices)
  func refusesArraysThatDoNotFit(index: Int) {
    let (layer, reason) = Self.refusals[index]
    #expect(throws: PlottingError.unusable(figure: "Data", reason: reason)) {
      try FigureRenderer().render(figure(layer), name: "data")
    }
    #expect(throws: PlottingError.unusable(figure: "Data", reason: reason)) {
      try FigureRenderer().terminalText(figure(layer), columns: 80, rows: 24, color: false)
    }
  }

  @Test func nothingAtAllIsAnEmptyPanel() throws {
    let error = Figure.ErrorBars(lower: [], upper: [])
    let drawn = try draw(
      figure(
        .line("a", x: [], y: []), .scatter("b", x: [], y: [], yError: error),
        .bars(x: [], heights: []),
        .band(x: [], lower: [], upper: [])))
    #expect(drawn.dataNote == nil)
    #expect(drawn.altText.contains("Line “a”, no points."))
  }

  @Test func nothingFiniteIsAnEmptyPanel() throws {
    let drawn = try draw(
      figure(
        .line("line", x: [0, 1], y: [.nan, .infinity]), .scatter(x: [.nan], y: [1]),
        .band(x: [0], lower: [.nan], upper: [1]), .bars(x: [0], heights: [.nan])))
    #expect(drawn.dataNote == "Not drawn: 5 values that are not finite.")
    #expect(drawn.altText.hasSuffix("Not drawn: 5 values that are not finite."))
  }

  @Test func holesInFields() throws {
    let values: [Double] = [1, 2, .nan, 4, 5, 6, -1, 0, 9]
    let grid = Figure.Grid(x: [0, 1, 2], y: [0, 1, 2], values: values)
    #expect(
      try draw(figure(.heatMap(grid, format: .fixed(1)))).dataNote?.contains("1 value") == true)
    let log = try draw(figure(.heatMap(grid), color: .init(scale: .log10)))
    #expect(
      log.dataNote == "Not drawn: 1 value that is not finite and 2 non-positive values on a "
        + "logarithmic scale.")
    _ = try draw(figure(.contours(grid, levels: [2, 5])))
    let empty = Figure.Grid(rows: [[.nan, .nan], [.nan, .nan]])
    _ = try draw(figure(.contours(empty, levels: [2, 5])))
    _ = try draw(figure(.heatMap(empty, format: .fixed(1))))
    #expect(try draw(figure(.surface(grid))).dataNote == "Not drawn: 1 value that is not finite.")
    _ = try draw(figure(.surface(empty), .scatter(x: [0.5], y: [0.5], labels: ["w"])))
  }

  @Test func onlyLinesAndPointsLieOnSurfaces() {
    let grid = Figure.Grid(rows: [[1, 2], [3, 4]])
    #expect(
      throws: PlottingError.unusable(
        figure: "Data", reason: "only lines and points can lie on a surface")
    ) {
      try draw(figure(.surface(grid), .bars(x: [0], heights: [1])))
    }
  }

  /// The level 1 of x² + y² is the unit circle: marks at its four ends say where that is.
  @Test func contoursOfAQuadraticAreCircles() throws {
    let axis = (0...40).map { -1.5 + 3 * Double($0) / 40 }
    let grid = Figure.Grid(
      x: axis, y: axis, values: axis.flatMap { y in axis.map { x in x * x + y * y } })
    var panel = Figure.Panel(x: .init("x"), y: .init("y"), aspect: .equal)
    panel.add(.contours(grid, levels: [1], isFilled: false, color: .series(2)))
    panel.add(
      .scatter(x: [1, -1, 0, 0], y: [0, 0, 1, -1], color: .series(3), marker: .circle))
    let svg = try draw(Figure("Data", panel)).lightSVG
    let marks = svg.matches(
      of: #/translate\(([0-9.]+),([0-9.]+)\)[^>]*color='rgb\(204, *121, *167\)'/#
    ).compactMap { match in Double(match.1).flatMap { x in Double(match.2).map { (x, $0) } } }
    #expect(marks.count == 4)
    let middle = (
      x: marks.map(\.0).reduce(0, +) / 4, y: marks.map(\.1).reduce(0, +) / 4
    )
    let radius = hypot(marks[0].0 - middle.x, marks[0].1 - middle.y)
    let path = try #require(
      svg.firstMatch(of: #/stroke='rgb\( *0, *158, *115\)'[^>]* d='([^']*)'/#)
    ).1
    let points = path.matches(of: #/([0-9.]+),([0-9.]+)/#).compactMap { match in
      Double(match.1).flatMap { x in Double(match.2).map { (x, $0) } }
    }
    #expect(points.count > 40)
    for point in points {
      #expect(abs(hypot(point.0 - middle.x, point.1 - middle.y) / radius - 1) < 0.005)
    }
  }

  /// The name of the heights stands beside their ticks, however long these are.
  @Test func longTicksOfASurfaceLeaveItsName() throws {
    func distance(_ low: Double, _ high: Double) throws -> Double {
      let grid = Figure.Grid(x: [0, 1], y: [0, 1], values: [low, high, low, high])
      let svg = try draw(
        figure(.surface(grid), color: .init("heights", range: low...high))
      ).lightSVG
      let name = try #require(
        svg.firstMatch(
          of: #/translate\(([0-9.]+),[0-9.]+\) rotate[^>]*>(?:(?!</g>).)*heights/#
            .dotMatchesNewlines()))
      let ticks = svg.matches(of: #/translate\(([0-9.]+),[0-9.]+\)"[^>]*text-anchor="end"/#)
        .compactMap { Double($0.1) }
      return try #require(ticks.min()) - (try #require(Double(name.1)))
    }
    #expect(try distance(0.123451, 0.123459) > distance(0, 1) + 30)
  }

  @Test func pointsLieOnTheSurface() throws {
    // In parallel projection three corners of a flat surface say where its other points are.
    let x = [0.0, 2, 4]
    let y = [0.0, 3, 6]
    let grid = Figure.Grid(x: x, y: y, values: [0, 1, 2, 1, 2, 3, 2, 3, 4])
    func place(
      _ x: Double, _ y: Double, on grid: Figure.Grid, range: ClosedRange<Double>
    ) throws -> (x: Double, y: Double) {
      let drawn = try draw(
        figure(
          .surface(grid), .scatter(x: [x], y: [y], color: .series(3), marker: .circle),
          color: .init(range: range)))
      let pattern =
        #/translate\(([0-9.]+),([0-9.]+)\)[^>]*scale[^>]*color='rgb\(204, *121, *167\)'/#
      let match = try #require(drawn.lightSVG.firstMatch(of: pattern))
      return (try #require(Double(match.1)), try #require(Double(match.2)))
    }
    let corners = try [(0.0, 0.0), (4, 0), (0, 6)].map {
      try place($0.0, $0.1, on: grid, range: 0...4)
    }
    let inner = try place(1, 1.5, on: grid, range: 0...4)
    let (a, b, c) = (corners[0], corners[1], corners[2])
    #expect(abs(a.x + (b.x - a.x) / 4 + (c.x - a.x) / 4 - inner.x) < 0.1)
    #expect(abs(a.y + (b.y - a.y) / 4 + (c.y - a.y) / 4 - inner.y) < 0.1)
    // What is beyond the range is drawn at its end.
    let cut = Figure.Grid(x: x, y: y, values: grid.values.map { min($0, 2) })
    let (beyond, end) = try (
      place(4, 6, on: grid, range: 0...2), place(4, 6, on: cut, range: 0...2)
    )
    #expect(beyond == end)
    #expect(try place(4, 6, on: grid, range: 0...8) != end)
  }

  @Test func nonPositiveOnLogarithmicAxes() throws {
    let drawn = try draw(
      figure(
        .line("loss", x: [0, 1, 10, 100], y: [3, 2, 0, 1]), .bars(x: [1, 10], heights: [2, -1]),
        x: .init("x", scale: .log10), y: .init("y", scale: .log10)))
    #expect(drawn.dataNote == "Not drawn: 3 non-positive values on a logarithmic scale.")
  }

  @Test(arguments: [0, 1, -3.5, 1e-300, 1e300, -1e300, 1e15 + 0.5])
  func constantsAndExtremes(value: Double) throws {
    _ = try draw(figure(.line(x: [value, value], y: [value, value])))
    _ = try draw(figure(.scatter(x: [value], y: [value], values: [value])))
    _ = try draw(figure(.heatMap(.init(rows: [[value, value], [value, value]]))))
    _ = try draw(
      figure(.contours(.init(rows: [[value, value], [value, value]]), levels: [0, 1])))
    _ = try draw(
      figure(
        .line(x: [value, 1], y: [1, value]), x: .init("x", scale: .log10),
        y: .init("y", scale: .log10)))
  }

  @Test func largestNumbers() throws {
    let most = Double.greatestFiniteMagnitude
    _ = try draw(figure(.line(x: [-most, most], y: [-most, most])))
    _ = try draw(figure(.heatMap(.init(rows: [[-most, most], [0, 1]]))))
  }

  @Test func pointsOfEverySort() throws {
    let y: [Double] = [1, 2, 3]
    for marker in Figure.Marker.allCases {
      _ = try draw(
        figure(
          .scatter(
            "points", x: [1, 2, 3], y: y, color: .highlight, marker: marker,
            xError: .about([1, 2, 3], halfWidths: [0.1, 0.2, 0.3]),
            yError: .about(y, halfWidths: [0.1, .nan, 0.3]), sizes: [1, 2, .nan],
            labels: ["first", "second"])))
      _ = try draw(
        figure(.scatter(x: [1, 2, 3], y: y, marker: marker, values: [1, 2, .nan], isFaint: true)))
    }
    for dash in Figure.Dash.allCases {
      _ = try draw(
        figure(.line(x: [1, 2], y: [1, 2], color: .series(-3), dash: dash, marker: .star)))
    }
  }

  /// A line's stars are drawn as the legend shows them: a polygon each, and no asterisks of gnuplot's.
  @Test(arguments: [(Figure.ColorRole.highlight, Figure.Marker.automatic), (.series(1), .star)])
  func starsOfLinesAreThoseOfTheLegend(role: Figure.ColorRole, marker: Figure.Marker) throws {
    let line = Figure.Layer.line(
      "a", x: [1, 2, 3], y: [1, .nan, 2], color: role, dash: .solid, marker: marker)
    let script = try text(of: draw(figure(line)))
    // Two places with numbers, and the legend's sample.
    #expect(script.components(separatedBy: "set object polygon").count == 4)
    #expect(!script.contains("pointtype 3 "))
    let many = (0..<60).map(Double.init)
    let crowded = try text(
      of: draw(figure(.line("a", x: many, y: many, color: role, marker: marker))))
    #expect(crowded.contains("pointtype 3 "))
  }

  private func text(of drawn: RenderedFigure) throws -> String {
    let script = try #require(drawn.sources.first { $0.name.hasSuffix(".gp") })
    return String(decoding: script.data, as: UTF8.self)
  }

  /// The bar of filled contours names its ends however few labels have room.
  @Test func barsOfBandsLabelTheirEnds() throws {
    for count in 2...40 {
      let levels = (0..<count).map { Double($0) }
      var panel = Figure.Panel(x: .init("x"), y: .init("y"), color: .init("c"))
      panel.add(
        .contours(
          .init(rows: [[0, 0.5], [0.5, Double(count - 1)]]), levels: levels, isFilled: true))
      let view = try #require(ColorView(panel))
      for length in [40.0, 100, 180, 300] {
        let ticks = view.ticks(length: length)
        let labels = ticks.major.map(\.label)
        #expect(labels.first == "0")
        #expect(labels.count == 1 || labels.last == "\(count - 1)")
        #expect(labels.count <= max(1, Int(length / 18)))
        #expect(ticks.major.count + ticks.minor.count == count)
      }
    }
  }

  /// Levels that are close to each other have the digits that tell them apart.
  @Test func labelsOfNeighbouringLevelsDiffer() throws {
    func labels(_ levels: [Double]) throws -> [String] {
      var panel = Figure.Panel(x: .init("x"), y: .init("y"), color: .init("c"))
      panel.add(.contours(.init(rows: [[39, 39.5], [39.7, 41]]), levels: levels, isFilled: true))
      return try #require(ColorView(panel)).ticks(length: 400).major.map(\.label)
    }
    #expect(
      try labels([39.31, 39.34, 39.38, 39.42, 40]) == ["39.31", "39.34", "39.38", "39.42", "40"])
    #expect(try labels([39.3, 39.5, 40]).contains("39.5"))
  }

  @Test func unevenGridsAndManyPoints() throws {
    let uneven = Figure.Grid(x: [0, 1, 4, 9], y: [0, 2, 3], values: (0..<12).map(Double.init))
    _ = try draw(figure(.heatMap(uneven), .contours(uneven, levels: [3, 6], isFilled: false)))
    let many = (0..<20_000).map { Double($0) }
    let drawn = try draw(figure(.line(x: many, y: many.map { sin($0 / 500) })))
    #expect(drawn.sources.contains { $0.name == "data-1.dat" })
  }

  @Test func dataFilesHaveNoMarksOfTheLegend() throws {
    let drawn = try draw(figure(.line("a", x: [1, 2], y: [3, 4], marker: .circle)))
    let files = drawn.sources.filter { $0.name.hasSuffix(".dat") }
    #expect(
      files.map { String(decoding: $0.data, as: UTF8.self) } == ["# x  y\n1.0 3.0\n2.0 4.0\n"])
    let script = String(decoding: try #require(drawn.sources.first).data, as: UTF8.self)
    #expect(script.contains("$legend1 << END"))
  }

  @Test func panelsWithoutAnything() throws {
    #expect(throws: PlottingError.unusable(figure: "None", reason: "it has no panels")) {
      try draw(Figure("None", panels: []))
    }
    _ = try draw(Figure("", panels: [.init(x: .init(""), y: .init(""))], columns: -4))
    let many = Array(repeating: Figure.Panel(x: .init("x"), y: .init("y")), count: 7)
    _ = try draw(Figure("Seven", panels: many, columns: 3, size: .compact))
  }

  @Test func bandsAreThoseOfTheLevels() throws {
    let panel = Figure.Panel(
      x: .init("x"), y: .init("y"),
      layers: [.contours(.init(rows: [[0, 1], [5, 10]]), levels: [1, 5, 10])])
    let view = try #require(ColorView(panel))
    #expect(view.bandCount == 3)
    #expect([0, 1, 4.9, 5, 10].map(view.band) == [0, 1, 1, 2, 2])
    #expect(view.color(of: 0) != view.color(of: 1))
  }

  @Test func textIsSafeForEveryLanguage() {
    #expect(SafeText.quoted("it's\n`x`") == "'it'.\"'\".'s\\n`x`'")
    #expect(SafeText.quoted("'") == "''.\"'\".''")
    #expect(SafeText.identifier("../a b") == "figure----a-b")
    #expect(SafeText.identifier("").isEmpty == false)
  }

  @Test(arguments: [
    (0.0...1.0, Figure.Scale.linear, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (-1...1, .linear, 4, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
    (1...1000, .log10, 4, ["1", "10", "100", "1000"]),
    (1e-9...1e-3, .log10, 3, ["10⁻⁸", "10⁻⁶", "10⁻⁴"]),
    (0...3e7, .linear, 3, ["0", "10⁷", "2·10⁷", "3·10⁷"]),
  ])
  func ticksAtRoundNumbers(
    range: ClosedRange<Double>, scale: Figure.Scale, room: Int, labels: [String]
  ) {
    #expect(Ticks(range: range, scale: scale, room: room).major.map(\.label) == labels)
  }
}
