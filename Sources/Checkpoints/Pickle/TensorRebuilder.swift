/// Turns the objects that stand for tensors in a pickle into views of an archive's storages.
struct TensorRebuilder {
  let pickle: Pickle
  let path: String
  let limits: ReadLimits
  /// The storage of a key, of so many bytes.
  let storage: (_ key: String, _ bytes: Int) throws -> StoredTensor.Storage
  private var claims: [String: ScalarType] = [:]

  init(
    _ pickle: Pickle, path: String, limits: ReadLimits,
    storage: @escaping (_ key: String, _ bytes: Int) throws -> StoredTensor.Storage
  ) {
    self.pickle = pickle
    self.path = path
    self.limits = limits
    self.storage = storage
  }

  private static let storageTypes: [String: ScalarType] = [
    "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16,
    "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32,
    "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
    "ComplexFloatStorage": .complex64, "ComplexDoubleStorage": .complex128,
  ]

  private static let types: [String: ScalarType] = [
    "float32": .float32, "float64": .float64, "float16": .float16, "bfloat16": .bfloat16,
    "float8_e4m3fn": .float8e4m3fn, "float8_e5m2": .float8e5m2, "int64": .int64,
    "int32": .int32, "int16": .int16, "int8": .int8, "uint8": .uint8, "uint16": .uint16,
    "uint32": .uint32, "uint64": .uint64, "bool": .bool, "complex64": .complex64,
    "complex128": .complex128,
  ]

  /// Whether a value stands for a tensor, of a kind that is read or not.
  func isTensor(_ value: Pickle.Value) -> Bool {
    guard let callable = pickle.object(value)?.callable else { return false }
    return callable.module.hasPrefix("torch") && callable.name.hasPrefix("_rebuild")
      || callable.module == "torch._utils"
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
      guard arguments.count == 4, case .global(let function) = arguments[0],
        let inner = pickle.elements(arguments[2])
      else { throw refuse(name, "is rebuilt from a type in an unknown way") }
      return try rebuild(function, inner, name)
    default: return try rebuild(callable, arguments, name)
    }
  }

  private mutating func rebuild(
    _ function: Pickle.Global, _ arguments: [Pickle.Value], _ name: String
  ) throws -> StoredTensor {
    switch function.text {
    case "torch._utils._rebuild_tensor" where arguments.count >= 4:
      return try view(arguments, dtype: nil, transform: .none, name)
    case "torch._utils._rebuild_tensor_v2" where arguments.count >= 6:
      return try view(arguments, dtype: nil, transform: try transform(arguments, name), name)
    case "torch._utils._rebuild_tensor_v3" where arguments.count >= 7:
      guard case .global(let type) = arguments[6], type.module == "torch",
        let dtype = Self.types[type.name]
      else { throw refuse(name, "has an unknown type") }
      return try view(arguments, dtype: dtype, transform: .none, name)
    case "torch._utils._rebuild_parameter":
      guard let inner = arguments.first else { throw refuse(name, "is an empty parameter") }
      return try tensor(inner, named: name)
    case "torch._utils._rebuild_qtensor": throw refuse(name, "is quantised, which is not read")
    case "torch._utils._rebuild_sparse_tensor": throw refuse(name, "is sparse, which is not read")
    case "torch._utils._rebuild_meta_tensor_no_storage":
      throw refuse(name, "is a meta tensor, which has no numbers")
    default: throw refuse(name, "needs \(shown(function.text)), which is not read")
    }
  }

  private func transform(
    _ arguments: [Pickle.Value], _ name: String
  ) throws -> StoredTensor.Transform {
    guard arguments.count > 6, case .dictionary = arguments[6] else { return .none }
    let pairs = pickle.pairs(arguments[6]) ?? []
    var transform = StoredTensor.Transform.none
    for (key, value) in pairs {
      guard case .bool(let isSet) = value, ["conj", "neg"].contains(key) else {
        throw refuse(name, "has metadata '\(shown(key))', which is not understood")
      }
      if isSet { transform = key == "conj" ? .conjugate : .negate }
    }
    return transform
  }

  private mutating func view(
    _ arguments: [Pickle.Value], dtype: ScalarType?, transform: StoredTensor.Transform,
    _ name: String
  ) throws -> StoredTensor {
    guard case .storage(let node) = arguments[0], case .int(let offset) = arguments[1],
      let shape = integers(arguments[2]), let strides = integers(arguments[3])
    else { throw refuse(name, "has a storage, offset, size or stride that is none") }
    let id = pickle.nodes[node].items
    guard id.count >= 5, case .text("storage") = id[0], case .global(let kind) = id[1],
      case .text(let key) = id[2], case .int(let count) = id[4], count >= 0
    else { throw refuse(name, "names its storage in an unknown way") }
    let type: ScalarType
    let unit: Int
    if let dtype {
      guard ["torch.storage.UntypedStorage", "torch.UntypedStorage"].contains(kind.text) else {
        throw refuse(name, "has a storage of kind \(shown(kind.text))")
      }
      (type, unit) = (dtype, 1)
    } else {
      guard kind.module == "torch", let known = Self.storageTypes[kind.name] else {
        throw refuse(
          name,
          kind.name.hasPrefix("Q")
            ? "is quantised, which is not read" : "has a storage of kind \(shown(kind.text))")
      }
      (type, unit) = (known, known.byteWidth)
    }
    let claim = dtype == nil ? type : .uint8
    guard (claims.updateValue(claim, forKey: key) ?? claim) == claim else {
      throw refuse(name, "reads storage '\(shown(key))' as another type than a tensor before it")
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: unit)
    guard !overflow else { throw refuse(name, "has a storage beyond all bounds") }
    return try StoredTensor(
      name: name, scalarType: type, shape: shape, strides: strides, offset: offset,
      storage: storage(key, bytes), transform: transform, limits: limits)
  }

  private func integers(_ value: Pickle.Value) -> [Int]? {
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
