import BasinKit
import Foundation

/// A place where Basin itself writes: a report, a site, a notebook with its outputs.
///
/// Where the user named it, it is the user's choice. Any other is a name in the working folder, and whoever made that
/// folder may have put a symbolic link there: what it leads out of the working folder is refused.
struct OwnPlace {
  /// As it is said.
  let path: String
  /// Where that leads.
  let real: String

  private let isNamed: Bool
  private let writing: WritePolicy
  private let remedy: String

  /// - Parameters:
  ///   - path: the folder or file.
  ///   - isNamed: whether the user named this very place.
  ///   - writing: where a place that the user did not name may be.
  ///   - remedy: what the user writes to have it all the same.
  init(_ path: String, isNamed: Bool, writing: WritePolicy, remedy: String) {
    (self.path, self.isNamed, self.writing, self.remedy) = (path, isNamed, writing, remedy)
    real = FilePath.real(path)
  }

  /// A notebook into which outputs go. It was named to be read: that a link leads from there to a file elsewhere is
  /// not the user's word.
  init(notebook path: String, writing: WritePolicy) {
    let (written, here) = (FilePath.written(path), FilePath.real(""))
    let isHere = written.hasPrefix(here == "/" ? here : here + "/")
    self.init(
      path, isNamed: !isHere || written == FilePath.real(path), writing: writing,
      remedy: "run that file by its own path, or give --allow-write FOLDER")
  }

  /// `Reports/n`, or with a link in it `Reports/n, which is /data/n`.
  var words: String { real == FilePath.written(path) ? path : "\(path), which is \(real)" }

  /// - Throws: ``PlaceRefusal`` for a place that the user did not name and to which a link leads.
  func check() throws {
    guard !isNamed, let reason = writing.refusal(of: judged) else { return }
    throw PlaceRefusal(path: path, real: real, reason: reason, remedy: remedy)
  }

  /// Does `body`, which writes there, so that a link made meanwhile leads nowhere else.
  ///
  /// - Throws: ``PlaceRefusal``; `FileError`; what `body` throws.
  func during<Value>(_ body: () throws -> Value) throws -> Value {
    try check()
    if isNamed { return try body() }
    let folder = FilePath.folder(of: real)
    let before = WritePolicy.inForce
    defer { WritePolicy.inForce = before }
    WritePolicy.inForce = writing
    return try WritePolicy.declaring([folder]) {
      try AtomicFile.makeFolder(folder)
      WritePolicy.inForce = WritePolicy(below: folder)
      return try body()
    }
  }

  /// Keeps other runs from writing a report here, until the lock goes.
  ///
  /// - Throws: ``PlaceTaken`` when another run has it; `FileError` that names the report; as ``during(_:)``.
  func lock() throws -> FileLock {
    do {
      return try during {
        let folder = FilePath.folder(of: real)
        try AtomicFile.makeFolder(folder)
        return try FileLock("\(folder)/.\(FilePath.name(of: real)).lock")
      }
    } catch let held as LockHeld {
      throw PlaceTaken(path: path, holder: held.holder)
    } catch let error as FileError {
      // A user knows the report, and neither the lock's file nor where its folder would be.
      throw FileError("cannot write", path, error.code)
    }
  }

  // A name that is the user's may begin with a dot; what a link leads to is the link's choice.
  private var judged: String {
    FilePath.name(of: real) == FilePath.name(of: path) ? FilePath.folder(of: real) + "/." : real
  }
}

/// A symbolic link leads from where Basin itself would write to where it may not.
struct PlaceRefusal: Error, CustomStringConvertible {
  var path: String
  var real: String
  var reason: String
  var remedy: String

  /// One line with a remedy.
  var description: String {
    "nothing is written to \(path): a symbolic link leads from there to \(real), and \(reason); if you want that, "
      + remedy
  }
}

/// Another run writes a report to the same folder.
struct PlaceTaken: Error, CustomStringConvertible {
  var path: String
  var holder: String

  /// One line with a remedy.
  var description: String {
    "another run (\(holder)) writes the report \(path); wait until it has ended, or give another folder with --out"
  }
}
