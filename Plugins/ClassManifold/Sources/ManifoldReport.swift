import BasinKit
import Foundation
import Landscape

/// Curves of one or several targets and networks: figures, tables and remarks.
struct ManifoldReport {
  var curves: [TargetCurve]
  var caption: String
  var threshold: Double

  private var targets: [String] { names(\.target) }
  private var subjects: [String] { names(\.subject) }

  private func names(_ name: (TargetCurve) -> String) -> [String] {
    var names: [String] = []
    for curve in curves where !names.contains(name(curve)) { names.append(name(curve)) }
    return names
  }

  var result: Result {
    var result = Result()
    if targets.count == 1 {
      result.add(pair)
    } else {
      if subjects.count == 1, targets.count <= 12 { result.add(multiples) }
      result.add(overview)
    }
    result.add(table)
    result.add(quarters)
    for remark in curves.compactMap(\.remark) { result.add(Note(remark, level: .warning)) }
    return result
  }

  // MARK: Figures

  private static let probability = Figure.Axis("largest target probability", range: -0.02...1.02)

  private func axis(_ label: String = "cutting-plane dimension d") -> Figure.Axis {
    let all = curves.flatMap(\.dimensions)
    guard let least = all.min(), let greatest = all.max(), least < greatest else {
      return .init(label, scale: .log10)
    }
    return .init(label, scale: .log10, range: Double(least) * 0.9...Double(greatest) * 1.1)
  }

  // The paper's two panels: probabilities with the fit, and losses.
  private var pair: Figure {
    var probability = Figure.Panel("Probability", x: axis(), y: Self.probability)
    var loss = Figure.Panel("Loss", x: axis(), y: .init("smallest loss (nats)"))
    for (index, curve) in curves.enumerated() {
      let name = subjects.count > 1 ? curve.subject : nil
      add(curve, index, name: name, to: &probability)
      let x = curve.points.map { Double($0.plane.dimension) }
      loss.add(
        .scatter(
          x: x, y: curve.points.map(\.outcome.loss), color: .series(index), marker: .circle,
          isFaint: true))
      loss.add(
        .line(
          x: curve.dimensions.map(Double.init), y: curve.means(\.loss), color: .series(index),
          dash: .solid, marker: .automatic))
    }
    probability.add(.horizontal(at: 0.5))
    if curves.count == 1, let half = curves[0].drawn?.value {
      probability.add(
        .vertical(at: half, label: "d*₅₀ = \(NumberFormat.significant(3).text(half))"))
    }
    return Figure(
      "Reaching \(curves[0].target) in random planes", panels: [probability, loss], columns: 2,
      size: .wide,
      caption: caption
        + " Each faint point is a plane; marks are means, the line is the fit, and the band its 95 % "
        + "interval at each d (bootstrap of the planes within each dimension).")
  }

  private func add(
    _ curve: TargetCurve, _ index: Int, name: String?, to panel: inout Figure.Panel
  ) {
    if let fit = curve.fit {
      let bands = curve.fine.map { fit.band(at: $0) }
      if bands.allSatisfy({ $0 != nil }) {
        panel.add(
          .band(
            x: curve.fine, lower: bands.map { $0?.lowerBound ?? .nan },
            upper: bands.map { $0?.upperBound ?? .nan }, color: .series(index)))
      }
    }
    panel.add(
      .scatter(
        name == nil ? "plane" : nil, x: curve.points.map { Double($0.plane.dimension) },
        y: curve.points.map(\.outcome.probability), color: .series(index), marker: .circle,
        isFaint: true))
    if let fit = curve.fit {
      panel.add(
        .line(
          name ?? "fit", x: curve.fine, y: curve.fine.map { fit.probability(at: $0) },
          color: .series(index), dash: .solid))
    }
    panel.add(
      .scatter(
        name == nil ? "mean" : nil, x: curve.dimensions.map(Double.init),
        y: curve.means(\.probability), color: .series(index)))
  }

  // A small panel for each target.
  private var multiples: Figure {
    let columns = min(4, targets.count)
    let panels = curves.enumerated().map { index, curve -> Figure.Panel in
      var panel = Figure.Panel(
        curve.target, x: axis(index + columns >= curves.count ? "d" : ""),
        y: .init(index % columns == 0 ? "p" : "", range: -0.02...1.02))
      add(curve, 0, name: nil, to: &panel)
      panel.add(.horizontal(at: 0.5))
      return panel
    }
    return Figure(
      "Reaching each class in random planes", panels: panels, columns: columns, size: .wide,
      caption: caption
        + " p is the largest probability of the class. Each faint point is a plane; marks are means, the "
        + "line is the fit, and the band its 95 % interval at each d (bootstrap of the planes within each dimension)."
    )
  }

  // d*₅₀ of every target, side by side for several networks.
  private var overview: Figure {
    var panel = Figure.Panel(
      x: .categories("target", targets.map { $0.replacingOccurrences(of: "class ", with: "") }),
      y: .init("d*₅₀"))
    for (index, subject) in subjects.enumerated() {
      let shift = subjects.count > 1 ? 0.5 * (Double(index) / Double(subjects.count - 1) - 0.5) : 0
      var (x, y, lower, upper): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
      for (place, target) in targets.enumerated() {
        guard
          let curve = curves.first(where: { $0.subject == subject && $0.target == target }),
          let drawn = curve.drawn
        else { continue }
        x.append(Double(place) + shift)
        y.append(drawn.value)
        lower.append(drawn.lower)
        upper.append(drawn.upper)
      }
      panel.add(
        .scatter(
          subjects.count > 1 ? subject : "d*₅₀", x: x, y: y, color: .series(index),
          yError: .init(lower: lower, upper: upper)))
    }
    return Figure(
      "Where half of the probability is reached", panel,
      legend: subjects.count > 1 ? .below : .none,
      caption:
        "d*₅₀ of each target (\(TargetCurve.intervals)); targets whose curve does not cross 0.5 are "
        + "left out. "
        + "A bar without a stroke across its end is open: the end is beyond the dimensions measured."
    )
  }

  // MARK: Table

  private var table: Table {
    let format = NumberFormat.significant(3)
    let isShared = subjects.count == 1
    var table = Table(
      "d*₅₀, where the fit crosses 0.5 (\(TargetCurve.intervals))",
      columns: (isShared ? [] : [.text("network")]) + [
        .text("target"), .integer("planes"), .number("d*₅₀", format: format),
        .number("from", format: format), .number("to", format: format),
        .number("D − d*₅₀", format: format), .number("from", format: format),
        .number("to", format: format), .number("reached", format: .percent(0)),
      ])
    for curve in curves {
      let reached = curve.points.count { $0.outcome.probability >= threshold }
      table.append(
        (isShared ? [] : [.text(curve.subject)]) + [
          .text(curve.target), .integer(curve.points.count),
        ] + curve.cells(0.5) + curve.manifoldCells + [
          .number(Double(reached) / Double(max(1, curve.points.count)))
        ])
    }
    return table
  }

  private var quarters: Table {
    let format = NumberFormat.significant(3)
    let isShared = subjects.count == 1
    var table = Table(
      "d*₂₅ and d*₇₅, where the fit crosses 0.25 and 0.75 (\(TargetCurve.intervals))",
      columns: (isShared ? [] : [.text("network")]) + [
        .text("target"), .integer("planes"), .number("d*₂₅", format: format),
        .number("from", format: format), .number("to", format: format),
        .number("d*₇₅", format: format), .number("from", format: format),
        .number("to", format: format),
      ])
    for curve in curves {
      table.append(
        (isShared ? [] : [.text(curve.subject)]) + [
          .text(curve.target), .integer(curve.points.count),
        ] + curve.cells(0.25) + curve.cells(0.75))
    }
    return table
  }
}
