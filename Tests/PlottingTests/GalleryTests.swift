import BasinCore
import Foundation
import Programs
import Testing

@testable import Plotting

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct GalleryTests {
  @Test(arguments: Gallery.all.indices)
  func drawsAsSVGAndPNG(index: Int) throws {
    let (name, figure) = Gallery.all[index]
    let drawn = try FigureRenderer().render(figure, name: name)
    for svg in [drawn.lightSVG, drawn.darkSVG] {
      #expect(svg.hasPrefix("<svg "))
      #expect(svg.hasSuffix("</svg>\n"))
      let text = try SVGText(svg)
      #expect(text.characters.contains(figure.title))
      for layer in figure.panels.flatMap(\.layers) {
        if let entry = layer.name, figure.legend != .none {
          #expect(text.characters.contains(entry))
        }
      }
      #expect(Set(text.ids).count == text.ids.count)
      #expect(text.references.isSubset(of: Set(text.ids)))
    }
    let light = try SVGText(drawn.lightSVG)
    let dark = try SVGText(drawn.darkSVG)
    #expect(Set(light.ids).isDisjoint(with: dark.ids))
    #expect(light.ids.allSatisfy { $0.hasPrefix("\(name)-light-") })
    #expect(drawn.png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(drawn.png.count > 5000)
  }

  @Test(arguments: Gallery.all.indices)
  func isTheSameEveryTime(index: Int) throws {
    let (name, figure) = Gallery.all[index]
    let first = try FigureRenderer().render(figure, name: name)
    let again = try FigureRenderer().render(figure, name: name)
    #expect(first == again)
  }

  @Test(arguments: Gallery.all.indices)
  func sourcesDrawTheFigureWithoutBasin(index: Int) throws {
    let (name, figure) = Gallery.all[index]
    let drawn = try FigureRenderer().render(figure, name: name)
    let folder = try WorkFolder()
    for source in drawn.sources {
      try AtomicFile.write(source.data, to: "\(folder.path)/\(source.name)")
    }
    let outcome = try ChildProcess(
      executable: FigureRenderer().executable, arguments: ["\(name).gp"], folder: folder.path,
      timeout: 60, cancellation: Cancellation()
    ).run { close($0) }
    #expect(outcome.ending == .exited(0))
    let svg = String(decoding: folder.contents(of: "\(name).svg"), as: UTF8.self)
    // The same drawing, but for bold titles and what Basin adds.
    let text = try SVGText(svg)
    let own = try SVGText(drawn.lightSVG)
    #expect(text.count(of: "path") == own.count(of: "path"))
    #expect(text.count(of: "text") == own.count(of: "text"))
  }

  @Test(arguments: Gallery.all.indices, [false, true])
  func drawsAsText(index: Int, color: Bool) throws {
    let figure = Gallery.all[index].figure
    let text = try FigureRenderer().terminalText(figure, columns: 80, rows: 24, color: color)
    #expect(text.contains(figure.title))
    #expect(text.contains("\u{1B}[") == color)
    let visible = text.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    let lines = visible.split(separator: "\n")
    #expect(lines.count >= 8)
    #expect(lines.allSatisfy { $0.count <= 80 })
    for layer in figure.panels.flatMap(\.layers) {
      if let entry = layer.name { #expect(visible.contains(entry)) }
    }
  }

  @Test func smallMatrixAsTextIsItsNumbers() throws {
    let matrix = Figure(
      "",
      .matrix(
        rows: [[1, 0.25], [0.25, 1]], labels: ["a", "b"], color: .init(), format: .fixed(2)))
    let text = try FigureRenderer().terminalText(matrix, columns: 40, rows: 20, color: false)
    #expect(
      text.hasPrefix(
        """
        a │ 1.00  0.25 │
        b │ 0.25  1.00 │
        """))
  }

  @Test func saysWhichGnuplotDraws() throws {
    #expect(try FigureRenderer().gnuplotVersion().contains(#/^\d+\.\d+ patchlevel/#))
  }
}

/// What an XML parser sees in an SVG.
final class SVGText: NSObject, XMLParserDelegate {
  private(set) var characters = ""
  private(set) var ids: [String] = []
  private(set) var references: Set<String> = []
  private var elements: [String: Int] = [:]

  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    try #require(parser.parse(), "the SVG is not well-formed")
  }

  func count(of element: String) -> Int { elements[element] ?? 0 }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    elements[name, default: 0] += 1
    if let id = attributes["id"] { ids.append(id) }
    for (key, value) in attributes {
      if key.hasSuffix("href"), value.hasPrefix("#") {
        references.insert(String(value.dropFirst()))
      }
      for match in value.matches(of: #/url\(#([^)]*)\)/#) { references.insert(String(match.1)) }
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { characters += string }
}
