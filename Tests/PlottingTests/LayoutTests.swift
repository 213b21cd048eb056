import BasinCore
import Testing

@testable import Plotting

/// Where parts of a figure stand.
@Suite struct LayoutTests {
  /// Labels of ticks have the room that was kept for them, so that the axis's own label stands beside them:
  /// also in narrow columns, where panels are taller than wide and have more ticks than first guessed.
  @Test(arguments: 1...5, [Figure.Size.compact, .regular, .wide])
  func ticksStayWithinTheirMargin(columns: Int, size: Figure.Size) {
    for range in [-0.02...1.02, 0...0.37, -3...11, 97...102, 0...1250.0] {
      let panels = (0..<columns).map { index -> Figure.Panel in
        var panel = Figure.Panel(
          "class \(index)", x: .init("d", scale: .log10), y: .init("p", range: range))
        panel.add(
          .line(
            x: [1, 16], y: [range.lowerBound, range.upperBound], color: .series(0), dash: .solid))
        return panel
      }
      let layout = Layout(Figure("Small panels", panels: panels, columns: columns, size: size))
      for placed in layout.panels {
        let widest = placed.yTicks.major.map { Layout.labelWidth($0.label) }.max() ?? 0
        #expect(widest <= placed.margins.yTickWidth, "\(range) \(placed.yTicks.major)")
      }
    }
  }
}
