/// What a terminal answered when it was asked what it can do, taken apart.
struct TerminalAnswers: Sendable, Equatable {
  /// Sixels, attribute 4 of the primary device attributes (`CSI ? … c`).
  var hasSixels = false
  /// The kitty graphics protocol took a test image (`APC G i=31;OK ST`).
  var hasKittyGraphics = false
  /// Name and version, as XTVERSION gives them (`DCS > | … ST`).
  var version = ""
  /// A cell's size in pixels (`CSI 6 ; height ; width t`).
  var cell: (width: Int, height: Int)?
  /// Whether the background is dark (`OSC 11 ; rgb:… ST`).
  var isDark: Bool?
  /// Whether the device attributes have come, which every terminal gives, and which are asked for last.
  var isComplete = false
  /// What was no answer: keys that somebody pressed meanwhile.
  var keys: [UInt8] = []

  /// Takes bytes apart that came from a terminal. An answer that is not whole yet stays in `rest`.
  init(_ bytes: [UInt8], rest: inout [UInt8]) {
    rest = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == 0x1B else {
        keys.append(bytes[index])
        index += 1
        continue
      }
      switch Self.sequence(bytes, from: index) {
      case .whole(let body, let end):
        if !take(body) { keys += bytes[index..<end] }
        index = end
      case .begun:
        rest = Array(bytes[index...])
        return
      case .none:
        keys.append(bytes[index])
        index += 1
      }
    }
  }

  static func == (left: Self, right: Self) -> Bool {
    left.hasSixels == right.hasSixels && left.hasKittyGraphics == right.hasKittyGraphics
      && left.version == right.version && left.cell?.width == right.cell?.width
      && left.cell?.height == right.cell?.height && left.isDark == right.isDark
      && left.isComplete == right.isComplete && left.keys == right.keys
  }

  private enum Sequence {
    /// The text between ESC and the terminator, with the final byte of a CSI sequence.
    case whole(String, end: Int)
    case begun
    case none
  }

  private static let longestAnswer = 512

  private static func sequence(_ bytes: [UInt8], from start: Int) -> Sequence {
    guard start + 1 < bytes.count else { return .begun }
    let limit = min(bytes.count, start + longestAnswer)
    switch bytes[start + 1] {
    case UInt8(ascii: "["):
      for index in (start + 2)..<max(limit, start + 2) {
        switch bytes[index] {
        case 0x40...0x7E: return .whole(text(bytes[(start + 1)...index]), end: index + 1)
        case 0x20...0x3F: continue
        default: return .none
        }
      }
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"):
      for index in (start + 2)..<max(limit, start + 2) {
        if bytes[index] == 0x07 {
          return .whole(text(bytes[(start + 1)..<index]), end: index + 1)
        }
        if bytes[index] == 0x1B, index + 1 < bytes.count {
          guard bytes[index + 1] == UInt8(ascii: "\\") else { return .none }
          return .whole(text(bytes[(start + 1)..<index]), end: index + 2)
        }
      }
    default:
      return .none
    }
    return limit - start < longestAnswer ? .begun : .none
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// Notes one answer; `false` when it is none of those that were asked for.
  private mutating func take(_ body: String) -> Bool {
    if body.hasPrefix("[?"), body.hasSuffix("c") {
      isComplete = true
      hasSixels = hasSixels || body.dropFirst(2).dropLast().split(separator: ";").contains("4")
    } else if body.hasPrefix("[6;"), body.hasSuffix("t") {
      let numbers = body.dropFirst(3).dropLast().split(separator: ";").compactMap { Int($0) }
      if numbers.count == 2, numbers.allSatisfy({ (1...500).contains($0) }) {
        cell = (width: numbers[1], height: numbers[0])
      }
    } else if body.hasPrefix("]11;rgb:") {
      isDark = Self.isDark(body.dropFirst("]11;rgb:".count))
    } else if body.hasPrefix("P>|") {
      version = String(body.dropFirst(3))
    } else if body.hasPrefix("_Gi=31;") {
      hasKittyGraphics = body == "_Gi=31;OK"
    } else {
      return false
    }
    return true
  }

  /// `1e1e/2020/2323`: one to four hexadecimal digits a colour.
  private static func isDark(_ colors: Substring) -> Bool? {
    let parts = colors.split(separator: "/").prefix(3).map { part -> Double? in
      guard (1...4).contains(part.count), let value = Int(part, radix: 16) else { return nil }
      return Double(value) / Double((1 << (4 * part.count)) - 1)
    }
    guard parts.count == 3, let red = parts[0], let green = parts[1], let blue = parts[2] else {
      return nil
    }
    return 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
  }
}
