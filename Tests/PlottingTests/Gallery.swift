import BasinCore
import Foundation

/// The kinds of figures that Basin's analyses return, with made-up numbers.
enum Gallery {
  static let all: [(name: String, figure: Figure)] = [
    ("similarity-5", smallMatrix), ("similarity-30", largeMatrix),
    ("diversity-plane", diversityPlane), ("s-curve", sCurve), ("loss-plane", lossPlane),
    ("training", training), ("reliability", reliability), ("surface", surface),
    ("solid", solid),
  ]

  static let smallMatrix: Figure = {
    let names = (0..<5).map { "seed \($0)" }
    let rows = (0..<5).map { row in
      (0..<5).map { column in row == column ? 1 : 0.05 + 0.9 * noise(row * column + row + column) }
    }
    return Figure(
      "Disagreement of five seeds on the test split",
      .matrix(
        rows: rows, labels: names,
        color: .init("fraction of test inputs that differ", range: 0...1), format: .fixed(2)),
      legend: .none, size: .compact)
  }()

  static let largeMatrix: Figure = {
    let rows = (0..<30).map { row in
      (0..<30).map { column in
        row / 10 == column / 10
          ? exp(-0.25 * Double(abs(row - column))) : 0.02 * (noise(row * 31 + column) - 0.5)
      }
    }
    let labels = (0..<30).map { "run \($0 / 10), epoch \($0 % 10 * 3)" }
    return Figure(
      "Weight similarity along three trajectories",
      .matrix(
        rows: rows, labels: labels, color: .init("cos(wₐ, w_b)", map: .diverging),
        blocks: [10, 20]), legend: .none)
  }()

  static let diversityPlane: Figure = {
    var panel = Figure.Panel(
      x: .init("test accuracy"), y: .init("disagreement / (1 − accuracy)", range: 0...1.4))
    let accuracy = (0...60).map { 0.5 + 0.45 * Double($0) / 60 }
    panel.add(
      .line(
        "independent errors (upper limit)", x: accuracy,
        y: accuracy.map { (1 - (0.95 * $0 + 0.05 * (1 - $0) / 9)) / (1 - $0) },
        color: .neutral, dash: .dashed))
    panel.add(
      .line(
        "perturbed baseline (lower limit)", x: accuracy,
        y: accuracy.map { (0.95 - $0) / (0.95 - 0.1) * 0.9 / (1 - $0) }, color: .neutral,
        dash: .dotted))
    let index = Array(0..<40)
    panel.add(
      .scatter(
        "random subspace", x: index.map { 0.6 + 0.34 * noise($0) },
        y: index.map { 0.2 + 0.5 * noise($0 + 50) }, color: .series(0)))
    panel.add(
      .scatter(
        "dropout subspace", x: index.map { 0.7 + 0.24 * noise($0 + 100) },
        y: index.map { 0.3 + 0.4 * noise($0 + 150) }, color: .series(1)))
    panel.add(
      .scatter(
        "independent seeds", x: index.prefix(8).map { 0.92 + 0.02 * noise($0 + 200) },
        y: index.prefix(8).map { 0.85 + 0.1 * noise($0 + 250) }, color: .series(2)))
    panel.add(.scatter("baseline", x: [0.95], y: [0], color: .highlight))
    return Figure("Diversity–accuracy plane", panel, legend: .right, size: .wide)
  }()

  static let sCurve: Figure = {
    let dimensions: [Double] = [1, 3, 5, 10, 15, 30, 50, 75, 100, 200, 300, 500]
    func fit(_ d: Double, _ c: Double) -> Double { 1 / (1 + exp(-(log(d) - log(c)) / 0.45)) }
    let fine = (0...100).map { pow(500, Double($0) / 100) }
    let raw = dimensions.flatMap { d in (0..<5).map { (d, $0) } }
    var panel = Figure.Panel(
      x: .init("cutting-plane dimension d", scale: .log10),
      y: .init("probability of class 3 reached", range: 0...1))
    panel.add(
      .band(
        "95 % interval", x: fine, lower: fine.map { fit($0, 36) }, upper: fine.map { fit($0, 26) }))
    panel.add(
      .scatter(
        "repetitions", x: raw.map(\.0),
        y: raw.map { min(max(fit($0.0, 31) + 0.25 * (noise($0.1 + Int($0.0)) - 0.5), 0), 1) },
        isFaint: true))
    panel.add(.line("fit", x: fine, y: fine.map { fit($0, 31) }))
    panel.add(.vertical(at: 31, label: "d*₅₀ = 31"))
    panel.add(.horizontal(at: 0.5))
    return Figure("How large is the manifold of class 3?", panel)
  }()

  static let lossPlane: Figure = {
    let axis = (0...40).map { -0.2 + 1.4 * Double($0) / 40 }
    let values = axis.flatMap { y in
      axis.map { x in
        let a = hypot(x, y)
        let b = hypot(x - 1, y)
        let c = hypot(x - 0.5, y - 0.9)
        return 0.02 + 3 * pow(min(a, b, c), 2) + 0.4 * exp(-a * b * c * 20)
      }
    }
    let low = values.min() ?? 0
    let high = values.max() ?? 1
    let levels = (0...7).map { low + exp(-5 + Double($0) * (log(high - low) + 5) / 7) }
    var panel = Figure.Panel(
      x: .init("α"), y: .init("β"), color: .init("train loss"), aspect: .equal)
    panel.add(.contours(.init(x: axis, y: axis, values: values), levels: levels))
    panel.add(
      .line(
        "connecting curve", x: (0...20).map { Double($0) / 20 },
        y: (0...20).map { sin(Double($0) / 20 * .pi) * 0.42 }, color: .series(1)))
    panel.add(
      .scatter(
        "trajectory", x: [0.1, 0.2, 0.35, 0.45, 0.5], y: [0.95, 0.82, 0.85, 0.78, 0.9],
        color: .series(4)))
    panel.add(
      .scatter(
        "checkpoints", x: [0, 1, 0.5], y: [0, 0, 0.9], color: .highlight, marker: .circle,
        labels: ["w₁", "w₂", "w₃"]))
    panel.add(.scatter("bend", x: [0.5], y: [0.42], color: .highlight, marker: .diamond))
    return Figure("Loss in the plane of three checkpoints", panel)
  }()

  /// The plane of `lossPlane` as a surface, beside its error.
  static let solid: Figure = {
    let plane = lossPlane.panels[0]
    guard case .contours(let contours) = plane.layers[0] else { return lossPlane }
    var loss = Figure.Panel(
      "train loss", x: .init("towards seed 1"), y: .init("across, towards seed 2"),
      color: .init("loss (nats)", scale: .log10, range: 0.02...2), aspect: .equal)
    loss.layers = [.surface(contours.grid)] + plane.layers.dropFirst()
    var error = loss
    error.title = "test error"
    error.color = .init("error (%)", range: 0...40)
    var grid = contours.grid
    grid.values = grid.values.map { 15 * $0 }
    for index in [300, 301, 341, 342] { grid.values[index] = .nan }
    error.layers[0] = .surface(grid)
    error.add(.arrow(fromX: 0.1, fromY: 0.95, toX: 0.2, toY: 0.82, color: .series(4)))
    return Figure(
      "Loss and error over the plane of three checkpoints", panels: [loss, error], columns: 2,
      size: .wide)
  }()

  static let training: Figure = {
    let epochs = (1...30).map(Double.init)
    func curve(_ seed: Int, _ end: Double) -> [Double] {
      epochs.map { end + 2.2 * exp(-$0 / 4) * (1 + 0.1 * noise(Int($0) + 40 * seed)) }
    }
    var loss = Figure.Panel("Loss", x: .init("epoch"), y: .init("cross-entropy", scale: .log10))
    var accuracy = Figure.Panel("Accuracy", x: .init("epoch"), y: .init("accuracy (%)"))
    for (index, name) in ["train", "test", "average of weights"].enumerated() {
      let end = 0.01 + 0.05 * Double(index)
      let own = curve(index, end)
      loss.add(.line(name, x: epochs, y: own, color: .series(index)))
      accuracy.add(.line(name, x: epochs, y: own.map { 100 - 30 * $0 }, color: .series(index)))
    }
    return Figure("Training of seed 0", panels: [loss, accuracy], columns: 2, size: .wide)
  }()

  static let reliability: Figure = {
    let centres = (0..<10).map { 0.05 + 0.1 * Double($0) }
    var top = Figure.Panel(
      x: .init("confidence", range: 0...1), y: .init("accuracy − confidence"))
    top.add(.horizontal(at: 0))
    let gap = centres.map { 0.08 * sin($0 * 6) }
    top.add(
      .scatter(
        "one model", x: centres, y: gap,
        yError: .about(gap, halfWidths: centres.map { _ in 0.02 })))
    top.add(
      .line(
        "average of 30", x: centres, y: gap.map { $0 * 0.3 }, color: .series(2), marker: .automatic)
    )
    var below = Figure.Panel(x: .init("confidence", range: 0...1), y: .init("inputs"))
    below.relativeHeight = 0.4
    below.add(
      .histogram(
        edges: (0...10).map { Double($0) / 10 }, heights: centres.map { 20 + 400 * pow($0, 4) },
        color: .neutral))
    return Figure("Reliability", panels: [top, below])
  }()

  static let surface: Figure = {
    let x = (0..<61).map { -1 + Double($0) / 30 }
    let y = (0..<41).map { -1 + Double($0) / 20 }
    var values = y.flatMap { y in x.map { x in 0.001 + x * x + 10 * y * y * y * y } }
    for index in [100, 101, 102, 161, 162] { values[index] = .nan }
    var panel = Figure.Panel(
      x: .init("direction 1"), y: .init("direction 2"),
      color: .init("loss", scale: .log10), aspect: .square)
    panel.add(.heatMap(.init(x: x, y: y, values: values)))
    panel.add(.text("minimum", x: 0, y: 0.1, side: .center))
    panel.add(.arrow(fromX: 0.6, fromY: 0.6, toX: 0.05, toY: 0.05, color: .highlight))
    return Figure("Loss on two random directions", panel, legend: .none, size: .compact)
  }()

  /// Numbers from 0 to 1 without a pattern to the eye, the same every time.
  private static func noise(_ index: Int) -> Double {
    let value = sin(Double(index) * 12.9898 + 4.1) * 43758.5453
    return value - value.rounded(.down)
  }
}
