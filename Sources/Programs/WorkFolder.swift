import BasinCore
import Foundation

/// A private folder for one run of a program, removed with everything in it at the end.
package final class WorkFolder {
  private let folder: ScratchFolder

  package var path: String { folder.path }

  /// - Throws: ``ProgramError/system(_:)`` when the folder for temporary files is not writable.
  package init() throws {
    do {
      folder = try ScratchFolder(for: "figure")
    } catch let error as FileError {
      throw ProgramError.system(error.description)
    }
  }

  /// What the program wrote under `name`; empty when there is no such file.
  package func contents(of name: String) -> Data {
    (try? Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))) ?? Data()
  }
}
