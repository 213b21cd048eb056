/// The JSON header of a safetensors file, read by its own small grammar: an object of objects, with
/// names that must not repeat, which general JSON readers do not tell.
struct SafetensorsHeader {
  struct Entry {
    var name: String
    var dtype: String
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]

  private let bytes: [UInt8]
  private var position = 0
  private let limits: ReadLimits

  /// Reads a header.
  ///
  /// - Throws: ``Refusal`` with what is wrong and the byte where.
  init(_ bytes: [UInt8], limits: ReadLimits) throws {
    self.bytes = bytes
    self.limits = limits
    guard bytes.first == UInt8(ascii: "{") else { throw refuse("does not start with '{'") }
    var names = Set<String>()
    try object { header, name in
      guard names.insert(name).inserted else { throw header.refuse("names '\(shown(name))' twice") }
      if name == "__metadata__" {
        try header.readMetadata()
      } else {
        try header.readEntry(name)
      }
    }
    // The header may be padded with blanks, and with nothing else.
    while position < bytes.count, bytes[position] == 0x20 { position += 1 }
    guard position == bytes.count else { throw refuse("goes on after its end") }
  }

  struct Refusal: Error { var reason: String }

  private func refuse(_ reason: String) -> Refusal {
    Refusal(reason: "the header \(reason) (byte \(position + 8))")
  }

  private mutating func readMetadata() throws {
    var metadata: [String: String] = [:]
    try object { header, key in
      guard header.peek() == UInt8(ascii: "\"") else {
        throw header.refuse("has metadata '\(shown(key))' that is no string")
      }
      guard metadata.updateValue(try header.string(), forKey: key) == nil else {
        throw header.refuse("has metadata '\(shown(key))' twice")
      }
    }
    self.metadata = metadata
  }

  private mutating func readEntry(_ name: String) throws {
    guard entries.count < limits.tensors else { throw refuse("has over \(limits.tensors) tensors") }
    guard !name.isEmpty, name.utf8.count <= limits.nameBytes,
      !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw refuse("has the tensor name '\(shown(name))', which no tensor may have") }
    var dtype: String?
    var shape: [Int]?
    var offsets: [Int]?
    var fields = Set<String>()
    try object { header, field in
      guard fields.insert(field).inserted else {
        throw header.refuse("gives '\(shown(name))' two fields '\(shown(field))'")
      }
      switch field {
      case "dtype": dtype = try header.string()
      case "shape": shape = try header.integers()
      case "data_offsets": offsets = try header.integers()
      default: throw header.refuse("gives '\(shown(name))' an unknown field '\(shown(field))'")
      }
    }
    guard let dtype, let shape, let offsets, offsets.count == 2 else {
      throw refuse("gives '\(shown(name))' no dtype, shape and two data_offsets")
    }
    entries.append(
      Entry(name: name, dtype: dtype, shape: shape, begin: offsets[0], end: offsets[1]))
  }

  // MARK: Grammar

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = peek(), [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
  }

  private mutating func expect(_ character: Character) throws {
    skipBlanks()
    guard peek() == character.asciiValue else { throw refuse("lacks '\(character)'") }
    position += 1
    skipBlanks()
  }

  private mutating func object(
    _ member: (inout SafetensorsHeader, String) throws -> Void
  ) throws {
    try expect("{")
    if peek() == UInt8(ascii: "}") {
      position += 1
      return
    }
    while true {
      let name = try string()
      try expect(":")
      try member(&self, name)
      skipBlanks()
      if peek() == UInt8(ascii: ",") {
        position += 1
        skipBlanks()
      } else {
        guard peek() == UInt8(ascii: "}") else { throw refuse("lacks '}'") }
        position += 1
        return
      }
    }
  }

  private mutating func integers() throws -> [Int] {
    try expect("[")
    var values: [Int] = []
    if peek() == UInt8(ascii: "]") {
      position += 1
      return values
    }
    while true {
      let start = position
      var value = 0
      while let byte = peek(), (0x30...0x39).contains(byte) {
        let (tens, over) = value.multipliedReportingOverflow(by: 10)
        let (sum, past) = tens.addingReportingOverflow(Int(byte - 0x30))
        guard !over, !past else { throw refuse("has a number beyond all bounds") }
        value = sum
        position += 1
      }
      guard position > start, position - start == 1 || bytes[start] != 0x30 else {
        throw refuse("has a size or offset that is no whole number")
      }
      values.append(value)
      guard values.count <= 64 else { throw refuse("has a shape of over 64 dimensions") }
      skipBlanks()
      if peek() == UInt8(ascii: ",") {
        position += 1
        skipBlanks()
      } else {
        guard peek() == UInt8(ascii: "]") else {
          throw refuse("has a size or offset that is no whole number")
        }
        position += 1
        return values
      }
    }
  }

  private mutating func string() throws -> String {
    guard peek() == UInt8(ascii: "\"") else { throw refuse("lacks a name in quotes") }
    position += 1
    var content: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw refuse("is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): content += Array(try escape().utf8)
      case 0..<0x20: throw refuse("has a control character in a name")
      default: content.append(byte)
      }
    }
    throw refuse("ends inside a name")
  }

  private mutating func escape() throws -> String {
    guard let byte = peek() else { throw refuse("ends inside a name") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]), peek() == UInt8(ascii: "\\") {
        position += 1
        guard peek() == UInt8(ascii: "u") else { throw refuse("has half a character") }
        position += 1
        units.append(try codeUnit())
      }
      guard let text = String(validating: units, as: UTF16.self) else {
        throw refuse("has half a character")
      }
      return text
    default: throw refuse("has an unknown escape")
    }
  }

  private mutating func codeUnit() throws -> UInt16 {
    guard position + 4 <= bytes.count,
      let text = String(validating: bytes[position..<(position + 4)], as: UTF8.self),
      text.allSatisfy(\.isHexDigit), let unit = UInt16(text, radix: 16)
    else { throw refuse("has an unknown escape") }
    position += 4
    return unit
  }
}
