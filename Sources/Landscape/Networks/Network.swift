import Foundation
import Torch

/// A module whose parameters are slices of one flat vector, and whose buffers are slices of
/// another.
///
/// Moving in weight space is one operation on ``parameters``; the module sees it at once.
///
/// ```swift
/// let network = try Network(Architecture("cnn", input: [1, 8, 8], classes: 10))
/// try network.initialize(seed: 0)
/// try withoutGradients { try network.parameters.add(direction, scale: 0.1) }
/// ```
public final class Network {
  /// Which function this is.
  public let architecture: Architecture
  /// The names, shapes and places of parameters in the flat vector.
  public let parameterLayout: ParameterLayout
  /// The same for floating-point buffers.
  public let bufferLayout: ParameterLayout
  /// All parameters, flat `[P]`: w in the papers' notation.
  public let parameters: Tensor
  /// All floating-point buffers, flat `[B]`: batch-norm statistics.
  public let buffers: Tensor
  /// Integer buffers by name (`num_batches_tracked`), which no vector operation should mix up
  /// with weights.
  public let counts: [(name: String, tensor: Tensor)]
  /// Gradient leaves that share memory with ``parameters``, in the layout's order.
  public let leaves: [Tensor]
  /// Where the tensors live, for instance `cpu`.
  public let device: String

  let module: Module
  let plan: NetworkPlan?
  // Not for TorchScript files, which may count on their inputs' order of memory.
  private let hasConvolutions: Bool
  // Methods of the module that stop after a layer, by the layer's path.
  var featureMethods: [String: String] = [:]

  /// Builds the network with its tensors at zero.
  ///
  /// - Parameters:
  ///   - architecture: A built-in one; a TorchScript file is *run* and must have been trusted.
  ///   - dtype: Single precision, or double for numerical checks.
  ///   - device: Where tensors live.
  /// - Throws: ``ArchitectureError``; `TorchError` when a TorchScript file does not load.
  public init(_ architecture: Architecture, dtype: DType = .float32, device: String = "cpu") throws
  {
    self.architecture = architecture
    self.device = device
    if case .torchScript(let file) = architecture.family {
      (plan, hasConvolutions) = (nil, false)
      module = try Module(runningCodeIn: file.path)
    } else {
      let plan = try NetworkPlan(architecture)
      self.plan = plan
      hasConvolutions = plan.entries.contains { $0.shape.count == 4 }
      module = try Module()
      for entry in plan.entries {
        try module.register(
          entry.name, .zeros(entry.shape, dtype: entry.isCount ? .int64 : dtype),
          as: entry.isBuffer ? .buffer : .parameter)
      }
      try module.define(plan.source)
    }
    let parameters = try FlatTensors(module, .parameter, dtype: dtype, device: device)
    let buffers = try FlatTensors(module, .buffer, dtype: dtype, device: device)
    (self.parameters, parameterLayout) = (parameters.vector, parameters.layout)
    (self.buffers, bufferLayout) = (buffers.vector, buffers.layout)
    leaves = parameters.views
    counts = buffers.counts
    try module.train(false)
    guard parameterLayout.count > 0 else {
      throw ArchitectureError(
        architecture.text,
        "the TorchScript file has no parameters; export it before torch.jit.freeze and with its "
          + "weights as nn.Parameter")
    }
  }

  /// Gives every parameter and buffer its random start.
  ///
  /// - Throws: ``ArchitectureError`` for a TorchScript file, whose start only PyTorch knows.
  public func initialize(seed: UInt64) throws {
    guard let plan else {
      throw ArchitectureError(
        architecture.text, "only built-in architectures can be initialised and trained here")
    }
    let generator = Generator(seed: seed)
    try withoutGradients {
      for entry in plan.entries where !entry.isCount {
        let target = try slice(entry.name)
        let dtype = target.dtype ?? .float32
        switch entry.initialization {
        case .uniform(let bound):
          let draw = try generator.uniform(entry.shape, dtype: dtype)
          try target.assign(draw * (2 * bound) + -bound)
        case .normal(let deviation):
          try target.assign(generator.normal(entry.shape, dtype: dtype) * deviation)
        case .constant(let value): try target.fill(value)
        }
      }
      for (_, tensor) in counts { try tensor.fill(0) }
    }
  }

  /// The logits `[N, C]` of a batch of inputs `[N, …]`.
  ///
  /// - Throws: `TorchError` when the input does not fit.
  public func logits(_ inputs: Tensor) throws -> Tensor { try module(laidOut(inputs)) }

  /// Inputs as convolutions are fastest on: channels last, which every layer after the first then keeps
  /// (pooling and convolutions of the digit CNN take less than half of the time). The same numbers in
  /// another order of memory.
  func laidOut(_ inputs: Tensor) throws -> Tensor {
    guard hasConvolutions, inputs.shape.count == 4 else { return inputs }
    return try torch1("aten::clone", [.tensor(inputs), .int(Self.channelsLast)])
  }

  // PyTorch's number for the memory format.
  private static let channelsLast = 2

  /// The part of the flat vectors that has this name; shares memory.
  public func slice(_ name: String) throws -> Tensor {
    for (layout, vector) in [(parameterLayout, parameters), (bufferLayout, buffers)] {
      if let entry = layout[name] {
        return try vector.narrow(0, start: entry.offset, length: entry.count).view(entry.shape)
      }
    }
    throw ArchitectureError(architecture.text, "it has no tensor '\(name)'")
  }

  /// Runs `body` with other tensors in the parameters' places, for instance vmap-wrapped stacks.
  func withParameters<Value>(
    _ replacements: [Tensor], _ body: () throws -> Value
  ) throws -> Value {
    func place(_ tensors: [Tensor]) throws {
      for (entry, tensor) in zip(parameterLayout.entries, tensors) {
        for name in [entry.name] + entry.aliases { try module.set(name, to: tensor) }
      }
    }
    do {
      try place(replacements)
      let value = try body()
      try place(leaves)
      return value
    } catch {
      try place(leaves)
      throw error
    }
  }

  /// Runs `body` with batch norm and dropout in training mode.
  public func inTrainingMode<Value>(_ body: () throws -> Value) throws -> Value {
    try module.train(true)
    do {
      let value = try body()
      try module.train(false)
      return value
    } catch {
      try module.train(false)
      throw error
    }
  }
}

// A module's tensors of one kind, moved into one flat vector that they then alias.
private struct FlatTensors {
  var layout = ParameterLayout()
  let vector: Tensor
  var views: [Tensor] = []
  var counts: [(name: String, tensor: Tensor)] = []

  init(_ module: Module, _ kind: Module.TensorKind, dtype: DType, device: String) throws {
    var distinct: [(path: String, tensor: Tensor)] = []
    for (path, tensor) in try module.tensors(kind) {
      guard tensor.dtype?.isFloatingPoint == true else {
        counts.append((path, tensor))
        continue
      }
      if let index = distinct.firstIndex(where: { $0.tensor.isSameMemory(as: tensor) }) {
        layout.addAlias(path, to: index)
        continue
      }
      distinct.append((path, tensor))
      layout.append(path, shape: tensor.shape)
    }
    let flat = try distinct.map { try $0.tensor.detached().to(dtype).flattened() }
    vector =
      try flat.isEmpty
      ? Tensor.zeros([0], dtype: dtype).to(device: device)
      : Tensor.cat(flat).to(device: device)
    for entry in layout.entries {
      let view = try vector.narrow(0, start: entry.offset, length: entry.count).view(entry.shape)
        .leaf(requiresGrad: kind == .parameter)
      for name in [entry.name] + entry.aliases { try module.set(name, to: view) }
      views.append(view)
    }
    for (index, count) in counts.enumerated() {
      let moved = try count.tensor.to(device: device)
      try module.set(count.name, to: moved)
      counts[index].tensor = moved
    }
  }
}
