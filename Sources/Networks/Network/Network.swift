import BasinCore
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
  /// The same for batch-norm statistics.
  public let bufferLayout: ParameterLayout
  /// All trained parameters, flat `[P]`: w in the papers' notation. Frozen ones are not among them.
  public let parameters: Tensor
  /// Batch-norm statistics, `running_mean` and `running_var`, flat `[B]`.
  public let buffers: Tensor
  /// Batch norm's counters by name: int64 scalars `num_batches_tracked` beside a `running_mean`.
  public let counts: [(name: String, tensor: Tensor)]
  /// Buffers of types that are not read from files, such as complex numbers: the program's own.
  public let opaqueBuffers: [String]
  /// The type that all trained parameters have in the program itself; `nil` where they have several.
  public let ownType: DType?
  /// Other tensors of double precision that are taken in single precision, as the trained parameters of the
  /// same program are.
  public let narrowedTensors: [String]
  /// Whether no parameter of a TorchScript file requires a gradient: then all of them are trained.
  public let nothingRequiredGradients: Bool
  /// Gradient leaves that share memory with ``parameters``, in the layout's order.
  public let leaves: [Tensor]
  /// Where the tensors live, for instance `cpu`.
  public let device: String

  // All other tensors: masks, permutations, frozen parameters.
  let fixedPlaces: [FixedPlace]
  // What they are in the program itself.
  private let ownFixed: [FixedTensor]
  /// What all other tensors are now: masks, permutations, position ids, frozen parameters.
  public private(set) var fixed: [FixedTensor]
  package let module: Module
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
      module = try Self.program(file)
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
    let tensors = try ModuleTensors(
      module, of: architecture, dtype: dtype, device: device)
    (parameters, parameterLayout) = (tensors.parameters.vector, tensors.parameters.layout)
    (buffers, bufferLayout) = (tensors.statistics.vector, tensors.statistics.layout)
    (counts, fixedPlaces) = (tensors.counts, tensors.fixed)
    (opaqueBuffers, narrowedTensors) = (tensors.opaque, tensors.narrowed)
    ownType = tensors.ownType
    // The parameters of a built-in one are made here, and always trained.
    nothingRequiredGradients = plan == nil && tensors.nothingRequiredGradients
    leaves = tensors.parameters.views
    ownFixed = try fixedPlaces.map { try $0.contents() }
    fixed = ownFixed
    try module.train(false)
    guard parameterLayout.count > 0 else {
      if tensors.fixed.contains(where: \.isParameter) {
        throw ArchitectureError(architecture.text, "all of its parameters are frozen")
      }
      throw ArchitectureError(
        architecture.text,
        "the TorchScript file has no parameters; export it before torch.jit.freeze and with its "
          + "weights as nn.Parameter")
    }
  }

  // The one place where a program of a file begins to run: with the bytes that its SHA-256 is of.
  private static func program(_ file: InputFile) throws -> Module {
    try ProgramPolicy.check(file)
    guard let content = FileManager.default.contents(atPath: file.path) else {
      throw FileError("cannot read", file.path, errno)
    }
    guard SHA256.hexadecimal(of: content) == file.sha256 else {
      throw ArchitectureError(
        file.path,
        "the TorchScript file has changed since it was loaded; load the checkpoints again")
    }
    do {
      return try content.withUnsafeBytes { try Module(runningCodeIn: $0) }
    } catch let error as TorchError {
      throw UnreadProgram(file.path, error)
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
        let target = try tensor(entry.name)
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
      fixed = try fixedPlaces.map { try $0.contents() }
    }
  }

  /// Names of parameters that are not trained.
  public var frozenParameters: [String] {
    fixedPlaces.filter(\.isParameter).flatMap(\.names)
  }

  /// Puts fixed tensors in place; those that are not given become the program's own.
  ///
  /// - Parameter tensors: By name; of the places' shapes.
  package func setFixed(_ tensors: [FixedTensor]) throws {
    try withoutGradients {
      for (index, wanted) in fixedTensors(with: tensors).enumerated() where fixed[index] != wanted {
        try fixedPlaces[index].tensor.assign(
          Tensor(bytes: wanted.bytes, shape: wanted.shape, dtype: wanted.dtype))
        fixed[index] = wanted
      }
    }
  }

  /// What the fixed tensors are with given ones in place: those that are not given are the program's own.
  func fixedTensors(with tensors: [FixedTensor]) -> [FixedTensor] {
    let given = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
    return fixedPlaces.indices.map { index in
      fixedPlaces[index].names.lazy.compactMap { given[$0] }.first ?? ownFixed[index]
    }
  }

  // A program may write to its buffers in training mode, as spectral norm does.
  private func restoreFixed() throws {
    try withoutGradients {
      for (place, value) in zip(fixedPlaces, fixed) {
        try place.tensor.assign(Tensor(bytes: value.bytes, shape: value.shape, dtype: value.dtype))
      }
    }
  }

  /// The logits `[N, C]` of a batch of inputs `[N, …]`.
  ///
  /// - Throws: `TorchError` when the input does not fit.
  public func logits(_ inputs: Tensor) throws -> Tensor { try asLogits(output(inputs)) }

  /// What the module itself gives for a batch of inputs: logits, or probabilities.
  ///
  /// - Throws: `TorchError`, which names the program where it is one.
  package func output(_ inputs: Tensor) throws -> Tensor {
    do {
      return try module(laidOut(inputs))
    } catch var error as TorchError {
      if case .torchScript(let file) = architecture.family { error.program = file.path }
      throw error
    }
  }

  /// Logits of what the module gives: logarithms of probabilities, which softmax turns into the same
  /// probabilities. Below the smallest normal number of single precision, 1.2e-38, that number is taken.
  package func asLogits(_ output: Tensor) throws -> Tensor {
    guard architecture.givesProbabilities else { return output }
    let floor = Double(Float.leastNormalMagnitude)
    return try output.clamped(min: floor).log()
  }

  /// Inputs as convolutions are fastest on: channels last, which every layer after the first then keeps
  /// (pooling and convolutions of the digit CNN take less than half of the time). The same numbers in
  /// another order of memory.
  func laidOut(_ inputs: Tensor) throws -> Tensor {
    guard hasConvolutions, inputs.shape.count == 4 else { return inputs }
    return try inputs.channelsLast()
  }

  /// Whether it has batch-norm statistics.
  public var hasBatchNorm: Bool {
    bufferLayout.entries.contains { $0.name.hasSuffix("running_mean") }
  }

  /// The part of the flat vectors that has this name; shares memory.
  public func slice(_ name: String) throws -> Tensor {
    for (layout, vector) in [(parameterLayout, parameters), (bufferLayout, buffers)] {
      if let entry = layout[name] {
        return try vector.narrow(0, start: entry.offset, length: entry.count).view(entry.shape)
      }
    }
    throw ArchitectureError(architecture.text, "it has no tensor '\(name)'")
  }

  // The same, frozen parameters included.
  private func tensor(_ name: String) throws -> Tensor {
    try fixedPlaces.first { $0.names.contains(name) }?.tensor ?? slice(name)
  }

  /// Runs `body` with other tensors in the parameters' places, for instance vmap-wrapped stacks.
  package func withParameters<Value>(
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

  /// Runs `body`, after which the network is where it was: parameters, batch-norm statistics, counters and
  /// all other tensors, whether it returns or throws.
  public func keepingPlace<Value>(_ body: () throws -> Value) throws -> Value {
    let others = fixed
    let value: Value
    do {
      value = try Tensor.restoring([parameters, buffers] + counts.map(\.tensor), after: body)
    } catch {
      try setFixed(others)
      throw error
    }
    try setFixed(others)
    return value
  }

  /// Runs `body` with batch norm and dropout in training mode.
  public func inTrainingMode<Value>(_ body: () throws -> Value) throws -> Value {
    try module.train(true)
    do {
      let value = try body()
      try module.train(false)
      try restoreFixed()
      return value
    } catch {
      try module.train(false)
      try restoreFixed()
      throw error
    }
  }
}
