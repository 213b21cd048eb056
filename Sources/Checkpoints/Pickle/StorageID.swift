/// A persistent id of PyTorch's: `('storage', kind, key, location, count)`, and in files of before
/// 1.6 a sixth element that makes it a part of another storage.
struct StorageID {
  /// The storage's class, for messages.
  var kind: String
  /// Its key in the file.
  var key: String
  /// The type of its elements; `nil` for an untyped storage, whose elements are bytes.
  var type: ScalarType?
  /// The storage's own bytes.
  var byteCount: Int
  /// The elements that are meant where it is a part of the storage of this key.
  var part: Range<Int>?

  private static let types: [String: ScalarType] = [
    "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16,
    "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32,
    "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
    "ComplexFloatStorage": .complex64, "ComplexDoubleStorage": .complex128,
  ]

  /// Reads the tuple that a pickle uses as persistent id.
  ///
  /// - Parameter refuse: Makes the error for a reason.
  /// - Throws: What `refuse` makes.
  init(_ pickle: Pickle, _ node: Int, _ refuse: (String) -> CheckpointError) throws {
    let id = pickle.nodes[node].items
    guard id.count >= 5, case .text("storage") = id[0], let kind = pickle.global(id[1]),
      case .text(let key) = id[2], case .int(let count) = id[4], count >= 0
    else { throw refuse("names its storage in an unknown way") }
    self.kind = kind.text
    self.key = key
    if ["torch.storage.UntypedStorage", "torch.UntypedStorage"].contains(kind.text) {
      type = nil
    } else if kind.module == "torch", let known = Self.types[kind.name] {
      type = known
    } else {
      throw refuse(
        kind.name.hasPrefix("Q")
          ? TensorRebuilder.quantised : "has a storage of kind \(shown(kind.text))")
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: type?.byteWidth ?? 1)
    guard !overflow else { throw refuse("has a storage beyond all bounds") }
    byteCount = bytes
    guard id.count > 5, let view = pickle.elements(id[5]) else { return }
    guard view.count == 3, case .int(let start) = view[1], case .int(let length) = view[2],
      start >= 0, length >= 0, start <= count, length <= count - start
    else { throw refuse("is a part that lies outside its storage") }
    part = start..<(start + length)
  }
}
