import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A file could not be read or written.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What failed: `cannot read`, `cannot write`.
  public var action: String
  /// The file.
  public var path: String
  /// The system's error number.
  public var code: Int32

  /// Creates the error.
  public init(_ action: String, _ path: String, _ code: Int32) {
    self.action = action
    self.path = path
    self.code = code
  }

  /// `cannot write /x.npz: Permission denied; choose another folder, or make this one writable (chmod u+w)`
  public var description: String {
    "\(action) \(path): \(String(cString: strerror(code)))" + (remedy.map { "; \($0)" } ?? "")
  }

  /// What helps, where the system's reason tells.
  public var remedy: String? {
    if action == "cannot read" {
      return code == EACCES ? "make it readable (chmod u+r), with the folders above it" : nil
    }
    switch code {
    case EACCES, EPERM: return "choose another folder, or make this one writable (chmod u+w)"
    case EROFS: return "choose a folder that is not on a read-only file system"
    case ENOTDIR: return "a part of the path is a file; choose a path of folders"
    case EISDIR: return "it is a folder; name a file in it"
    case ENOSPC, EDQUOT: return "free some space, or choose a folder on another file system"
    case ENAMETOOLONG: return "choose a shorter name"
    case ELOOP:
      return "it is a symbolic link, or links in the path lead in a circle; remove the link, "
        + "or choose another path"
    default: return nil
    }
  }
}
