import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Paths of files in a site, `/` between their parts.
enum SitePath {
  /// Whether a path stays below the site's folder and names a file that can be the site's.
  static func isSafe(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return !path.contains("\0")
      && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
  }

  /// The path in an address.
  static func address(_ path: String) -> String {
    var allowed = CharacterSet()
    allowed.insert(
      charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")
    return path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
  }

  /// What is at a path, links not followed.
  static func kind(_ path: String) -> Kind {
    var status = stat()
    guard lstat(path, &status) == 0 else { return .nothing }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  enum Kind { case nothing, file, folder, other }
}
