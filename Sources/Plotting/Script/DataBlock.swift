import Foundation

/// Numbers for one element of a plot.
struct DataBlock {
  /// How the numbers are laid out.
  enum Shape: Equatable {
    /// Records of as many numbers as there are columns.
    case records
    /// One number for each node of an evenly spaced grid with so many columns.
    case grid(columns: Int)
  }

  /// What the columns are, for the reader of a data file.
  var columns: [String]
  var shape: Shape
  /// Row by row.
  var values: [Double]
  /// Whether it draws a mark of the legend, which is part of the script and no data file.
  var isLegendMark = false
  /// Whether the values of a grid are whole numbers from 0 to ``missingStep``, which take a byte each in a
  /// file.
  private var isSteps = false
  /// How far apart the grid's nodes are: `dx=1 dy=1`.
  private var spacing = ""
  /// Where the grid's first node is.
  private var origin = (x: 0.0, y: 0.0)

  /// Records from columns of the same length.
  init(_ columns: [(String, [Double])]) {
    self.columns = columns.map(\.0)
    shape = .records
    let rows = columns.map(\.1.count).min() ?? 0
    values = (0..<rows).flatMap { row in columns.map { $0.1[row] } }
  }

  /// A grid of evenly spaced nodes, from (`x.lowerBound`, `y.lowerBound`) to the upper bounds.
  init(grid values: [Double], columns: Int, x: ClosedRange<Double>, y: ClosedRange<Double>) {
    self.columns = ["value"]
    shape = .grid(columns: columns)
    self.values = values
    let rows = columns > 0 ? values.count / columns : 0
    let dx = columns > 1 ? (x.upperBound - x.lowerBound) / Double(columns - 1) : 1
    let dy = rows > 1 ? (y.upperBound - y.lowerBound) / Double(rows - 1) : 1
    spacing = "dx=\(dx) dy=\(dy)"
    origin = (x.lowerBound, y.lowerBound)
  }

  /// How many records or grid rows there are.
  var rows: Int {
    switch shape {
    case .records: columns.isEmpty ? 0 : values.count / columns.count
    case .grid(let columns): columns > 0 ? values.count / columns : 0
    }
  }

  /// Stands for a missing value among steps.
  static let missingStep = 255

  /// The grid with each value as the step that it falls into, from 0 to 254, as gnuplot would find it in a
  /// value of its single precision.
  func steps(_ step: (Double) -> Int) -> DataBlock {
    var block = self
    block.values = values.map {
      $0.isNaN ? Double(Self.missingStep) : Double(step(Double(Float($0))))
    }
    block.isSteps = true
    return block
  }

  /// What follows `'-'` in a `plot` command, or with `isSolid` in an `splot` command.
  func binaryFormat(isSolid: Bool = false) -> String { binaryFormat("%float", isSolid: isSolid) }

  private func binaryFormat(_ number: String, isSolid: Bool) -> String {
    switch shape {
    case .records:
      let format = String(repeating: "%double", count: columns.count)
      return "binary format='\(format)' record=(\(rows))"
    case .grid(let columns):
      let place = "\(origin.x),\(origin.y)\(isSolid ? ",0" : "")"
      return "binary format='\(number)' array=(\(columns),\(rows)) origin=(\(place)) \(spacing)"
    }
  }

  /// What follows a file's name in a plot command.
  func fileFormat(isSolid: Bool) -> String {
    shape == .records ? "" : binaryFormat(isSteps ? "%uchar" : "%float", isSolid: isSolid)
  }

  /// Whether a data file of one serves the other.
  func hasSameNumbers(as other: DataBlock) -> Bool {
    columns == other.columns && shape == other.shape && values == other.values
  }

  /// The ending of the data file's name.
  var fileExtension: String { shape == .records ? "dat" : "bin" }

  /// The content of the data file: text with a comment that names the columns, or the floats or bytes of
  /// a grid.
  var fileContent: Data {
    guard shape == .records else {
      if isSteps { return Data(values.map { UInt8($0) }) }
      return values.reduce(into: Data(capacity: values.count * 4)) { data, value in
        withUnsafeBytes(of: Float(value)) { data.append(contentsOf: $0) }
      }
    }
    return Data(("# " + columns.joined(separator: "  ") + "\n" + records).utf8)
  }

  /// Records as text, one a line.
  var records: String {
    var text = ""
    for row in 0..<rows {
      let record = values[row * columns.count..<(row + 1) * columns.count]
      text += record.map { $0.isNaN ? "NaN" : "\($0)" }.joined(separator: " ") + "\n"
    }
    return text
  }
}
