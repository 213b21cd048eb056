import Foundation

/// A private folder for one run of a program, removed with everything in it at the end.
package final class WorkFolder {
  package let path: String

  /// - Throws: ``PlottingError/system(_:)`` when the folder for temporary files is not writable.
  package init() throws {
    let parent = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
    var template = Array("\(parent ?? "/tmp")/basin-figure-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw PlottingError.system(
        "cannot create a folder in \(parent ?? "/tmp"): \(String(cString: strerror(errno)))")
    }
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// What the program wrote under `name`; empty when there is no such file.
  package func contents(of name: String) -> Data {
    (try? Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))) ?? Data()
  }
}
