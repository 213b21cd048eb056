import BasinCore
import Foundation

/// The first six hexadecimal digits of a text's SHA-256.
func digest(_ text: String) -> String {
  SHA256.hexadecimal(SHA256.digest(of: text.utf8).prefix(3))
}
