// Plotting owns the house style and the way from a figure to ink: layout, gnuplot scripts, the
// gnuplot process, SVG for inlining, PNG and terminal text. It must not know what a figure is
// about, nor tensors, commands, notebooks or HTML pages.

import BasinCore
import Foundation
import Programs

/// Draws figures with gnuplot, in the house style.
///
/// ```swift
/// let renderer = FigureRenderer()
/// let drawn = try renderer.render(figure, name: "similarity")
/// try AtomicFile.write(drawn.png, to: "figures/similarity.png")
/// ```
///
/// gnuplot is started for each figure, without a shell and without the user's start-up files, in a
/// folder of its own that is removed afterwards.
public struct FigureRenderer: Sendable {
  let executable: String
  private let fontList: String
  private let timeout: Double
  private let cancellation: Cancellation

  /// Creates a renderer.
  ///
  /// - Parameters:
  ///   - gnuplot: the program's path, or a name to be looked for on `PATH`.
  ///   - fontList: fontconfig's `fc-list`, which says what installed fonts can show.
  ///   - timeout: how many seconds one figure may take.
  ///   - cancellation: ends a running gnuplot at once.
  public init(
    gnuplot: String = "gnuplot", fontList: String = "fc-list", timeout: Double = 60,
    cancellation: Cancellation = Cancellation()
  ) {
    self.fontList = fontList
    // Paths stay as they are: what is wrong with one is said when it is started.
    executable =
      Executable.path(of: gnuplot)
      ?? (gnuplot.contains("/") ? URL(fileURLWithPath: gnuplot).path : gnuplot)
    self.timeout = timeout
    self.cancellation = cancellation
  }

  /// Draws a figure as SVG and PNG.
  ///
  /// - Parameter name: names its files and begins the ids in its SVG; characters other than
  ///   ASCII letters, digits, `-` and `_` become `-`. Two figures in one page need two names.
  /// - Throws: ``PlottingError`` when the figure cannot be drawn or gnuplot does not do its part;
  ///   `Cancelled` when the user stopped it.
  public func render(_ figure: Figure, name: String) throws -> RenderedFigure {
    try figure.check()
    let name = SafeText.identifier(name)
    let layout = Layout(figure)
    let folder = try PlottingError.workFolder()
    func script(_ theme: Theme, _ target: FigureScript.Target, _ output: String) -> Script {
      FigureScript(layout, theme: theme, target: target, output: output).script
    }
    var all = script(.light, .svg, "light.svg")
    all.add(script(.dark, .svg, "dark.svg"))
    let (image, fontNote) = try withFonts(script(.light, .png(scale: 2), "light.png"))
    all.add(image)
    try gnuplot.run(all, in: folder)

    func svg(_ file: String, id: String) throws -> String {
      let svg = SVGDocument.inlined(
        String(decoding: folder.contents(of: file), as: UTF8.self), id: id, title: figure.title,
        description: figure.altText, width: layout.width)
      guard SVGDocument.isWhole(svg) else {
        throw PlottingError.incomplete(file: file, folder: folder.path)
      }
      return svg
    }
    let png = folder.contents(of: "light.png")
    guard png.starts(with: [0x89, 0x50, 0x4E, 0x47]), png.suffix(8).starts(with: Data("IEND".utf8))
    else { throw PlottingError.incomplete(file: "light.png", folder: folder.path) }
    return RenderedFigure(
      lightSVG: try svg("light.svg", id: "\(name)-light"),
      darkSVG: try svg("dark.svg", id: "\(name)-dark"), png: png,
      sources: script(.light, .standaloneSVG, "\(name).svg").files(named: name),
      altText: figure.altText,
      dataNote: [figure.dataNote, fontNote].compactMap(\.self).joined(separator: " ").nonEmpty)
  }

  /// A script of a PNG with a box in the place of each character that no installed font has, and a sentence that
  /// says so.
  ///
  /// - Parameter kind: what the sentence calls it: `PNG`, `image`.
  func withFonts(_ script: Script, of kind: String = "PNG") throws -> (Script, note: String?) {
    if try Fonts.areNone(list: fontList, cancellation) {
      return (script, "The \(kind) has no text: no font is installed, such as fonts-dejavu-core.")
    }
    let missing = try Fonts.missing(in: script.text, cancellation)
    guard !missing.isEmpty else { return (script, nil) }
    let substitute = try Fonts.substitute(cancellation)
    let shown = missing.prefix(8).map(String.init).joined(separator: ", ")
    return (
      script.replacing(Dictionary(missing.map { ($0, substitute) }) { first, _ in first }),
      "In the \(kind) \(substitute) stands for \(shown)\(missing.count > 8 ? " and \(missing.count - 8) more" : ""): "
        + "no installed font has \(missing.count == 1 ? "it" : "them")."
    )
  }

  /// Whether images can have text: fontconfig knows a font with Latin letters, or cannot be asked.
  ///
  /// - Throws: `Cancelled`.
  public func hasFonts() throws -> Bool { try !Fonts.areNone(list: fontList, cancellation) }

  /// What the installed gnuplot says it is: `5.4 patchlevel 4`. Asked also after the user cancelled:
  /// a report of what is done still says what drew it.
  ///
  /// - Throws: ``PlottingError``.
  public func gnuplotVersion() throws -> String {
    try Gnuplot(executable: executable, timeout: timeout, cancellation: Cancellation()).version()
  }

  var gnuplot: Gnuplot {
    Gnuplot(executable: executable, timeout: timeout, cancellation: cancellation)
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
