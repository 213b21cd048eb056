/// What a built-in architecture consists of: its tensors, by the names of the PyTorch module that
/// it stands for, its layers with the shapes of their outputs, and the TorchScript that computes
/// with them.
///
/// Nothing is allocated, so a plan says what a network of any size has before it is built.
public struct NetworkPlan: Sendable, Equatable {
  /// How a tensor starts.
  public enum Initialization: Sendable, Equatable {
    /// Uniform in ±bound: PyTorch's default for convolutions and linear layers, with
    /// bound = 1/√fan-in.
    case uniform(bound: Double)
    /// Normal with this standard deviation: He et al., arXiv 1502.01852, with √(2/fan-in) or
    /// √(2/fan-out).
    case normal(standardDeviation: Double)
    /// One value everywhere.
    case constant(Double)
  }

  /// A parameter or buffer.
  public struct Entry: Sendable, Equatable {
    /// Its dotted name in the state dict.
    public var name: String
    /// Its shape.
    public var shape: [Int]
    /// How it starts.
    public var initialization: Initialization
    /// Whether it is state rather than trained: batch-norm statistics.
    public var isBuffer = false
    /// Whether it holds int64 counts rather than floats.
    public var isCount = false

    /// How many numbers it has; the largest integer where there are more.
    public var count: Int {
      shape.reduce(1) { product, size in
        let (next, overflow) = product.multipliedReportingOverflow(by: size)
        return overflow ? .max : next
      }
    }
  }

  /// A module that has tensors, or a parameter that belongs to none.
  public struct Layer: Sendable, Equatable {
    /// Its dotted path: `layer1.0.conv1`.
    public var path: String
    /// What it does: `linear`, `batch norm`, `conv 3×3, stride 2`.
    public var kind: String
    /// The shape of its output for one input; of the tensor itself for a bare parameter.
    public var output: [Int]
    /// How many trained numbers it has.
    public var parameters: Int
    /// How many numbers of state it has, counts not among them.
    public var buffers: Int
    // The TorchScript variable that it writes, if any, and the line after which it is there.
    var variable: String?
    var line = 0
  }

  /// Parameters and buffers in the state dict's order.
  public private(set) var entries: [Entry] = []
  /// The layers in the state dict's order.
  public private(set) var layers: [Layer] = []
  /// TorchScript: `def forward(self, x): …`.
  public var source: String { (["def forward(self, x):"] + lines).joined(separator: "\n    ") }
  /// TorchScript of a method that stops after a layer and returns its output; `nil` when there is
  /// no such layer, or it has no output: a bare parameter.
  func source(ofOutputAt path: String, method: String) -> String? {
    guard let layer = layers.first(where: { $0.path == path }), let variable = layer.variable
    else { return nil }
    let body = lines.prefix(layer.line) + ["return \(variable)"]
    return (["def \(method)(self, x):"] + body).joined(separator: "\n    ")
  }

  /// How many numbers the parameters have; the largest integer where there are more.
  public var parameterCount: Int { Self.count(entries) { !$0.isBuffer } }
  /// How many numbers of state there are, counts not among them.
  public var bufferCount: Int { Self.count(entries) { $0.isBuffer && !$0.isCount } }

  /// Activation, pooling and the ε of normalisation.
  let choices: Architecture.Choices
  private var lines: [String] = []
  // The shapes of TorchScript's variables, for one input.
  private var shapes: [String: [Int]]

  /// Plans a built-in architecture.
  ///
  /// - Throws: ``ArchitectureError`` when the architecture does not fit its input, or is a file.
  public init(_ architecture: Architecture) throws {
    shapes = ["x": architecture.input]
    choices = architecture.choices
    switch architecture.family {
    case .mlp(let hidden, let layers): planMLP(hidden, layers, architecture)
    case .cnn(let channels, let batchNorm): try planCNN(channels, batchNorm, architecture)
    case .resnet(let blocks): try planResNet(blocksPerStage: blocks, architecture)
    case .imageResNet(let form): try planImageResNet(form, architecture)
    case .wideResNet(let blocks, let width):
      try planWideResNet(blocksPerStage: blocks, width: width, architecture)
    case .vgg16(let batchNorm): try planVGG16(batchNorm, architecture)
    case .vit(let sizes): try planViT(sizes, architecture)
    case .mimoCNN(let heads, let channels, let batchNorm):
      try planMIMOCNN(heads: heads, channels, batchNorm, architecture)
    case .torchScript:
      throw ArchitectureError(architecture.text, "a TorchScript file has no plan of Basin's")
    }
  }

  /// The shape of a variable of the TorchScript, for one input.
  func shape(of variable: String = "x") -> [Int] { shapes[variable] ?? [] }

  /// Adds a line of TorchScript, after which `x` has another shape where one is given.
  mutating func line(_ text: String, shape: [Int]? = nil) {
    lines.append(text)
    if let shape { shapes["x"] = shape }
  }

  /// Makes `variable` another name of `x`.
  mutating func keep(as variable: String) {
    line("\(variable) = x")
    shapes[variable] = shapes["x"]
  }

  /// Records a layer whose tensors are the last `tensors` entries, and which writes `variable`.
  mutating func layer(
    _ path: String, _ kind: String, tensors: Int, output: [Int], to variable: String? = "x"
  ) {
    let own = entries.suffix(tensors)
    layers.append(
      Layer(
        path: path, kind: kind, output: output, parameters: Self.count(own) { !$0.isBuffer },
        buffers: Self.count(own) { $0.isBuffer && !$0.isCount }, variable: variable,
        line: lines.count))
    if let variable { shapes[variable] = output }
  }

  /// Adds a tensor.
  ///
  /// - Returns: What TorchScript calls it.
  mutating func tensor(
    _ name: String, _ shape: [Int], _ initialization: Initialization, isBuffer: Bool = false,
    isCount: Bool = false
  ) -> String {
    entries.append(
      Entry(
        name: name, shape: shape, initialization: initialization, isBuffer: isBuffer,
        isCount: isCount))
    return Self.reference(to: name)
  }

  // `self.layer1` has no attribute `0` in TorchScript's grammar, but getattr finds it.
  private static func reference(to name: String) -> String {
    name.split(separator: ".").reduce("self") { object, part in
      part.first?.isNumber == true ? "getattr(\(object), \"\(part)\")" : "\(object).\(part)"
    }
  }

  private static func count(
    _ entries: some Sequence<Entry>, where isCounted: (Entry) -> Bool
  ) -> Int {
    entries.filter(isCounted).reduce(0) { total, entry in
      let (sum, overflow) = total.addingReportingOverflow(entry.count)
      return overflow ? .max : sum
    }
  }
}
