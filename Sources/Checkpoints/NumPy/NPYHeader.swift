/// The header of a .npy array (versions 1 to 3): a Python dictionary literal, read by its own small
/// grammar and never evaluated.
struct NPYHeader {
  var scalarType: ScalarType
  var isBigEndian: Bool
  var isColumnMajor: Bool
  var shape: [Int]
  /// Where the elements start.
  var dataOffset: Int

  struct Refusal: Error {
    var reason: String
    /// Whether its elements are texts.
    var isText = false
  }

  /// Bytes a header may have.
  static let longest = 10_000

  private static let types: [String: ScalarType] = [
    "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16,
    "i1": .int8, "u8": .uint64, "u4": .uint32, "u2": .uint16, "u1": .uint8, "b1": .bool,
    "c8": .complex64, "c16": .complex128,
  ]

  /// Reads the header at the start of `bytes`.
  ///
  /// - Throws: ``Refusal``.
  init(_ bytes: [UInt8]) throws {
    func refuse(_ reason: String) -> Refusal { Refusal(reason: reason) }
    guard bytes.count >= 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw refuse("it is no NumPy array")
    }
    guard (1...3).contains(bytes[6]) else {
      throw refuse("it is a NumPy array of version \(bytes[6]); versions 1 to 3 are read")
    }
    let wide = bytes[6] > 1
    guard bytes.count >= 12 || !wide else { throw refuse("it is cut off in its header") }
    let length = (wide ? [11, 10, 9, 8] : [9, 8]).reduce(0) { $0 << 8 | Int(bytes[$1]) }
    let start = wide ? 12 : 10
    guard length <= Self.longest else {
      throw refuse("its header has \(length) bytes, over \(Self.longest)")
    }
    guard start + length <= bytes.count else { throw refuse("it is cut off in its header") }
    guard let text = String(validating: bytes[start..<(start + length)], as: UTF8.self) else {
      throw refuse("its header is not UTF-8")
    }
    var literal = Literal(text)
    guard let fields = literal.dictionary(),
      fields.keys.sorted() == ["descr", "fortran_order", "shape"],
      case .text(let descriptor)? = fields["descr"],
      case .bool(let order)? = fields["fortran_order"],
      case .integers(let shape)? = fields["shape"]
    else { throw refuse("its header does not say one plain type, an order and a shape") }
    guard let mark = descriptor.first, "<>|=".contains(mark) else {
      throw refuse("its type '\(shown(descriptor))' is not read")
    }
    let kind = String(descriptor.dropFirst())
    guard let type = Self.types[kind] else {
      let what =
        switch kind.first {
        case "O":
          "holds Python objects, which are never loaded; numpy.array(a.tolist()) makes plain numbers or names of them"
        case "U", "S": "is not read; numpy.unique(a, return_inverse=True)[1] makes numbers of names"
        default: "is not read"
        }
      throw Refusal(
        reason: "its type '\(shown(descriptor))' \(what)",
        isText: kind.hasPrefix("U") || kind.hasPrefix("S"))
    }
    scalarType = type
    isBigEndian = mark == ">"
    isColumnMajor = order
    self.shape = shape
    dataOffset = start + length
  }

  // The literals that NumPy writes: strings, True and False, tuples of whole numbers.
  private struct Literal {
    enum Value { case text(String), bool(Bool), integers([Int]) }

    private let characters: [Character]
    private var position = 0

    init(_ text: String) { characters = Array(text) }

    private mutating func skip() {
      while position < characters.count, characters[position].isWhitespace { position += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
      skip()
      guard position < characters.count, characters[position] == character else { return false }
      position += 1
      return true
    }

    mutating func dictionary() -> [String: Value]? {
      guard take("{") else { return nil }
      var fields: [String: Value] = [:]
      while !take("}") {
        guard let key = string(), take(":"), let value = value(),
          fields.updateValue(value, forKey: key) == nil
        else { return nil }
        guard take(",") || position < characters.count && characters[position] == "}" else {
          return nil
        }
      }
      skip()
      return position == characters.count ? fields : nil
    }

    private mutating func value() -> Value? {
      skip()
      if let text = string() { return .text(text) }
      for (word, truth) in [("True", true), ("False", false)]
      where characters[position...].starts(with: word) {
        position += word.count
        return .bool(truth)
      }
      return integers().map(Value.integers)
    }

    private mutating func string() -> String? {
      skip()
      guard position < characters.count, "'\"".contains(characters[position]) else { return nil }
      let quote = characters[position]
      guard let end = characters[(position + 1)...].firstIndex(of: quote) else { return nil }
      let text = String(characters[(position + 1)..<end])
      guard !text.contains("\\") else { return nil }
      position = end + 1
      return text
    }

    private mutating func integers() -> [Int]? {
      guard take("(") else { return nil }
      var numbers: [Int] = []
      while !take(")") {
        skip()
        let digits = characters[position...].prefix { ("0"..."9").contains($0) }
        guard let number = Int(String(digits)), numbers.count < 64 else { return nil }
        position += digits.count
        numbers.append(number)
        guard take(",") || position < characters.count && characters[position] == ")" else {
          return nil
        }
      }
      return numbers
    }
  }
}
