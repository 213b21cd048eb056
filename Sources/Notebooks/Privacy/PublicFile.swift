import Foundation

/// A file of a site as others may read it: in text, nobody's home folder has a name.
///
/// Reports keep the machine out already; this is for what their authors did not see.
struct PublicFile {
  /// Its path in the site.
  let path: String
  let data: Data

  init(_ path: String, _ data: Data) {
    self.path = path
    let isTelling = Privacy.publicMarks.contains { data.range(of: Data($0.utf8)) != nil }
    let text = isTelling ? String(validating: data, as: UTF8.self) : nil
    self.data = text.map { Data(Privacy.scrubPublic($0).utf8) } ?? data
  }
}
