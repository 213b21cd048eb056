/// Reads a pickle of the opcodes that plain checkpoints use, and calls nothing.
///
/// Any other opcode is refused by its name and byte offset. Stack, memo, nesting and lengths are
/// bounded, so that a hostile file costs no more than its own size.
struct Unpickler {
  private let bytes: [UInt8]
  private let limits: ReadLimits
  private let allowsObjects: Bool
  private var position = 0
  private var pickle = Pickle()
  private var stack: [Pickle.Value] = []
  private var marks: [Int] = []
  private var memo: [Int: Pickle.Value] = [:]

  /// What is wrong with a pickle, and where.
  struct Refusal: Error { var reason: String }

  /// Reads one pickle.
  ///
  /// - Parameters:
  ///   - bytes: The pickle's bytes.
  ///   - allowsObjects: Whether `NEWOBJ` may occur: in TorchScript archives only.
  /// - Throws: ``Refusal``.
  static func read(
    _ bytes: [UInt8], limits: ReadLimits, allowsObjects: Bool = false
  ) throws -> Pickle {
    var unpickler = Unpickler(bytes: bytes, limits: limits, allowsObjects: allowsObjects)
    return try unpickler.run()
  }

  private init(bytes: [UInt8], limits: ReadLimits, allowsObjects: Bool) {
    self.bytes = bytes
    self.limits = limits
    self.allowsObjects = allowsObjects
  }

  private func refuse(_ reason: String) -> Refusal {
    Refusal(reason: "its pickle \(reason) (byte \(position))")
  }

  private mutating func run() throws -> Pickle {
    while true {
      let start = position
      let code = try byte()
      if code == UInt8(ascii: ".") {
        pickle.root = try pop()
        return pickle
      }
      try step(code, at: start)
      // Real checkpoints take over six bytes a container; more of them would only fill memory.
      guard stack.count <= limits.memo, pickle.nodes.count <= 200_000 + bytes.count / 6 else {
        throw refuse("makes more values than a checkpoint of its size has")
      }
    }
  }

  private mutating func step(_ code: UInt8, at start: Int) throws {
    switch code {
    case 0x80:  // PROTO
      let version = try byte()
      guard version <= 4 else { throw refuse("is of protocol \(version)") }
    case UInt8(ascii: "c"):  // GLOBAL
      stack.append(.global(.init(module: try line(), name: try line())))
    case UInt8(ascii: "q"): try remember(Int(byte()))  // BINPUT
    case UInt8(ascii: "r"): try remember(Int(integer(UInt32.self)))  // LONG_BINPUT
    case UInt8(ascii: "h"): try recall(Int(byte()))  // BINGET
    case UInt8(ascii: "j"): try recall(Int(integer(UInt32.self)))  // LONG_BINGET
    case UInt8(ascii: "("): marks.append(stack.count)  // MARK
    case UInt8(ascii: ")"): try push([], Pickle.Value.tuple)  // EMPTY_TUPLE
    case UInt8(ascii: "}"): try push([], Pickle.Value.dictionary)  // EMPTY_DICT
    case UInt8(ascii: "]"), 0x8f: try push([], Pickle.Value.list)  // EMPTY_LIST, EMPTY_SET
    case UInt8(ascii: "t"): try push(popToMark(), Pickle.Value.tuple)  // TUPLE
    case 0x85, 0x86, 0x87:  // TUPLE1, TUPLE2, TUPLE3
      try push(pop(Int(code) - 0x84), Pickle.Value.tuple)
    case UInt8(ascii: "X"):  // BINUNICODE
      stack.append(.text(try text(Int(integer(UInt32.self)))))
    case UInt8(ascii: "U"): stack.append(.bytes(try take(Int(byte()))))  // SHORT_BINSTRING
    case UInt8(ascii: "K"): stack.append(.int(Int(try byte())))  // BININT1
    case UInt8(ascii: "M"): stack.append(.int(Int(try integer(UInt16.self))))  // BININT2
    case UInt8(ascii: "J"): stack.append(.int(Int(try integer(Int32.self))))  // BININT
    case 0x8a: try pushLong()  // LONG1
    case UInt8(ascii: "G"):  // BINFLOAT, big-endian
      let bits = try integer(UInt64.self).byteSwapped
      stack.append(.real(Double(bitPattern: bits)))
    case UInt8(ascii: "N"): stack.append(.none)  // NONE
    case 0x88: stack.append(.bool(true))  // NEWTRUE
    case 0x89: stack.append(.bool(false))  // NEWFALSE
    case UInt8(ascii: "Q"):  // BINPERSID
      guard case .tuple(let node) = try pop() else {
        throw refuse("has a persistent id that names no storage")
      }
      stack.append(.storage(node))
    case UInt8(ascii: "R"): try reduce()  // REDUCE
    case 0x81:  // NEWOBJ
      guard allowsObjects else {
        if stack.count >= 2, case .global(let type) = stack[stack.count - 2] {
          throw refuse(
            "makes a \(shown(type.text)), which is never done here; save the model's state_dict()")
        }
        throw refuse("makes an object of no known type")
      }
      try reduce()
    case UInt8(ascii: "b"): try build()  // BUILD
    case UInt8(ascii: "s"): try setItems(pop(2))  // SETITEM
    case UInt8(ascii: "u"): try setItems(popToMark())  // SETITEMS
    case UInt8(ascii: "a"): try append(pop(1))  // APPEND
    case UInt8(ascii: "e"), 0x90: try append(popToMark())  // APPENDS, ADDITEMS
    default:
      position = start
      throw refuse("uses opcode \(OpcodeName.of(code)), which plain checkpoints do not")
    }
  }

  // MARK: Stack

  private mutating func pop() throws -> Pickle.Value {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw refuse("takes a value where there is none")
    }
    return value
  }

  private mutating func pop(_ count: Int) throws -> [Pickle.Value] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw refuse("takes a value where there is none")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [Pickle.Value] {
    guard let mark = marks.popLast() else { throw refuse("has no mark where it needs one") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func push(
    _ items: [Pickle.Value], _ make: (Int) -> Pickle.Value, callable: Pickle.Global? = nil
  ) throws {
    pickle.nodes.append(.init(items: items, callable: callable, depth: try depth(over: items)))
    stack.append(make(pickle.nodes.count - 1))
  }

  private func depth(over items: [Pickle.Value]) throws -> Int {
    var deepest = 0
    for item in items {
      switch item {
      case .tuple(let node), .list(let node), .dictionary(let node), .object(let node),
        .storage(let node):
        deepest = max(deepest, pickle.nodes[node].depth)
      default: break
      }
    }
    guard deepest < limits.nesting else { throw refuse("nests over \(limits.nesting) levels") }
    return deepest + 1
  }

  private mutating func remember(_ index: Int) throws {
    guard let value = stack.last else { throw refuse("remembers a value where there is none") }
    memo[index] = value
    guard memo.count <= limits.memo else { throw refuse("remembers over \(limits.memo) values") }
  }

  private mutating func recall(_ index: Int) throws {
    guard let value = memo[index] else {
      throw refuse("recalls value \(index), which it never made")
    }
    stack.append(value)
  }

  // MARK: Objects

  private mutating func reduce() throws {
    let parts = try pop(2)
    guard case .global(let callable) = parts[0], case .tuple(let node) = parts[1] else {
      throw refuse("calls something that is no name with arguments")
    }
    let arguments = pickle.nodes[node].items
    if callable == .init(module: "collections", name: "OrderedDict") {
      // OrderedDict([(key, value), …]) is how Python 2 saved one.
      let pairs = arguments.first.flatMap { pickle.elements($0) } ?? []
      try push(pairs.flatMap { pickle.elements($0) ?? [] }, Pickle.Value.dictionary)
    } else {
      try push(arguments, Pickle.Value.object, callable: callable)
    }
  }

  private mutating func build() throws {
    let state = try pop()
    guard let target = stack.last else { throw refuse("builds where there is nothing") }
    // An OrderedDict's attributes (`_metadata`) do not belong to the weights.
    if case .object(let node) = target {
      pickle.nodes[node].state = state
      pickle.nodes[node].depth = max(pickle.nodes[node].depth, try depth(over: [state]))
    }
  }

  private mutating func setItems(_ items: [Pickle.Value]) throws {
    guard items.count % 2 == 0 else { throw refuse("sets a key without a value") }
    guard let target = stack.last else { throw refuse("sets items of nothing") }
    switch target {
    case .dictionary(let node): try extend(node, items)
    // Items of an opaque object (a defaultdict, a Counter) are not looked at.
    case .object: break
    default: throw refuse("sets items of something that has none")
    }
  }

  private mutating func append(_ items: [Pickle.Value]) throws {
    guard let target = stack.last else { throw refuse("appends to nothing") }
    switch target {
    case .list(let node): try extend(node, items)
    case .object: break
    default: throw refuse("appends to something that is no list")
    }
  }

  private mutating func extend(_ node: Int, _ items: [Pickle.Value]) throws {
    let depth = try depth(over: items)
    pickle.nodes[node].items += items
    pickle.nodes[node].depth = max(pickle.nodes[node].depth, depth)
  }

  // MARK: Bytes

  private mutating func byte() throws -> UInt8 {
    guard position < bytes.count else { throw refuse("ends too early") }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func take(_ count: Int) throws -> [UInt8] {
    guard count >= 0, count <= bytes.count - position else { throw refuse("ends too early") }
    defer { position += count }
    return Array(bytes[position..<(position + count)])
  }

  private mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
    let bytes = try take(MemoryLayout<Number>.size)
    return bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
  }

  private mutating func text(_ count: Int) throws -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw refuse("has text that is not UTF-8")
    }
    return text
  }

  private mutating func line() throws -> String {
    guard let end = bytes[position...].prefix(1000).firstIndex(of: 0x0a) else {
      throw refuse("has a name without an end")
    }
    let line = try text(end - position)
    position += 1
    return line
  }

  private mutating func pushLong() throws {
    let bytes = try take(Int(byte()))
    guard bytes.count <= 8 else {
      stack.append(.bigInteger)
      return
    }
    var value: UInt64 = (bytes.last ?? 0) & 0x80 != 0 ? .max : 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    stack.append(.int(Int(Int64(bitPattern: value))))
  }
}

/// Names of opcodes for messages.
enum OpcodeName {
  private static let names: [UInt8: String] = [
    0x95: "FRAME", 0x8c: "SHORT_BINUNICODE", 0x8d: "BINUNICODE8", 0x94: "MEMOIZE",
    0x93: "STACK_GLOBAL", 0x92: "NEWOBJ_EX", 0x82: "EXT1", 0x83: "EXT2",
    0x84: "EXT4", 0x8b: "LONG4", 0x8e: "BINBYTES8", 0x91: "FROZENSET", 0x96: "BYTEARRAY8",
    UInt8(ascii: "i"): "INST", UInt8(ascii: "o"): "OBJ", UInt8(ascii: "P"): "PERSID",
    UInt8(ascii: "I"): "INT", UInt8(ascii: "L"): "LONG", UInt8(ascii: "F"): "FLOAT",
    UInt8(ascii: "S"): "STRING", UInt8(ascii: "T"): "BINSTRING", UInt8(ascii: "V"): "UNICODE",
    UInt8(ascii: "B"): "BINBYTES", UInt8(ascii: "C"): "SHORT_BINBYTES", UInt8(ascii: "0"): "POP",
    UInt8(ascii: "1"): "POP_MARK", UInt8(ascii: "2"): "DUP", UInt8(ascii: "d"): "DICT",
    UInt8(ascii: "l"): "LIST", UInt8(ascii: "p"): "PUT", UInt8(ascii: "g"): "GET",
  ]

  static func of(_ code: UInt8) -> String {
    names[code] ?? "0x" + String(code, radix: 16)
  }
}
