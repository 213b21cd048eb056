/// What a built-in architecture consists of: its tensors, by the names of the PyTorch module that
/// it stands for, and the TorchScript that computes with them.
public struct NetworkPlan: Sendable, Equatable {
  /// How a tensor starts.
  public enum Initialization: Sendable, Equatable {
    /// Uniform in ±bound: PyTorch's default for convolutions and linear layers, with
    /// bound = 1/√fan-in.
    case uniform(bound: Double)
    /// Normal with this standard deviation: He et al., arXiv 1502.01852, with √(2/fan-in).
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
  }

  /// Parameters and buffers in the state dict's order.
  public private(set) var entries: [Entry] = []
  /// TorchScript: `def forward(self, x): …`.
  public var source: String { (["def forward(self, x):"] + lines).joined(separator: "\n    ") }

  /// How many numbers the parameters have, as far as that can be counted.
  var parameterCount: Int {
    entries.filter { !$0.isBuffer }.reduce(0) { total, entry in
      let count = entry.shape.reduce(1) { product, size in
        let (next, overflow) = product.multipliedReportingOverflow(by: size)
        return overflow ? .max : next
      }
      let (sum, overflow) = total.addingReportingOverflow(count)
      return overflow ? .max : sum
    }
  }

  private var lines: [String] = []

  /// Plans a built-in architecture.
  ///
  /// - Throws: ``ArchitectureError`` when the architecture does not fit its input, or is a file.
  public init(_ architecture: Architecture) throws {
    switch architecture.family {
    case .mlp(let hidden): planMLP(hidden, architecture)
    case .cnn(let channels, let batchNorm): try planCNN(channels, batchNorm, architecture)
    case .resnet(let blocks): try planResNet(blocksPerStage: blocks, architecture)
    case .torchScript:
      throw ArchitectureError(architecture.text, "a TorchScript file has no plan of Basin's")
    }
  }

  mutating func line(_ text: String) { lines.append(text) }

  /// Adds a linear layer; `x` becomes its output.
  mutating func linear(
    _ path: String, inputs: Int, outputs: Int, weight: Initialization? = nil
  ) {
    let bound = Initialization.uniform(bound: 1 / Double(inputs).squareRoot())
    let w = add("\(path).weight", [outputs, inputs], weight ?? bound)
    let b = add("\(path).bias", [outputs], bound)
    line("x = torch.linear(x, \(w), \(b))")
  }

  /// Adds a 3×3 convolution with padding 1 that reads `input` and writes `output`.
  mutating func convolution(
    _ path: String, inputs: Int, outputs: Int, stride: Int = 1, bias: Bool,
    weight: Initialization? = nil, from input: String = "x", to output: String = "x"
  ) {
    let bound = Initialization.uniform(bound: 1 / Double(9 * inputs).squareRoot())
    let w = add("\(path).weight", [outputs, inputs, 3, 3], weight ?? bound)
    let b = bias ? add("\(path).bias", [outputs], bound) : "None"
    line(
      "\(output) = torch.conv2d(\(input), \(w), \(b), [\(stride), \(stride)], [1, 1], [1, 1], 1)")
  }

  /// Adds batch normalisation of `x` with PyTorch's defaults: ε = 1e-5, momentum 0.1.
  mutating func batchNorm(_ path: String, channels: Int) {
    let w = add("\(path).weight", [channels], .constant(1))
    let b = add("\(path).bias", [channels], .constant(0))
    let mean = add("\(path).running_mean", [channels], .constant(0), isBuffer: true)
    let variance = add("\(path).running_var", [channels], .constant(1), isBuffer: true)
    let count = add("\(path).num_batches_tracked", [], .constant(0), isBuffer: true, isCount: true)
    line("if self.training:")
    line("    \(count).add_(1)")
    line(
      "x = torch.batch_norm(x, \(w), \(b), \(mean), \(variance), self.training, 0.1, 1e-05, False)")
  }

  private mutating func add(
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
      part.first!.isNumber ? "getattr(\(object), \"\(part)\")" : "\(object).\(part)"
    }
  }
}
