import Crypto
import Foundation

/// The first six hexadecimal digits of a text's SHA-256.
func digest(_ text: String) -> String {
  SHA256.hash(data: Data(text.utf8)).prefix(3).map { String(format: "%02x", $0) }.joined()
}
