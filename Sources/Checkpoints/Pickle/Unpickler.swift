/// Reads a pickle of the opcodes that plain checkpoints use, and calls nothing.
///
/// Any other opcode is refused by its name and byte offset. Nesting and lengths are bounded, and the
/// memory that values take is counted while they are made, so that a hostile file costs little more
/// than its own size.
struct Unpickler {
  /// What a pickle is part of: each kind of file needs a few opcodes that others do not.
  enum Dialect {
    /// `torch.save`'s.
    case checkpoint
    /// TorchScript's, whose modules are objects.
    case script
    /// Lists and NumPy arrays, as Python 2 and 3 pickle them, in protocols 2 to 5.
    case arrays
  }

  private let bytes: [UInt8]
  private let limits: ReadLimits
  private let dialect: Dialect
  private var position: Int
  private var pickle = Pickle()
  private var stack: [Pickle.Value] = []
  private var highest = 0
  private var marks: [Int] = []
  private var memo: [Pickle.Value?] = []
  private var globals: [Pickle.Global: Int] = [:]
  private var budget: Int
  private var protocolVersion: UInt8 = 0

  /// What is wrong with a pickle, and where.
  struct Refusal: Error { var reason: String }

  /// Reads one pickle.
  ///
  /// - Parameters:
  ///   - bytes: Bytes that hold the pickle.
  ///   - position: Where it starts; where it ended afterwards.
  ///   - fileSize: The size of the file it is in, which bounds the memory that values may take.
  /// - Throws: ``Refusal``.
  static func read(
    _ bytes: [UInt8], from position: inout Int, fileSize: Int, limits: ReadLimits,
    dialect: Dialect = .checkpoint
  ) throws -> Pickle {
    var unpickler = Unpickler(
      bytes: bytes, limits: limits, dialect: dialect, position: position,
      budget: limits.valueBytes + 3 * min(fileSize, 1 << 40))
    let pickle = try unpickler.run()
    position = unpickler.position
    return pickle
  }

  /// Reads the pickle that `bytes` are.
  ///
  /// - Throws: ``Refusal``, also when something follows it.
  static func read(
    _ bytes: [UInt8], fileSize: Int, limits: ReadLimits, dialect: Dialect = .checkpoint
  ) throws -> Pickle {
    var position = 0
    let pickle = try read(
      bytes, from: &position, fileSize: fileSize, limits: limits, dialect: dialect)
    guard position == bytes.count else {
      throw Refusal(reason: "its pickle goes on after its end (byte \(position))")
    }
    return pickle
  }

  private init(
    bytes: [UInt8], limits: ReadLimits, dialect: Dialect, position: Int, budget: Int
  ) {
    self.bytes = bytes
    self.limits = limits
    self.dialect = dialect
    self.position = position
    self.budget = budget
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
    }
  }

  private mutating func step(_ code: UInt8, at start: Int) throws {
    switch code {
    case 0x80:  // PROTO
      let version = try byte()
      protocolVersion = version
    case UInt8(ascii: "c"):  // GLOBAL
      try push(.global(global(.init(module: try line(), name: try line()))))
    case UInt8(ascii: "q"): try remember(Int(byte()))  // BINPUT
    case UInt8(ascii: "r"): try remember(Int(integer(UInt32.self)))  // LONG_BINPUT
    case UInt8(ascii: "h"): try recall(Int(byte()))  // BINGET
    case UInt8(ascii: "j"): try recall(Int(integer(UInt32.self)))  // LONG_BINGET
    case UInt8(ascii: "("):  // MARK
      try charge(16)
      marks.append(stack.count)
    case UInt8(ascii: ")"): try pushNode([], Pickle.Value.tuple)  // EMPTY_TUPLE
    case UInt8(ascii: "}"): try pushNode([], Pickle.Value.dictionary)  // EMPTY_DICT
    case UInt8(ascii: "]"), 0x8f: try pushNode([], Pickle.Value.list)  // EMPTY_LIST, EMPTY_SET
    case UInt8(ascii: "t"): try pushNode(popToMark(), Pickle.Value.tuple)  // TUPLE
    case 0x85, 0x86, 0x87:  // TUPLE1, TUPLE2, TUPLE3
      try pushNode(pop(Int(code) - 0x84), Pickle.Value.tuple)
    case UInt8(ascii: "X"):  // BINUNICODE
      let count = Int(try integer(UInt32.self))
      guard let text = String(validating: try take(count), as: UTF8.self) else {
        throw refuse("has text that is not UTF-8")
      }
      try push(text)
    case UInt8(ascii: "U"):  // SHORT_BINSTRING: Python 2's text, or bytes
      let count = Int(try byte())
      let start = position
      if let text = String(validating: try take(count), as: UTF8.self) {
        try push(text)
      } else {
        try push(.bytes(start..<position))
      }
    case UInt8(ascii: "T") where dialect == .arrays,  // BINSTRING
      UInt8(ascii: "B") where dialect == .arrays:  // BINBYTES
      try pushBytes(Int(integer(UInt32.self)))
    case UInt8(ascii: "C") where dialect == .arrays: try pushBytes(Int(byte()))  // SHORT_BINBYTES
    case 0x8e where dialect == .arrays, 0x96 where dialect == .arrays:  // BINBYTES8, BYTEARRAY8
      let count = try integer(UInt64.self)
      guard count <= UInt64(bytes.count) else { throw refuse("ends too early") }
      try pushBytes(Int(count))
    case 0x95 where dialect == .arrays: _ = try take(8)  // FRAME: where to read ahead to
    case 0x94 where dialect == .arrays: try remember(memo.count)  // MEMOIZE
    case 0x8c where dialect == .arrays:  // SHORT_BINUNICODE
      guard let text = String(validating: try take(Int(byte())), as: UTF8.self) else {
        throw refuse("has text that is not UTF-8")
      }
      try push(text)
    case 0x93 where dialect == .arrays:  // STACK_GLOBAL
      let parts = try pop(2)
      guard case .text(let module) = parts[0], case .text(let name) = parts[1] else {
        throw refuse("names something with a name that is no text")
      }
      try push(.global(global(.init(module: module, name: name))))
    case UInt8(ascii: "K"): try push(.int(Int(try byte())))  // BININT1
    case UInt8(ascii: "M"): try push(.int(Int(try integer(UInt16.self))))  // BININT2
    case UInt8(ascii: "J"): try push(.int(Int(try integer(Int32.self))))  // BININT
    case 0x8a: try pushLong()  // LONG1
    case UInt8(ascii: "G"):  // BINFLOAT, big-endian
      let bits = try integer(UInt64.self).byteSwapped
      try push(.real(Double(bitPattern: bits)))
    case UInt8(ascii: "N"): try push(.none)  // NONE
    case 0x88: try push(.bool(true))  // NEWTRUE
    case 0x89: try push(.bool(false))  // NEWFALSE
    case UInt8(ascii: "Q"):  // BINPERSID
      guard case .tuple(let node) = try pop() else {
        throw refuse("has a persistent id that names no storage")
      }
      pickle.storages.append(node)
      try push(.storage(node))
    case UInt8(ascii: "R"): try reduce()  // REDUCE
    // NEWOBJ makes an object of a class, such as the Namespace of a training script's arguments.
    case 0x81: try reduce()
    case UInt8(ascii: "b"): try build()  // BUILD
    case UInt8(ascii: "s"): try setItems(pop(2))  // SETITEM
    case UInt8(ascii: "u"): try setItems(popToMark())  // SETITEMS
    case UInt8(ascii: "a"): try append(pop(1))  // APPEND
    case UInt8(ascii: "e"), 0x90: try append(popToMark())  // APPENDS, ADDITEMS
    default:
      position = start
      throw refuse(
        "uses opcode \(OpcodeName.of(code)), which plain checkpoints do not"
          + (protocolVersion > 2 ? "; save it again without pickle_protocol" : ""))
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

  private mutating func push(_ value: Pickle.Value) throws {
    stack.append(value)
    try charge(MemoryLayout<Pickle.Value>.stride)
    // The stack keeps the room that it once had.
    if stack.count > highest {
      highest = stack.count
      try charge(2 * MemoryLayout<Pickle.Value>.stride)
    }
  }

  private mutating func push(_ text: String) throws {
    // Short strings are stored in place.
    if text.utf8.count > 15 { try charge(32 + text.utf8.count) }
    try push(.text(text))
  }

  private mutating func pushBytes(_ count: Int) throws {
    guard count <= bytes.count - position else { throw refuse("ends too early") }
    position += count
    try push(.bytes((position - count)..<position))
  }

  private mutating func pushNode(
    _ items: [Pickle.Value], _ make: (Int) -> Pickle.Value, callable: Int? = nil
  ) throws {
    try charge(3 * MemoryLayout<Pickle.Node>.stride + 32)
    pickle.nodes.append(.init(items: items, callable: callable, depth: try depth(over: items)))
    try push(make(pickle.nodes.count - 1))
  }

  private mutating func global(_ global: Pickle.Global) throws -> Int {
    if let known = globals[global] { return known }
    try charge(200 + global.text.utf8.count)
    pickle.globals.append(global)
    globals[global] = pickle.globals.count - 1
    return pickle.globals.count - 1
  }

  private mutating func charge(_ bytes: Int) throws {
    budget -= bytes
    guard budget >= 0 else {
      throw refuse("makes more values than a checkpoint of its size has")
    }
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
    if index >= memo.count {
      guard index < limits.memo else { throw refuse("remembers a value as number \(index)") }
      let room = index + 1 - memo.count
      try charge(2 * room * MemoryLayout<Pickle.Value?>.stride)
      memo.append(contentsOf: repeatElement(nil, count: room))
    }
    memo[index] = value
  }

  private mutating func recall(_ index: Int) throws {
    guard memo.indices.contains(index), let value = memo[index] else {
      throw refuse("recalls value \(index), which it never made")
    }
    try push(value)
  }

  // MARK: Objects

  private mutating func reduce() throws {
    let parts = try pop(2)
    guard case .global(let callable) = parts[0], case .tuple(let node) = parts[1] else {
      throw refuse("calls something that is no name with arguments")
    }
    let arguments = pickle.nodes[node].items
    guard pickle.globals[callable] == .init(module: "collections", name: "OrderedDict") else {
      // The arguments are shared with the tuple, not copied.
      return try pushNode(arguments, Pickle.Value.object, callable: callable)
    }
    // OrderedDict([(key, value), …]) is how Python 2 saved one.
    var items: [Pickle.Value] = []
    for pair in arguments.first.flatMap({ pickle.elements($0) }) ?? [] {
      guard let pair = pickle.elements(pair), pair.count == 2 else {
        throw refuse("makes a dictionary of something that is no pairs")
      }
      try charge(4 * MemoryLayout<Pickle.Value>.stride)
      items += pair
    }
    try pushNode(items, Pickle.Value.dictionary)
  }

  private mutating func build() throws {
    let state = try pop()
    guard let target = stack.last else { throw refuse("builds where there is nothing") }
    // An OrderedDict's attributes (`_metadata`) do not belong to the weights.
    if case .object(let node) = target {
      try charge(128)
      pickle.states[node] = state
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

  private mutating func line() throws -> String {
    guard let end = bytes[position...].prefix(1000).firstIndex(of: 0x0a) else {
      throw refuse("has a name without an end")
    }
    guard let line = String(validating: try take(end - position), as: UTF8.self) else {
      throw refuse("has a name that is not UTF-8")
    }
    position += 1
    return line
  }

  private mutating func pushLong() throws {
    let bytes = try take(Int(byte()))
    guard bytes.count <= 8 else { return try push(.bigInteger) }
    var value: UInt64 = (bytes.last ?? 0) & 0x80 != 0 ? .max : 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    try push(.int(Int(Int64(bitPattern: value))))
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
