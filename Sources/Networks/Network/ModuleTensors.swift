import BasinCore
import Torch

/// A module's tensors by what becomes of them: the trained ones and batch-norm statistics move into
/// flat vectors that the module's tensors then alias; the rest stays by itself.
struct ModuleTensors {
  let parameters: FlatTensors
  let statistics: FlatTensors
  private(set) var counts: [(name: String, tensor: Tensor)] = []
  private(set) var fixed: [Network.FixedPlace] = []
  /// Buffers and frozen parameters of double precision that became single, as the trained parameters did.
  private(set) var narrowed: [String] = []
  /// Buffers of types that are not read, such as complex numbers: the program's own.
  private(set) var opaque: [String] = []
  /// The type that all trained parameters have in the program; `nil` where they have several.
  let ownType: DType?
  /// Whether no parameter of the program requires a gradient, as in programs made for inference:
  /// then all of them are taken as trained.
  let nothingRequiredGradients: Bool

  /// - Parameters:
  ///   - architecture: Says which parameters are frozen.
  ///   - dtype: What trained parameters become. Other floating-point tensors of the type that the trained
  ///     ones have, or of single precision, become it too; the rest keep their own, as a float64 buffer of a
  ///     float32 network does.
  /// - Throws: ``ArchitectureError`` for a pattern that matches nothing.
  init(_ module: Module, of architecture: Architecture, dtype: DType, device: String) throws {
    let own = try module.tensors(.parameter)
    let frozen = architecture.frozen.map(NamePattern.init)
    for (pattern, text) in zip(frozen, architecture.frozen)
    where !own.contains(where: { pattern.matches($0.path) }) {
      let names = own.prefix(4).map(\.path).joined(separator: ", ")
      throw ArchitectureError(
        architecture.text,
        "'\(text)' matches none of its parameters (\(names)\(own.count > 4 ? " …" : ""))")
    }
    nothingRequiredGradients = !own.contains { $0.tensor.requiresGrad }
    var trained: [(path: String, tensor: Tensor)] = []
    var others: [(path: String, tensor: Tensor, isParameter: Bool)] = []
    for (path, tensor) in own {
      let isFrozen =
        tensor.dtype?.isFloatingPoint != true
        || (!tensor.requiresGrad && !nothingRequiredGradients)
        || frozen.contains { $0.matches(path) }
      if isFrozen { others.append((path, tensor, true)) } else { trained.append((path, tensor)) }
    }
    // A tied tensor is trained if any of its names is.
    others.removeAll { other in
      guard trained.contains(where: { $0.tensor.isSameMemory(as: other.tensor) }) else {
        return false
      }
      trained.append((other.path, other.tensor))
      return true
    }
    let types = Set(trained.map(\.tensor.dtype))
    let common = types.count == 1 ? trained.first?.tensor.dtype : nil
    ownType = common
    func becomes(_ own: DType) -> DType {
      own == .float32 || (own.isFloatingPoint && own == common) ? dtype : own
    }
    let buffers = try module.tensors(.buffer)
    let names = Set(buffers.map(\.path))
    var statistics: [(path: String, tensor: Tensor)] = []
    for (path, tensor) in buffers {
      let parts = path.split(separator: ".", omittingEmptySubsequences: false)
      let beside = { (name: String) in (parts.dropLast() + [name[...]]).joined(separator: ".") }
      switch parts.last {
      case "running_mean", "running_var":
        if let own = tensor.dtype, own.isFloatingPoint, becomes(own) == dtype {
          statistics.append((path, tensor))
          continue
        }
      case "num_batches_tracked":
        if tensor.dtype == .int64, tensor.shape.isEmpty, names.contains(beside("running_mean")) {
          let moved = try tensor.to(device: device)
          try module.set(path, to: moved)
          counts.append((path, moved))
          continue
        }
      default: break
      }
      others.append((path, tensor, false))
    }
    parameters = try FlatTensors(trained, module, isTrained: true, dtype: dtype, device: device)
    self.statistics = try FlatTensors(
      statistics, module, isTrained: false, dtype: dtype, device: device)
    var sources: [Tensor] = []
    for (path, tensor, isParameter) in others {
      if let index = sources.firstIndex(where: { $0.isSameMemory(as: tensor) }),
        fixed[index].isParameter == isParameter
      {
        fixed[index].names.append(path)
        try module.set(path, to: fixed[index].tensor)
        continue
      }
      guard let own = tensor.dtype else {
        try module.set(path, to: tensor.to(device: device))
        opaque.append(path)
        continue
      }
      let type = becomes(own)
      let moved = try tensor.detached().to(type).to(device: device).clone()
      if own == .float64, type != own { narrowed.append(path) }
      try module.set(path, to: moved)
      sources.append(tensor)
      fixed.append(.init(names: [path], tensor: moved, isParameter: isParameter))
    }
  }
}

/// Tensors of a module, moved into one flat vector that they then alias.
struct FlatTensors {
  private(set) var layout = ParameterLayout()
  let vector: Tensor
  private(set) var views: [Tensor] = []

  init(
    _ tensors: [(path: String, tensor: Tensor)], _ module: Module, isTrained: Bool, dtype: DType,
    device: String
  ) throws {
    var distinct: [(path: String, tensor: Tensor)] = []
    for (path, tensor) in tensors {
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
        .leaf(requiresGrad: isTrained)
      for name in [entry.name] + entry.aliases { try module.set(name, to: view) }
      views.append(view)
    }
  }
}
