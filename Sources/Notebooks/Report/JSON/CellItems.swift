import BasinCore
import Foundation
import Plotting

/// What a cell returned, and what a report makes of it: an item has the same keys in every file, so that
/// numbers and captions of the report stand beside it.
struct CellItems {
  /// A figure among the items.
  struct Figure: Encodable {
    /// Its place in the cell's items, from 0.
    var item: Int
    /// The name of its files.
    var name: String
    var number: Int
    var caption: String
    var files: [String]
    /// What was drawn; only where a file has all of the report in it.
    var drawing: Drawing?
  }

  /// A table with a caption among the items.
  struct Table: Encodable {
    /// Its place in the cell's items, from 0.
    var item: Int
    /// What references in prose call it.
    var name: String
    var number: Int
    var caption: String
  }

  struct Drawing: Encodable {
    var svg: String
    var svgDark: String
    /// Base64.
    var png: Data
    /// What draws the figure again: a gnuplot script and its data.
    var sources: [Source]
  }

  /// A file: as text where it is UTF-8, in Base64 otherwise.
  struct Source: Encodable {
    var name: String
    var text: String?
    var base64: Data?

    init(_ source: RenderedFigure.Source) {
      name = source.name
      text = String(validating: source.data, as: UTF8.self)
      base64 = text == nil ? source.data : nil
    }
  }

  private(set) var items: [ItemJSON] = []
  /// `nil` where there are none.
  private(set) var figures: [Figure]?
  /// `nil` where there are none.
  private(set) var tables: [Table]?

  init(_ cell: NumberedRun.Cell, withDrawings: Bool = false) {
    for output in cell.outputs {
      switch output {
      case .figure(let figure):
        figures = (figures ?? []) + [Figure(figure, items.count, withDrawings: withDrawings)]
      case .table(let table):
        if let number = table.number {
          let own = Table(
            item: items.count, name: table.name, number: number, caption: table.caption)
          tables = (tables ?? []) + [own]
        }
      case .scalars, .text, .note: break
      }
      items += output.items.map(ItemJSON.init)
    }
  }
}

extension CellItems.Figure {
  fileprivate init(_ figure: NumberedFigure, _ item: Int, withDrawings: Bool) {
    let drawn = figure.drawn
    self.init(
      item: item, name: figure.name, number: figure.number, caption: figure.caption,
      files: figure.files.map { "figures/\($0.name)" },
      drawing: withDrawings
        ? .init(
          svg: drawn.lightSVG, svgDark: drawn.darkSVG, png: drawn.png,
          sources: drawn.sources.map(CellItems.Source.init)) : nil)
  }
}

extension NumberedRun.Output {
  /// The items that it shows.
  var items: [Result.Item] {
    switch self {
    case .scalars(let scalars): scalars.map(Result.Item.scalar)
    case .table(let numbered): [.table(numbered.table)]
    case .text(let text): [.text(text)]
    case .note(let note): [.note(note)]
    case .figure(let numbered): [.figure(numbered.figure)]
    }
  }
}
