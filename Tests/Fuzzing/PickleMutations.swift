/// Changes of a pickle, opcode by opcode.
enum PickleMutations {
  /// The opcodes of a valid pickle, each with its operand.
  static func opcodes(_ bytes: [UInt8], from start: Int = 0) -> (codes: [[UInt8]], end: Int) {
    var codes: [[UInt8]] = []
    var position = start
    while position < bytes.count {
      let code = bytes[position]
      let length = 1 + operandLength(code, bytes, position + 1)
      codes.append(Array(bytes[position..<min(bytes.count, position + length)]))
      position += length
      if code == UInt8(ascii: ".") { break }
    }
    return (codes, min(position, bytes.count))
  }

  private static func operandLength(_ code: UInt8, _ bytes: [UInt8], _ at: Int) -> Int {
    func number(_ width: Int) -> Int {
      (0..<width).reduce(0) { at + $1 < bytes.count ? $0 | Int(bytes[at + $1]) << (8 * $1) : $0 }
    }
    switch code {
    case 0x80, UInt8(ascii: "q"), UInt8(ascii: "h"), UInt8(ascii: "K"): return 1
    case UInt8(ascii: "M"): return 2
    case UInt8(ascii: "J"), UInt8(ascii: "r"), UInt8(ascii: "j"): return 4
    case UInt8(ascii: "G"): return 8
    case UInt8(ascii: "X"), UInt8(ascii: "T"): return 4 + number(4)
    case UInt8(ascii: "U"), 0x8a: return 1 + number(1)
    case UInt8(ascii: "c"):
      var lines = 0
      var length = 0
      while lines < 2, at + length < bytes.count {
        if bytes[at + length] == 0x0a { lines += 1 }
        length += 1
      }
      return length
    default: return 0
    }
  }

  private static let names = [
    "torch._utils\n_rebuild_tensor_v2", "torch._utils\n_rebuild_tensor",
    "torch._utils\n_rebuild_tensor_v3", "torch._utils\n_rebuild_parameter",
    "torch._tensor\n_rebuild_from_type_v2", "collections\nOrderedDict", "torch\nFloatStorage",
    "torch\nComplexDoubleStorage", "torch\nHalfStorage", "torch\nQInt8Storage", "torch\nSize",
    "torch.storage\nUntypedStorage", "torch\nfloat4_e2m1fn_x2", "torch\ncomplex32", "posix\nsystem",
    "numpy\ndtype", "numpy.core.multiarray\n_reconstruct", "_codecs\nencode",
  ]

  /// A pickle with some opcodes changed, lengths of operands right.
  static func mutate(_ bytes: [UInt8], _ draw: inout Draw) -> [UInt8] {
    var codes = opcodes(bytes).codes
    for _ in 0..<(1 + draw.below(3)) {
      guard !codes.isEmpty else { break }
      let place = draw.below(codes.count)
      switch draw.below(9) {
      case 0: codes.remove(at: place)
      case 1: codes.insert(codes[place], at: draw.below(codes.count))
      case 2: codes.swapAt(place, draw.below(codes.count))
      case 3:
        let end = min(codes.count, place + 1 + draw.below(20))
        codes.insert(contentsOf: codes[place..<end], at: draw.below(codes.count))
      case 4:
        codes[place] = [draw.pick(Array(")}](tQRbsuaeN.".utf8) + [0x85, 0x86, 0x87, 0x88, 0x81])]
      case 5: codes[place] = Array(("c" + draw.pick(names) + "\n").utf8)
      default:
        let numbers = codes.indices.filter {
          "KMJ".utf8.contains(codes[$0][0]) || codes[$0][0] == 0x8a
        }
        let target = numbers.isEmpty ? place : draw.pick(numbers)
        codes[target] = integer(draw.awkward())
      }
    }
    return codes.flatMap { $0 }
  }

  private static func integer(_ value: Int) -> [UInt8] {
    [0x8a, 8] + (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
