import BasinKit
import Checkpoints
import Foundation

/// `histogram CKPT [TENSOR…]`.
struct Histogram: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw the distribution of weights.",
    discussion: """
      Without tensors, all floating-point tensors are pooled. Names may contain the wildcards * and ?; each \
      tensor gets its own panel with its own range. Bins have equal width between the minimum and the maximum \
      finite value; NaN and infinite values are counted in the table.
      """)
  static let task = CommandTask.contents
  static let examples = [
    "histogram seeds[0]",
    "histogram seeds[0] conv1.weight fc.weight",
    "histogram model.pt \"*.weight\" --bins 60 --log",
  ]

  @Argument(help: "A file, or a checkpoint such as seeds[0].") var checkpoint: String
  @Argument(help: "Tensors; all of them pooled unless given.") var tensors: [String] = []
  @Option(help: "Key of the state dict in a file that contains several.") var key: String?
  @Option(
    help: "Number of bins; twice the cube root of the number of elements, up to 60, unless given.")
  var bins: Int?
  @Flag(help: "Use a logarithmic axis for counts.") var log = false

  /// Panels that a figure can show.
  private static let mostPanels = 12

  func validate() throws {
    if let bins, !(2...1000).contains(bins) {
      throw ValidationError("--bins is \(bins); it must be from 2 to 1000")
    }
  }

  func run(in session: Session, _ context: Context) throws -> Result {
    let named = try NamedStateDict(checkpoint, key: key, in: session, context)
    let groups = try groups(in: named)
    var counted: [Counted] = []
    for (index, group) in groups.enumerated() {
      context.progress.report(
        ProgressUpdate("counting \(group.title)", completed: index, total: groups.count))
      counted.append(try Counted(group.title, group.tensors, bins: bins, context))
    }
    var result = Result()
    result.add(figure(counted, named.label))
    result.add(table(counted, named.label))
    for one in counted {
      let beyond = TensorStatistics.beyondSingleNote(
        one.beyondSingleCount, "\(named.label): ", of: one.title)
      if let beyond { result.add(Note(beyond, level: .warning)) }
    }
    return result
  }

  private typealias Group = (title: String, tensors: [StoredTensor])

  private func groups(in named: NamedStateDict) throws -> [Group] {
    let real = named.stateDict.tensors.filter { $0.scalarType.isReal && $0.elementCount > 0 }
    if tensors.isEmpty {
      let floats = real.filter(\.scalarType.isFloatingPoint)
      guard !floats.isEmpty else {
        throw CommandError("\(named.label) has no floating-point tensors")
      }
      return [("all \(floats.count) floating-point tensors", floats)]
    }
    var chosen: [StoredTensor] = []
    for pattern in tensors {
      let matching = real.filter { NamePattern(pattern).matches($0.name) }
      guard !matching.isEmpty else {
        let near = nearest(pattern, in: real.map(\.name)).map { "; did you mean '\($0)'?" }
        throw CommandError(
          "\(named.label) has no tensor '\(pattern)' of real numbers\(near ?? "")")
      }
      for tensor in matching where !chosen.contains(where: { $0.name == tensor.name }) {
        chosen.append(tensor)
      }
    }
    guard chosen.count <= Self.mostPanels else {
      throw CommandError(
        "\(chosen.count) tensors match, but a figure shows \(Self.mostPanels) at most; name fewer")
    }
    return chosen.map { ($0.name, [$0]) }
  }

  private func figure(_ counted: [Counted], _ label: String) -> Figure {
    let panels = counted.map { one in
      // On a logarithmic axis, a bar of one starts above the bottom, and an empty one has no place.
      let top = Double(max(1, one.counts.max() ?? 1))
      var panel = Figure.Panel(
        one.title, x: .init("value"),
        y: .init("count", scale: log ? .log10 : .linear, range: log ? 0.5...(2 * top) : nil))
      let centres = zip(one.edges, one.edges.dropFirst()).map { ($0 + $1) / 2 }
      let shown = one.counts.indices.filter { one.counts[$0] > 0 || !log }
      panel.add(
        .bars(
          x: shown.map { centres[$0] }, heights: shown.map { Double(one.counts[$0]) },
          width: one.edges[1] - one.edges[0]))
      return panel
    }
    let columns = min(panels.count, panels.count > 4 ? 3 : 2)
    return Figure(
      "Distribution of \(label)", panels: panels, columns: columns, legend: .none,
      size: columns > 1 ? .wide : .regular,
      caption: "Finite numbers between the minimum and the maximum, counted in bars of equal width."
    )
  }

  private func table(_ counted: [Counted], _ label: String) -> Table {
    var table = Table(
      label,
      columns: [
        .text("tensor"), .integer("elements"), .number("mean"), .number("std"),
        .number("min"), .number("max"), .number("zero", format: .percent(1)),
        .integer("NaN"), .integer("Inf"),
      ])
    for one in counted {
      table.append([
        .text(one.title), .integer(one.elements), .number(one.mean),
        .number(one.deviation), .number(one.least), .number(one.greatest),
        .number(one.zeros), .integer(one.nanCount), .integer(one.infiniteCount),
      ])
    }
    return table
  }
}

/// Numbers counted by size.
private struct Counted {
  var title: String
  var edges: [Double] = []
  var counts: [Int] = []
  var elements = 0
  var mean = Double.nan
  var deviation = Double.nan
  var least = Double.nan
  var greatest = Double.nan
  /// The part of the finite numbers that is zero.
  var zeros = Double.nan
  var nanCount = 0
  var infiniteCount = 0
  var beyondSingleCount = 0

  /// Reads the tensors twice: for their range and mean, then for the counts.
  init(_ title: String, _ tensors: [StoredTensor], bins: Int?, _ context: Context) throws {
    self.title = title
    let count = tensors.reduce(0) { $0 + $1.elementCount }
    let bins = bins ?? min(60, max(5, Int((2 * cbrt(Double(count))).rounded(.up))))
    var range: ClosedRange<Double>?
    var (sum, finite, zero) = (0.0, 0, 0)
    for tensor in tensors {
      let statistics = try TensorStatistics(of: tensor) { try context.cancellation.check() }
      elements += tensor.elementCount
      nanCount += statistics.nanCount
      infiniteCount += statistics.infiniteCount
      beyondSingleCount += statistics.beyondSingleCount
      guard let low = statistics.least, let high = statistics.greatest else { continue }
      range = min(low, range?.lowerBound ?? low)...max(high, range?.upperBound ?? high)
    }
    guard let range else {
      edges = [0, 1]
      counts = [0]
      return
    }
    (least, greatest) = (range.lowerBound, range.upperBound)
    // One value has a bar of its own around it.
    let half = least == greatest ? max(abs(least), 1) / 2 : 0
    let (low, high) = (least - half, greatest + half)
    let width = (high - low) / Double(bins)
    edges = (0...bins).map { low + Double($0) * width }
    counts = [Int](repeating: 0, count: bins)
    var squares = 0.0
    // Around the middle, so that squares of large means do not swallow the deviation.
    let middle = (low + high) / 2
    for tensor in tensors {
      var pieces = try tensor.pieces()
      while let piece = try pieces.next() {
        try context.cancellation.check()
        for value in piece where value.isFinite {
          let value = Double(value)
          counts[min(bins - 1, max(0, Int((value - low) / width)))] += 1
          sum += value - middle
          squares += (value - middle) * (value - middle)
          finite += 1
          if value == 0 { zero += 1 }
        }
      }
    }
    let offset = sum / Double(finite)
    mean = middle + offset
    deviation = max(0, squares / Double(finite) - offset * offset).squareRoot()
    zeros = Double(zero) / Double(finite)
  }
}
