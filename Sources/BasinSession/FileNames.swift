import BasinKit
import Foundation

/// File names as users type them.
enum FileNames {
  /// The files a pattern means, in natural order: `epoch2` before `epoch10`.
  ///
  /// - Throws: `CommandError` when there are none.
  static func matching(_ pattern: String) throws -> [String] {
    // A file that is there is meant, whatever its name.
    if FileManager.default.fileExists(atPath: pattern) { return [pattern] }
    var found = glob_t()
    defer { globfree(&found) }
    let isPattern = NamePattern.isPattern(pattern)
    // Only * and ? match: everything else that glob(3) knows is a letter. Its ? is one byte, which is not
    // one character of every name, so that all names are asked for and looked through.
    let plain = ["\\", "[", "]"].reduce(pattern) { $0.replacingScalars($1, with: "\\" + $1) }
      .replacing("?", with: "*")
    guard glob(plain, GLOB_TILDE, nil, &found) == 0 else {
      throw CommandError(
        isPattern
          ? "no file matches \(pattern)"
          : "\(pattern): there is no such file"
            + (nearby(pattern).map { "; did you mean \($0)?" } ?? ""))
    }
    let paths = (0..<Int(found.gl_pathc)).compactMap { index in
      found.gl_pathv[index].map { String(cString: $0) }
    }.filter { matches($0, pattern) }
    guard !paths.isEmpty else { throw CommandError("no file matches \(pattern)") }
    return paths.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
  }

  // Whether each folder and the name of a path match those of a pattern with ?; a beginning ~ stands for a
  // folder that glob(3) knows.
  private static func matches(_ path: String, _ pattern: String) -> Bool {
    guard pattern.contains("?") else { return true }
    func parts(_ text: String) -> [Substring] {
      text.split(separator: "/", omittingEmptySubsequences: false)
    }
    let named = parts(pattern)
    let isInHome = pattern.hasPrefix("~")
    return zip(parts(path).reversed(), named.dropFirst(isInHome ? 1 : 0).reversed()).allSatisfy {
      NamePattern(String($1)).matches(String($0))
    }
  }

  /// A session name for files that the user gave none: the first file's stem.
  static func sessionName(for paths: [String]) -> String {
    let stem = paths.first.map {
      URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent
    }
    let name = String((stem ?? "").map { SessionName.isValid("a\($0)") ? $0 : "_" })
    return SessionName.isValid(name) ? name : "_" + name
  }

  private static func nearby(_ path: String) -> String? {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    guard let near = nearest(url.lastPathComponent, in: names) else { return nil }
    return path.contains("/")
      ? path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
        separator: "/") + "/" + near : near
  }
}
