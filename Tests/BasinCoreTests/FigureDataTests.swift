import BasinCore
import Foundation
import Testing

@Suite struct FigureDataTests {
  private let figure = Figure(
    "F",
    panels: [
      .init(
        "a, \"b\"", x: .init("x"), y: .init("y"), color: .init("loss"),
        layers: [
          .heatMap(
            .init(x: [0, 0.1], y: [1, 2, 3], values: [1, .nan, 0.1 + 0.2, 4, .infinity, 6])),
          .contours(
            .init(x: [0, 0.1], y: [1, 2, 3], values: [1, .nan, 0.1 + 0.2, 4, .infinity, 6]),
            levels: [2]),
          .scatter("=1+2\n", x: [5], y: [6], yError: .init(lower: [5], upper: [.nan]), labels: []),
        ]),
      .matrix(rows: [[1, 2], [3, 4]], labels: ["p", "-q"], color: .init("similarity")),
    ])

  @Test func theTableHasEveryValueAndNoFormula() {
    #expect(
      FigureData(figure).csv == """
        panel,panel_title,series,series_name,kind,x,y,value,y_lower,y_upper,label,x_label,y_label
        1,"a, ""b""\",1,,grid,0.0,1.0,1.0,,,,,
        1,"a, ""b""\",1,,grid,0.1,1.0,NaN,,,,,
        1,"a, ""b""\",1,,grid,0.0,2.0,0.30000000000000004,,,,,
        1,"a, ""b""\",1,,grid,0.1,2.0,4.0,,,,,
        1,"a, ""b""\",1,,grid,0.0,3.0,Infinity,,,,,
        1,"a, ""b""\",1,,grid,0.1,3.0,6.0,,,,,
        1,"a, ""b""\",2,"'=1+2 ",points,5.0,6.0,,5.0,NaN,,,
        2,,1,,grid,0.0,0.0,1.0,,,,p,p
        2,,1,,grid,1.0,0.0,2.0,,,,'-q,p
        2,,1,,grid,0.0,1.0,3.0,,,,p,'-q
        2,,1,,grid,1.0,1.0,4.0,,,,'-q,'-q

        """)
  }

  /// A bound is no value: its side is all that is known.
  @Test func ofABoundItsSideIsKnown() throws {
    func columns(_ side: Limit.Side) -> [FigureData.Column.Values] {
      let panel = Figure.Panel(
        x: .init("x"), y: .init("y"), layers: [.scatter(x: [2], y: [1], limits: side)])
      let series = FigureData(Figure("F", panel)).panels[0].series[0]
      return ["y_lower", "y_upper"].compactMap { series[$0]?.values }
    }
    #expect(columns(.below) == [.numbers([-.infinity]), .numbers([1])])
    #expect(columns(.above) == [.numbers([1]), .numbers([.infinity])])
    let panel = Figure.Panel(
      x: .init("x"), y: .init("y"), layers: [.scatter(x: [2], y: [1], limits: .below)])
    let lines = FigureData(Figure("F", panel)).csv.split(separator: "\n")
    #expect(lines[1] == "1,,1,,points,2.0,NaN,-Infinity,1.0")
  }

  /// Points that are drawn beside a name are the name's; on an axis of numbers they stay where they are.
  @Test func whatIsDrawnBesideANameBelongsToIt() throws {
    func positions(_ axis: Figure.Axis) throws -> FigureData.Column.Values {
      let figure = Figure(
        "F",
        Figure.Panel(
          x: axis, y: .init("y"), layers: [.scatter(x: [-0.1, 1.1, .nan], y: [1, 2, 3])]))
      return try #require(FigureData(figure).panels[0].series[0]["x"]).values
    }
    guard case .numbers(let named) = try positions(.categories("class", ["a", "b"])),
      case .numbers(let ends) = try positions(
        .init("t", range: 0...1, ticks: .labelled([.init(0, "A"), .init(1, "B")])))
    else {
      Issue.record("no numbers")
      return
    }
    #expect(Array(named.prefix(2)) == [0, 1] && named[2].isNaN)
    #expect(Array(ends.prefix(2)) == [-0.1, 1.1])
  }

  @Test func jsonHasNullForWhatIsMissing() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let json = String(decoding: try encoder.encode(FigureData(figure)), as: UTF8.self)
    #expect(
      json.contains(
        #"{"name":"value","values":[[1,null],[0.30000000000000004,4],["Infinity",6]]}"#))
    #expect(json.contains(#"{"name":"y_label","values":["p","-q"]}"#))
    #expect(json.contains(#""value":"loss","x":"x","y":"y"}"#))
  }

  @Test func aFieldThatIsInterpolatedGivesWhatWasMeasured() {
    let panel = Figure.Panel(
      x: .init("x"), y: .init("y"),
      layers: [
        .heatMap(
          .init(rows: [[1, 1.5, 2], [1, 1.5, 2]]), isMasked: true,
          measured: .init(x: [0, 2], y: [0, 1], values: [1, 2]))
      ])
    let series = FigureData(Figure("", panel)).panels[0].series
    #expect(series.map(\.kind) == [.points])
    #expect(series[0]["value"]?.values == .numbers([1, 2]))
  }
}
