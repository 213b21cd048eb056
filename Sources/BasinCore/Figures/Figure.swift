/// A figure as data: what is shown and in which role, never how it is coloured or laid out in
/// detail. The `Plotting` module draws it in one house style, light and dark, as SVG, PNG or
/// terminal text.
///
/// ```swift
/// var panel = Figure.Panel(
///   x: .init("cutting-plane dimension d", scale: .log10), y: .init("target probability"))
/// panel.add(.band("95 % interval", x: d, lower: low, upper: high, color: .series(0)))
/// panel.add(.scatter("repetitions", x: dims, y: reached, color: .series(0), isFaint: true))
/// panel.add(.line("fit", x: d, y: p, color: .series(0)))
/// panel.add(.vertical(at: 31.4, label: "d*₅₀"))
/// result.add(Figure("Class manifold of seed 0", panel))
/// ```
///
/// Numbers that cannot be drawn (`NaN`, infinities, non-positive values on a logarithmic axis)
/// leave a hole; ``dataNote`` says how many there were. JSON has no `NaN`: give the encoder a
/// `nonConformingFloatEncodingStrategy`.
public struct Figure: Sendable, Equatable, Codable {
  /// Where the names of the layers are listed. Never over the data.
  public enum Legend: String, Sendable, Equatable, Codable {
    /// No legend: the title or the axes say it.
    case none
    /// In a column to the right of the panels.
    case right
    /// In rows below the panels.
    case below
  }

  /// How much width the figure wants on a page.
  public enum Size: String, Sendable, Equatable, Codable {
    /// One square-ish panel: about 480 px.
    case compact
    /// The usual figure: about 640 px.
    case regular
    /// The full width of the page, for several panels side by side: about 960 px.
    case wide
  }

  /// What the figure shows, as its title; empty for none.
  public var title: String
  /// A sentence or two below the figure.
  public var caption: String?
  /// What a reader who cannot see the figure should know; ``altText`` makes one up otherwise.
  public var alt: String?
  /// The panels, in reading order.
  public var panels: [Panel]
  /// How many panels stand side by side; at least 1.
  public var columns: Int
  /// Where the names of the layers are listed.
  public var legend: Legend
  /// How much width the figure wants.
  public var size: Size

  /// Creates a figure.
  public init(
    _ title: String, panels: [Panel], columns: Int = 1, legend: Legend = .below,
    size: Size = .regular, caption: String? = nil, alt: String? = nil
  ) {
    self.title = title
    self.caption = caption
    self.alt = alt
    self.panels = panels
    self.columns = columns
    self.legend = legend
    self.size = size
  }

  /// Creates a figure with one panel.
  public init(
    _ title: String, _ panel: Panel, legend: Legend = .below, size: Size = .regular,
    caption: String? = nil, alt: String? = nil
  ) {
    self.init(
      title, panels: [panel], columns: 1, legend: legend, size: size, caption: caption, alt: alt)
  }
}
