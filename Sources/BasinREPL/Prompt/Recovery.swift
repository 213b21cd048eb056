import CEdit
import Foundation

/// What becomes of the process when a signal ends it: a trap, a division by zero in a program that was trusted, or
/// Ctrl-\.
public enum Recovery {
  /// Until ``disarm()``, such a signal starts the program again, as the same process.
  ///
  /// - Parameter words: The program's name and arguments. The last two characters of the last become the signal's
  ///   number: `cell:00` becomes `cell:08`.
  public static func arm(_ words: [String]) {
    let pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    _ = pointers.withUnsafeBufferPointer { cedit_recovery_arm($0.baseAddress, words.count) }
  }

  /// Gives signals the meaning that they had.
  public static func disarm() { cedit_recovery_disarm() }
}
