import BasinCore
import Foundation
import Programs
import Synchronization

/// What the installed fonts can show, by fontconfig's `fc-list`, as gnuplot's PNG finds them.
///
/// Cairo draws a box for a character that no font has. In an image made for two pixels a point it can be thousands of
/// pixels large and covers the figure, so such characters are replaced.
enum Fonts {
  private static let known = Mutex<[UInt32: Bool]>([:])

  /// The characters of a text that no installed font has, in their order; none where fontconfig does not say.
  static func missing(in text: String, _ cancellation: Cancellation) throws -> [Unicode.Scalar] {
    var seen: Set<Unicode.Scalar> = []
    let asked = text.unicodeScalars.filter { scalar in
      // All that draw Latin letters have these.
      scalar.value > 0x24F && !scalar.properties.isDefaultIgnorableCodePoint
        && !scalar.properties.isWhitespace && seen.insert(scalar).inserted
    }
    let new = asked.filter { scalar in known.withLock { $0[scalar.value] == nil } }
    // Mostly one font has them all.
    if !new.isEmpty {
      if try hasFont(with: Array(new), cancellation) {
        known.withLock { known in for scalar in new { known[scalar.value] = true } }
      } else {
        for scalar in new.prefix(512) {
          let has = try hasFont(with: [scalar], cancellation)
          known.withLock { $0[scalar.value] = has }
        }
      }
    }
    return asked.filter { scalar in known.withLock { $0[scalar.value] == false } }
  }

  /// What stands for a character that no font has.
  static func substitute(_ cancellation: Cancellation) throws -> Character {
    try missing(in: "□", cancellation).isEmpty ? "□" : "?"
  }

  private static let listing = Mutex<[String: Bool]>([:])

  /// Whether no font is installed that has a Latin letter, so that images have no text.
  ///
  /// - Parameter list: The program `fc-list`, or a name to be looked for on `PATH`.
  static func areNone(list: String = "fc-list", _ cancellation: Cancellation) throws -> Bool {
    if let known = listing.withLock({ $0[list] }) { return known }
    let none = try !hasFont(with: ["A"], list: list, cancellation)
    listing.withLock { $0[list] = none }
    return none
  }

  // Also where there is no answer: then nothing is known to be missing.
  private static func hasFont(
    with scalars: [Unicode.Scalar], list: String = "fc-list", _ cancellation: Cancellation
  ) throws -> Bool {
    guard let program = Executable.path(of: list) else { return true }
    let folder = try PlottingError.workFolder()
    let charset = scalars.map { String($0.value, radix: 16) }.joined(separator: " ")
    let outcome = try PlottingError.translating {
      try ChildProcess(
        executable: program, arguments: [":charset=\(charset)", "--format", "x"],
        folder: folder.path, timeout: 20, cancellation: cancellation
      ).run { close($0) }
    }
    switch outcome.ending {
    case .exited(0): return !outcome.output.isEmpty
    case .cancelled: throw Cancelled()
    default: return true
    }
  }
}
