import BasinCore
import Foundation

/// A figure as pixels, for a terminal that shows images.
public struct TerminalImage: Sendable, Equatable {
  /// A PNG file.
  public var png: Data
  /// Its width in pixels.
  public var width: Int
  /// Its height in pixels.
  public var height: Int
  /// What a reader must know: that it has no text, since no font is installed, or which characters it has not.
  public var note: String?
}

extension FigureRenderer {
  /// Draws a figure as an image of at most so many pixels.
  ///
  /// - Parameters:
  ///   - width: the room in pixels; figures that ask for less take less, in proportion to
  ///     `pixelsPerPoint`.
  ///   - height: the room in pixels.
  ///   - pixelsPerPoint: pixels per px of the figure's natural size, where there is room: 2 on screens
  ///     of fine pixels.
  ///   - isDark: whether it will stand on a dark background.
  /// - Throws: ``PlottingError`` when the figure cannot be drawn or gnuplot does not do its part;
  ///   `Cancelled` when the user stopped it.
  public func terminalImage(
    _ figure: Figure, width: Int, height: Int, pixelsPerPoint: Double, isDark: Bool
  ) throws -> TerminalImage {
    try figure.check()
    let layout = Layout(figure)
    let fitting = min(Double(width) / layout.width, Double(height) / layout.height)
    // Smaller than this nobody reads it; larger than this it takes long to send.
    let scale = max(0.5, min(pixelsPerPoint, fitting, 4))
    let folder = try PlottingError.workFolder()
    let file = "terminal.png"
    let script = FigureScript(
      layout, theme: isDark ? .dark : .light, target: .png(scale: scale), output: file
    ).script
    let (image, note) = try withFonts(script, of: "image")
    try gnuplot.run(image, in: folder)
    let png = folder.contents(of: file)
    guard png.starts(with: [0x89, 0x50, 0x4E, 0x47]), png.suffix(8).starts(with: Data("IEND".utf8))
    else { throw PlottingError.incomplete(file: file, folder: folder.path) }
    return TerminalImage(
      png: png, width: Int(layout.width * scale), height: Int(layout.height * scale),
      note: note)
  }
}
