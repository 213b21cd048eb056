import CCrypto
import Foundation

/// SHA-256, piece by piece, by OpenSSL's libcrypto.
///
/// ```swift
/// let checksum = SHA256.hexadecimal(of: data)
/// ```
public final class SHA256 {
  private let context = EVP_MD_CTX_new()

  /// Starts a digest.
  public init() { EVP_DigestInit_ex(context, EVP_sha256(), nil) }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes in more bytes.
  public func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// The 32 bytes of the digest; nothing can be taken in afterwards.
  public func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    EVP_DigestFinal_ex(context, &digest, &length)
    return Array(digest.prefix(Int(length)))
  }

  /// The digest of some bytes.
  public static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
    let hash = SHA256()
    Array(bytes).withUnsafeBytes { hash.update($0) }
    return hash.finish()
  }

  /// The digest as 64 lower-case hexadecimal digits.
  public static func hexadecimal(of bytes: some Sequence<UInt8>) -> String {
    hexadecimal(digest(of: bytes))
  }

  /// The digest of several texts, in which each text's length counts: no two lists have one digest
  /// because they read alike when they are joined.
  public static func hexadecimal(ofParts parts: [String]) -> String {
    let hash = SHA256()
    for part in parts {
      Array("\(part.utf8.count):\(part)".utf8).withUnsafeBytes { hash.update($0) }
    }
    return hexadecimal(hash.finish())
  }

  /// A digest as lower-case hexadecimal digits.
  public static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
    digest.map { String(format: "%02x", $0) }.joined()
  }
}
