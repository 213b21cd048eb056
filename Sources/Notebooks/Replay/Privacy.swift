import Foundation

/// Keeps the machine out of reports: paths below the working folder are shown relative to it, and
/// the home folder as `~`.
enum Privacy {
  static func scrub(
    _ text: String, workingFolder: String = FileManager.default.currentDirectoryPath,
    home: String = NSHomeDirectory()
  ) -> String {
    var text = text
    if workingFolder.count > 1 { text = text.replacing(workingFolder + "/", with: "") }
    if home.count > 1 {
      text = text.replacing(home + "/", with: "~/")
      if text == home { text = "~" }
    }
    return text
  }
}
