import BasinCore
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// `site.json`: what publishing wrote. Nothing else in the folder is ever changed or removed.
struct SiteManifest: Codable, Equatable {
  struct Report: Codable, Equatable {
    var slug: String
    /// SHA-256 of the report's own page.
    var page: String
    /// When that page came to be.
    var updated: Date
  }

  static let name = "site.json"

  var generator = "Basin"
  var format = 1
  var reports: [Report] = []
  /// SHA-256 of each file, by its path.
  var files: [String: String] = [:]

  /// What an earlier publishing left in a folder; `nil` when there is nothing in it, or no folder.
  ///
  /// - Throws: ``SiteError`` when the folder holds something else; `FileError`.
  static func inFolder(_ folder: String) throws -> SiteManifest? {
    switch SitePath.kind(folder) {
    case .nothing: return nil
    case .file: throw SiteError("\(folder) is a file; choose another folder with --out")
    case .folder, .other: break
    }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw FileError("cannot read", folder, errno)
    }
    // Of a publishing that was killed before it had written its list.
    if names.allSatisfy({ $0.hasPrefix(Self.name + ".tmp-") }) { return nil }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
      let manifest = try? decoder.decode(Self.self, from: data), manifest.generator == "Basin"
    else {
      throw SiteError(
        "\(folder) holds other files (“\(names.sorted()[0])”) and is no site of Basin's; choose an "
          + "empty folder, or a new one, with --out")
    }
    guard manifest.format == 1, manifest.files.keys.allSatisfy(SitePath.isSafe) else {
      throw SiteError("\(folder)/\(name) is of another version of Basin; remove that folder")
    }
    return manifest
  }

  /// Removes what a killed publishing left beside the files that it was writing.
  static func removeLeftovers(in folder: String, _ manifest: SiteManifest?) {
    let own = Set((manifest?.files.keys).map(Array.init) ?? []).union([name])
    for path in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [] {
      guard let match = path.wholeMatch(of: /(.+)\.tmp-([0-9]+)-[0-9]+/),
        own.contains(String(match.1)), let process = pid_t(match.2),
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      try? AtomicFile.remove("\(folder)/\(path)")
    }
  }

  func json() throws -> Data { try stableJSON(self) }
}
