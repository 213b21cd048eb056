import Foundation

/// A figure, drawn.
///
/// The same figure under the same name gives the same bytes with the same gnuplot.
public struct RenderedFigure: Sendable, Equatable {
  /// A file that belongs to the figure.
  public struct Source: Sendable, Equatable {
    /// The file's name, without a folder: `similarity.gp`, `similarity-1.dat`.
    public var name: String
    /// What is in it.
    public var data: Data

    /// Creates a file.
    public init(name: String, data: Data) {
      self.name = name
      self.data = data
    }
  }

  /// SVG for light pages: an `<svg>` element without an XML declaration, a file of its own as it
  /// is. It scales with its container up to its natural width, and its ids begin with the
  /// figure's name, so that any number can stand in one page.
  public var lightSVG: String
  /// The same for dark pages, with other ids.
  public var darkSVG: String
  /// A PNG for light pages, with two pixels per point.
  public var png: Data
  /// What draws the figure again: in a folder with these files, `gnuplot NAME.gp` writes
  /// `NAME.svg`. Curves and points are text, one record a line; grids are binary. All is prepared for
  /// drawing: the numbers as they were measured are in `FigureData`.
  public var sources: [Source]
  /// What the figure shows, for readers who cannot see it.
  public var altText: String
  /// How many values are not drawn, and why; `nil` when all are.
  public var dataNote: String?

  /// Creates a figure that was drawn before.
  public init(
    lightSVG: String, darkSVG: String, png: Data, sources: [Source], altText: String,
    dataNote: String?
  ) {
    self.lightSVG = lightSVG
    self.darkSVG = darkSVG
    self.png = png
    self.sources = sources
    self.altText = altText
    self.dataNote = dataNote
  }
}
