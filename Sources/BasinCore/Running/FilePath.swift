/// The parts of a file's path, as text. (Foundation's on Linux end the program where a path is one character.)
public enum FilePath {
  /// The last part: `b` of `a/b` and of `a/b/`; `/` of `/`.
  public static func name(of path: String) -> String {
    parts(path).last.map(String.init) ?? (path.isEmpty ? "" : "/")
  }

  /// What is before the last part: `a` of `a/b` and of `a/b/`, `/` of `/a`, nothing of `a`.
  public static func folder(of path: String) -> String {
    let root = path.hasPrefix("/") ? "/" : ""
    return root + parts(path).dropLast().joined(separator: "/")
  }

  /// What is behind the last point of the last part: `npz` of `a/b.npz`; nothing of `b` and `.b`.
  public static func fileExtension(of path: String) -> String {
    let name = name(of: path)
    guard let point = name.lastIndex(of: "."), point > name.startIndex else { return "" }
    return String(name[name.index(after: point)...])
  }

  private static func parts(_ path: String) -> [Substring] { path.split(separator: "/") }
}
