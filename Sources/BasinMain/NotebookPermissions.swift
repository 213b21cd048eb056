import BasinKit
import BasinREPL
import Foundation
import Notebooks

/// What the user lets a notebook do: where its commands may write, and which programs may run for it.
struct NotebookPermissions {
  private let writing: WritePolicy
  // Of the notebook's commands.
  private let commands: WritePolicy
  private let programs: ProgramPolicy

  /// - Throws: `FileError` for a folder of `--allow-write` that is not there, or a list of remembered
  ///   programs that cannot be read.
  init(_ command: Run, _ document: Notebook) throws {
    writing = try WritePolicy(workingFolder: ".", alsoBelow: command.allowWrite)
    commands = writing.reserving(Self.reportFolder(command, document))
    let remembered = try RememberedPrograms().sums()
    let trustsAll = command.trust
    programs = ProgramPolicy { trustsAll || remembered.contains($0) }
  }

  /// Does `body`, the replay of a notebook, under these permissions.
  func during<Value>(_ body: () throws -> Value) rethrows -> Value {
    let before = (WritePolicy.inForce, ProgramPolicy.inForce)
    (WritePolicy.inForce, ProgramPolicy.inForce) = (commands, programs)
    defer { (WritePolicy.inForce, ProgramPolicy.inForce) = before }
    return try body()
  }

  /// Where the report goes.
  func report(_ command: Run, _ document: Notebook) -> OwnPlace {
    let path = Self.reportFolder(command, document)
    let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    return OwnPlace(
      path, isNamed: command.out != nil, writing: writing,
      remedy: isLink
        ? "remove the link, or give another folder with --out"
        : "give --out \(path) or --allow-write FOLDER")
  }

  private static func reportFolder(_ command: Run, _ document: Notebook) -> String {
    command.out ?? "Reports/\(document.name)"
  }

  /// Where the outputs go with `--in-place`; `nil` without.
  func outputs(_ command: Run, _ document: Notebook) -> OwnPlace? {
    command.inPlace ? OwnPlace(notebook: document.file, writing: writing) : nil
  }

  /// `allowed`, or why a path may not be written.
  func verdict(onWriting path: String) -> String {
    commands.refusal(of: path).map { "refused: \($0)" } ?? "allowed"
  }

  /// `allowed`, or why a program may not run.
  func verdict(onRunning path: String) -> String {
    guard let sha256 = FileSums().sha256(of: path) else { return "not there yet" }
    return programs.isAllowed(sha256) ? "allowed" : "refused without --trust"
  }
}

/// The TorchScript files that the user has said to remember (`basin run --trust --remember`): lines of a
/// SHA-256 and the path at that time, in the user's data folder. Whoever takes a line out takes the trust
/// back.
struct RememberedPrograms {
  /// The list, whether it is there or not.
  let path: String

  init() {
    let environment = ProcessInfo.processInfo.environment
    // The XDG specification has relative paths ignored.
    func folder(_ name: String) -> String? {
      environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let data = folder("XDG_DATA_HOME") ?? (folder("HOME") ?? NSHomeDirectory()) + "/.local/share"
    path = data + "/basin/trusted-programs"
  }

  private func lines() throws -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else {
      if FileManager.default.fileExists(atPath: path) {
        throw FileError("cannot read", path, EACCES)
      }
      return []
    }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// SHA-256 of all remembered programs.
  ///
  /// - Throws: `FileError` when the list is there and cannot be read.
  func sums() throws -> Set<String> {
    Set(
      try lines().map { String($0.prefix { $0 != " " }) }
        .filter { $0.count == 64 && $0.allSatisfy(\.isHexDigit) })
  }

  /// Adds programs that the list does not have.
  ///
  /// - Throws: `FileError` when the list cannot be read or written.
  func remember(_ paths: [String]) throws {
    let (known, sums) = (try sums(), FileSums())
    let new = Set(paths).sorted().compactMap { path in sums.sha256(of: path).map { ($0, path) } }
      .filter { !known.contains($0.0) }
    if new.isEmpty { return }
    let text =
      try lines()
      + new.map { sum, path in
        "\(sum)  " + TerminalRenderer.neutralised(lines: path).replacing("\n", with: " ")
      }
    try AtomicFile.makeFolder((path as NSString).deletingLastPathComponent)
    try AtomicFile.write(text.joined(separator: "\n") + "\n", to: path)
  }
}
