import Foundation

#if canImport(Glibc)
  import Glibc
#endif

extension FilePath {
  /// The absolute path to which a path leads when every symbolic link in it is followed, as the system does. What
  /// is not there yet stays as it is written, also behind a link that leads to nothing.
  ///
  /// - Parameter path: a path, absolute or from the working folder; the empty one is the working folder.
  public static func real(_ path: String) -> String {
    var waiting = Array(absolute(path).split(separator: "/").map(String.init).reversed())
    var place: [String] = []
    var links = 0
    while let part = waiting.popLast() {
      if part == "." { continue }
      if part == ".." {
        _ = place.popLast()
        continue
      }
      let here = "/" + (place + [part]).joined(separator: "/")
      // The system, too, gives up after forty.
      guard links < 40, let target = target(of: here) else {
        place.append(part)
        continue
      }
      links += 1
      if target.hasPrefix("/") { place = [] }
      waiting += target.split(separator: "/").map(String.init).reversed()
    }
    return "/" + place.joined(separator: "/")
  }

  /// The absolute path that a path means by its words alone: `..` takes the name before it away, and no link is
  /// followed.
  public static func written(_ path: String) -> String {
    var place: [Substring] = []
    for part in absolute(path).split(separator: "/") where part != "." {
      if part == ".." { _ = place.popLast() } else { place.append(part) }
    }
    return "/" + place.joined(separator: "/")
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }

  // Where a symbolic link leads, as it is written in it; `nil` for what is none.
  private static func target(of link: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(link, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
