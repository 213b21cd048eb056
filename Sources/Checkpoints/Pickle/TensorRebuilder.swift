/// Turns the objects that stand for tensors in a pickle into views of an archive's storages.
struct TensorRebuilder {
  /// What is said of a quantised tensor, after its name.
  static let quantised =
    "is quantised, which is not read; save the state_dict() of the float network"

  let pickle: Pickle
  let path: String
  let limits: ReadLimits
  /// The bytes of a storage.
  let storage: (StorageID) throws -> StoredTensor.Storage
  private var claims: [String: ScalarType] = [:]

  init(
    _ pickle: Pickle, path: String, limits: ReadLimits,
    storage: @escaping (StorageID) throws -> StoredTensor.Storage
  ) {
    self.pickle = pickle
    self.path = path
    self.limits = limits
    self.storage = storage
  }

  private static let types: [String: ScalarType] = [
    "float32": .float32, "float64": .float64, "float16": .float16, "bfloat16": .bfloat16,
    "float8_e4m3fn": .float8e4m3fn, "float8_e5m2": .float8e5m2,
    "float8_e4m3fnuz": .float8e4m3fnuz, "float8_e5m2fnuz": .float8e5m2fnuz,
    "float8_e8m0fnu": .float8e8m0fnu, "float4_e2m1fn_x2": .float4e2m1, "int64": .int64,
    "int32": .int32, "int16": .int16, "int8": .int8, "uint8": .uint8, "uint16": .uint16,
    "uint32": .uint32, "uint64": .uint64, "bool": .bool, "complex32": .complex32,
    "complex64": .complex64, "complex128": .complex128,
  ]

  /// Whether a value stands for a tensor, of a kind that is read or not.
  func isTensor(_ value: Pickle.Value) -> Bool {
    guard let callable = pickle.object(value)?.callable else { return false }
    return callable.module.hasPrefix("torch") && callable.name.hasPrefix("_rebuild")
      || callable.module == "torch._utils"
  }

  /// Whether a container has a tensor anywhere in it; each container is looked at once.
  func holdsTensors(_ value: Pickle.Value) -> Bool {
    var seen = Set<Int>()
    var rest = [value]
    while let next = rest.popLast() {
      if isTensor(next) { return true }
      switch next {
      case .list(let node), .tuple(let node), .dictionary(let node):
        if seen.insert(node).inserted { rest += pickle.nodes[node].items }
      default: break
      }
    }
    return false
  }

  /// The tensor that a value stands for.
  ///
  /// - Throws: ``CheckpointError`` naming what cannot be read, or a view outside its storage.
  mutating func tensor(_ value: Pickle.Value, named name: String) throws -> StoredTensor {
    guard let (callable, arguments, _) = pickle.object(value) else {
      throw refuse(name, "is no tensor")
    }
    switch callable.text {
    case "torch._utils._rebuild_parameter":
      guard let inner = arguments.first else { throw refuse(name, "is an empty parameter") }
      return try tensor(inner, named: name)
    case "torch._tensor._rebuild_from_type_v2":
      // (function, type, arguments, state): the arguments are those of the function.
      guard arguments.count == 4, let function = pickle.global(arguments[0]),
        let type = pickle.global(arguments[1]), let inner = pickle.elements(arguments[2])
      else { throw refuse(name, "is rebuilt from a type in an unknown way") }
      // A subclass may mean other numbers than the plain tensor it holds.
      guard ["torch", "torch.nn.parameter"].contains(type.module) else {
        throw refuse(name, "is a \(shown(type.text)), a tensor type of its own, which is not read")
      }
      return try rebuild(function, inner, name)
    default: return try rebuild(callable, arguments, name)
    }
  }

  private mutating func rebuild(
    _ function: Pickle.Global, _ arguments: [Pickle.Value], _ name: String
  ) throws -> StoredTensor {
    switch function.text {
    case "torch._utils._rebuild_tensor" where arguments.count >= 4:
      return try view(arguments, dtype: nil, transform: [], name)
    case "torch._utils._rebuild_tensor_v2" where arguments.count >= 6:
      return try view(arguments, dtype: nil, transform: try transform(arguments, at: 6, name), name)
    case "torch._utils._rebuild_tensor_v3" where arguments.count >= 7:
      guard let type = pickle.global(arguments[6]) else { throw refuse(name, "has no type") }
      guard type.module == "torch", let dtype = Self.types[type.name] else {
        throw refuse(name, "has the type \(shown(type.text)), which is not read")
      }
      return try view(
        arguments, dtype: dtype, transform: try transform(arguments, at: 7, name), name)
    case "torch._utils._rebuild_parameter":
      guard let inner = arguments.first else { throw refuse(name, "is an empty parameter") }
      return try tensor(inner, named: name)
    case "torch._utils._rebuild_qtensor": throw refuse(name, Self.quantised)
    case "torch._utils._rebuild_sparse_tensor": throw refuse(name, "is sparse, which is not read")
    case "torch._utils._rebuild_meta_tensor_no_storage":
      throw refuse(name, "is a meta tensor, which has no numbers")
    default: throw refuse(name, "needs \(shown(function.text)), which is not read")
    }
  }

  private func transform(
    _ arguments: [Pickle.Value], at place: Int, _ name: String
  ) throws -> StoredTensor.Transform {
    guard arguments.count > place, case .dictionary = arguments[place] else { return [] }
    var transform: StoredTensor.Transform = []
    for (key, value) in pickle.pairs(arguments[place]) ?? [] {
      guard case .bool(let isSet) = value, ["conj", "neg"].contains(key) else {
        throw refuse(name, "has metadata '\(shown(key))', which is not understood")
      }
      if isSet { transform.insert(key == "conj" ? .conjugate : .negate) }
    }
    return transform
  }

  private mutating func view(
    _ arguments: [Pickle.Value], dtype: ScalarType?, transform: StoredTensor.Transform,
    _ name: String
  ) throws -> StoredTensor {
    guard case .storage(let node) = arguments[0], case .int(let offset) = arguments[1],
      let shape = integers(arguments[2]), let strides = integers(arguments[3])
    else { throw refuse(name, "has a storage, offset, size or stride of the wrong type") }
    let id = try StorageID(pickle, node) { refuse(name, $0) }
    guard (id.type == nil) == (dtype != nil), let type = dtype ?? id.type else {
      throw refuse(name, "has a storage of kind \(shown(id.kind))")
    }
    let claim = id.type ?? .uint8
    guard (claims.updateValue(claim, forKey: id.key) ?? claim) == claim else {
      throw refuse(name, "reads storage '\(shown(id.key))' as another type than a tensor before it")
    }
    var storage = try self.storage(id)
    if let part = id.part {
      let width = type.byteWidth
      let start = storage.range.lowerBound
      storage.range = (start + part.lowerBound * width)..<(start + part.upperBound * width)
    }
    guard type == .float4e2m1 else {
      return try StoredTensor(
        name: name, scalarType: type, shape: shape, strides: strides, offset: offset,
        storage: storage, transform: transform, limits: limits)
    }
    // PyTorch counts bytes, each of two numbers.
    guard let last = shape.last, last < 1 << 60, offset == 0,
      strides == StoredTensor.rowMajorStrides(shape)
    else { throw refuse(name, "is a view of packed numbers, which is not read") }
    return try StoredTensor(
      name: name, scalarType: type, shape: shape.dropLast() + [2 * last], storage: storage,
      limits: limits)
  }

  /// The type that `torch.float32` and its like are.
  func type(_ value: Pickle.Value) -> ScalarType? {
    guard let type = pickle.global(value), type.module == "torch" else { return nil }
    return Self.types[type.name]
  }

  func integers(_ value: Pickle.Value) -> [Int]? {
    // torch.Size(…) around a tuple is what some versions write.
    let value =
      pickle.object(value).flatMap {
        $0.callable.text == "torch.Size" ? $0.arguments.first : nil
      } ?? value
    guard let elements = pickle.elements(value) else { return nil }
    let integers = elements.compactMap { element -> Int? in
      guard case .int(let integer) = element else { return nil }
      return integer
    }
    return integers.count == elements.count ? integers : nil
  }

  private func refuse(_ name: String, _ reason: String) -> CheckpointError {
    CheckpointError(path, "tensor '\(shown(name))' \(reason)")
  }
}
