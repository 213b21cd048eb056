import BasinCore
import Foundation

/// Text in the user's editor.
enum EditedText {
  /// Lets the user edit `text` in `$VISUAL` or `$EDITOR`.
  ///
  /// - Returns: what it became; `nil` when the editor ended with an error.
  /// - Throws: `FileError` for a temporary file that cannot be written or read, ``PromptError`` when
  ///   there is no editor.
  static func edited(
    _ text: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> String? {
    let folder = try ScratchFolder(for: "edit")
    defer { withExtendedLifetime(folder) {} }
    let name = "\(folder.path)/lines.txt"
    try AtomicFile.write(to: name) { descriptor in
      fchmod(descriptor, 0o600)
      try Array((text + "\n").utf8).withUnsafeBytes {
        try AtomicFile.writeAll($0, to: descriptor, path: name)
      }
    }
    let editor = ForegroundProgram.editor(environment)
    switch editor.run(argument: name) {
    case 0: break
    case -1, 126, 127:
      throw PromptError("cannot start the editor '\(editor.command)'; set $EDITOR to another")
    default: return nil
    }
    guard let data = FileManager.default.contents(atPath: name) else {
      throw FileError("cannot read", name, ENOENT)
    }
    return String(decoding: data, as: UTF8.self)
  }
}
