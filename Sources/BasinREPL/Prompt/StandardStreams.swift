import BasinCore
import Foundation

/// Writing to standard output and standard error without a buffer of our own, so that they keep
/// their order with each other and with what libedit and a child process write.
public enum StandardStreams {
  /// Writes all of `text`.
  ///
  /// - Throws: `FileError`, for instance when the reader of a pipe has gone.
  public static func write(_ text: String, to descriptor: Int32) throws {
    let name = descriptor == STDERR_FILENO ? "standard error" : "standard output"
    try Array(text.utf8).withUnsafeBytes {
      try AtomicFile.writeAll($0, to: descriptor, path: name)
    }
  }
}
