import BasinCore
import Foundation

/// A name for a cell, made from its content alone: a cell keeps its name when others come, go or
/// move.
struct CellSlug {
  /// The name: at most 40 characters where it is made from a text.
  let name: String

  init(_ text: String) {
    let slug = Self.slug(text)
    if slug.isEmpty {
      name = "cell"
    } else if slug.count <= 40 {
      name = slug
    } else {
      let head = slug.prefix(32).split(separator: "-", omittingEmptySubsequences: false)
      let words = head.count > 1 ? head.dropLast() : head
      let digest = SHA256.digest(of: text.utf8).prefix(3)
      name =
        words.joined(separator: "-") + "-" + digest.map { String(format: "%02x", $0) }.joined()
    }
  }

  /// Lower-case ASCII letters and digits in words joined by `-`.
  static func slug(_ text: String) -> String {
    let plain = text.decomposedStringWithCompatibilityMapping.lowercased()
    let words = plain.unicodeScalars.filter { $0.properties.generalCategory != .nonspacingMark }
      .split { !("a"..."z").contains($0) && !("0"..."9").contains($0) }
    return words.map { String(String.UnicodeScalarView($0)) }.joined(separator: "-")
  }
}

/// Makes names unused by a number behind them: cells with the same content are told apart by their order.
struct UnusedNames {
  // Numbers below are in use: names are never given back.
  private var numbers: [String: Int] = [:]

  /// The name, or the name with the first number from 2 that makes it unused.
  ///
  /// - Parameter isTaken: what is in use; what was in use stays so.
  mutating func next(_ name: String, _ isTaken: (String) -> Bool) -> String {
    guard isTaken(name) else { return name }
    var number = numbers[name] ?? 2
    while isTaken("\(name)-\(number)") { number += 1 }
    numbers[name] = number
    return "\(name)-\(number)"
  }
}
