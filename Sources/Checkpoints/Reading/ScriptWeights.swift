/// The parameters and buffers of a TorchScript module, by dotted path.
struct ScriptWeights {
  let pickle: Pickle
  let path: String
  private var rebuilder: TensorRebuilder
  private(set) var tensors: [StoredTensor] = []
  private(set) var notes: [String] = []
  private var modules = 0
  private static let mostModules = 50_000

  init(_ pickle: Pickle, _ rebuilder: TensorRebuilder, path: String) {
    self.pickle = pickle
    self.rebuilder = rebuilder
    self.path = path
  }

  /// Collects the tensors of the module and its submodules.
  ///
  /// - Throws: ``CheckpointError`` when a module keeps tensors in a form that only its code knows,
  ///   or there are too many.
  mutating func collect() throws {
    try collect(pickle.root, prefix: "", depth: 0)
    try rebuilder.checkBounds()
  }

  private mutating func collect(_ value: Pickle.Value, prefix: String, depth: Int) throws {
    guard let object = pickle.object(value), let state = object.state else { return }
    modules += 1
    // Modules may share submodules, so that a small file can stand for very many paths.
    guard depth < 64, modules <= Self.mostModules else {
      throw CheckpointError(path, "its modules are nested beyond all measure")
    }
    guard let pairs = pickle.pairs(state) else {
      guard !rebuilder.holdsTensors(state) else {
        throw CheckpointError(
          path,
          "\(prefix.isEmpty ? "it" : "its module '\(shown(String(prefix.dropLast())))'") keeps tensors "
            + "in a form that only its own code can read, and no code is run; save the model's "
            + "state_dict()")
      }
      return
    }
    for (name, value) in pairs {
      if rebuilder.isTensor(value) {
        guard tensors.count < rebuilder.limits.tensors else {
          throw CheckpointError(path, "it has over \(rebuilder.limits.tensors) tensors")
        }
        tensors.append(try rebuilder.tensor(value, named: prefix + name))
      } else if pickle.object(value) != nil {
        try collect(value, prefix: prefix + name + ".", depth: depth + 1)
      } else if rebuilder.holdsTensors(value), notes.count < 100 {
        // Attributes are no weights: PyTorch's state_dict() has them not, either.
        notes.append("'\(shown(prefix + name))' holds tensors in a container, and was left out")
      }
    }
  }
}
