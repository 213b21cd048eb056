import Foundation

/// A single number of NumPy's in a pickle, as `acc = np.mean(…)` leaves it beside weights: a type and its bytes. Nothing
/// is called.
enum NumPyScalar {
  private static let constructors: Set<String> = [
    "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
  ]

  /// The number as text, in as many digits as its type has; `nil` for what is none, or of another type.
  static func text(_ value: Pickle.Value, in pickle: Pickle) -> String? {
    guard let object = pickle.object(value), constructors.contains(object.callable.text),
      object.arguments.count == 2, let dtype = pickle.object(object.arguments[0]),
      dtype.callable.text == "numpy.dtype", case .text(let kind)? = dtype.arguments.first,
      let bytes = bytes(object.arguments[1], in: pickle)
    else { return nil }
    var isBigEndian = false
    if let order = dtype.state.flatMap({ pickle.elements($0) }), order.count > 1,
      case .text(let mark) = order[1]
    {
      isBigEndian = mark == ">"
    }
    let ordered = isBigEndian ? bytes.reversed() : bytes
    func pattern<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type) -> Number? {
      guard ordered.count == Number.bitWidth / 8 else { return nil }
      return ordered.reversed().reduce(0) { $0 << 8 | Number($1) }
    }
    switch kind {
    case "f8": return pattern(UInt64.self).map { String(Double(bitPattern: $0)) }
    case "f4": return pattern(UInt32.self).map { String(Float(bitPattern: $0)) }
    case "i8": return pattern(UInt64.self).map { String(Int64(bitPattern: $0)) }
    case "i4": return pattern(UInt32.self).map { String(Int32(bitPattern: $0)) }
    default: return nil
    }
  }

  // Protocol 2 has bytes as text of the same numbers.
  private static func bytes(_ value: Pickle.Value, in pickle: Pickle) -> [UInt8]? {
    guard let object = pickle.object(value), object.callable.text == "_codecs.encode",
      case .text(let text)? = object.arguments.first,
      text.unicodeScalars.allSatisfy({ $0.value < 256 })
    else { return nil }
    return text.unicodeScalars.map { UInt8($0.value) }
  }
}
