import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Where the commands of a notebook may write.
///
/// ``AtomicFile``, through which commands write and remove all files, asks the policy that is in force
/// before it makes a folder or a file. It asks with the folder already open, by the path that the system
/// has for it: `..` and symbolic links lead nowhere else, also when they are changed meanwhile.
///
/// ```swift
/// WritePolicy.inForce = try WritePolicy(workingFolder: ".", alsoBelow: ["/data/runs"])
/// ```
public struct WritePolicy: Sendable, Equatable {
  private let workingFolder: String
  private let others: [String]
  private var replaced: String?

  /// A policy for the commands of a notebook.
  ///
  /// - Parameters:
  ///   - workingFolder: Files below it may be written, except where a name begins with a dot: `.git`,
  ///     `.bashrc` and their like are read by other programs.
  ///   - alsoBelow: Folders below which any file may be written.
  /// - Throws: ``FileError`` for a folder that is not there.
  public init(workingFolder: String, alsoBelow others: [String] = []) throws {
    self.workingFolder = try Self.real(workingFolder)
    self.others = try others.map(Self.real)
  }

  /// A policy for Basin's own work: what is below a folder, whatever its name.
  ///
  /// - Parameter folder: its real path (``FilePath/real(_:)``); where a link has taken its place, nothing may be
  ///   written.
  public init(below folder: String) { (workingFolder, others) = (folder, [folder]) }

  /// The policy, without a folder that is replaced as a whole once the commands are done: the notebook's report.
  ///
  /// - Parameter folder: its path; it need not be there.
  public func reserving(_ folder: String) -> WritePolicy {
    var policy = self
    policy.replaced = FilePath.real(folder)
    return policy
  }

  private static func real(_ path: String) throws -> String {
    guard let name = realpath(path, nil) else {
      throw FileError("cannot use the folder", path, errno)
    }
    defer { free(name) }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw FileError("cannot use the folder", path, ENOTDIR)
    }
    return String(cString: name)
  }

  // MARK: What is in force

  private static let current = Mutex<WritePolicy?>(nil)
  @TaskLocal private static var isBasinsOwn = false

  /// The policy of this process; with `nil`, as at the prompt, a command writes wherever the user may.
  public static var inForce: WritePolicy? {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }

  /// Does what is Basin's own work and not a command's, such as keeping a cache: the policy does not
  /// hold in `body`.
  public static func withoutPolicy<Value>(_ body: () throws -> Value) rethrows -> Value {
    try $isBasinsOwn.withValue(true, operation: body)
  }

  // Real paths below which the running command has said that it writes.
  @TaskLocal private static var declared: [String] = []

  /// Does `body`, the work of a command that says what it writes: while a policy is in force, it may write
  /// these files, in these folders, and nothing else.
  public static func declaring<Value>(
    _ paths: [String], _ body: () throws -> Value
  ) rethrows -> Value {
    guard inForce != nil else { return try body() }
    let places = paths.map { path in
      let (folder, name) = resolved(path)
      return name == "." ? folder : folder + "/" + name
    }
    return try $declared.withValue(places, operation: body)
  }

  /// Refuses a file or folder that may not be made, replaced or removed.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - folder: An open descriptor of its folder.
  ///   - path: Its path as the user gave it, for the error.
  static func check(_ name: String, in folder: Int32, path: String) throws {
    guard !isBasinsOwn, let policy = inForce else { return }
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/fd/\(folder)", &buffer, buffer.count)
    guard count > 0, count < buffer.count else {
      throw WriteRefusal(path: path, reason: "where it is cannot be found out")
    }
    let place = String(decoding: buffer[..<count], as: UTF8.self)
    if let reason = policy.refusal(of: name, in: place) {
      throw WriteRefusal(path: path, reason: reason)
    }
    let whole = place + "/" + name
    let isDeclared = declared.contains {
      whole == $0 || whole.hasPrefix($0 + "/") || $0.hasPrefix(whole + "/")
    }
    guard isDeclared else {
      throw WriteRefusal(
        path: path, reason: "the command does not say in its `writes` that it would")
    }
  }

  // MARK: Judging

  /// Why a path may not be written; `nil` where it may. The folders of the path need not be there.
  public func refusal(of path: String) -> String? {
    let (folder, name) = Self.resolved(path)
    return refusal(of: name, in: folder)
  }

  // The real path of a path's folder and the name in it: what is made under this name takes the place of a link to
  // a file. A folder that is there is one to write in.
  private static func resolved(_ path: String) -> (folder: String, name: String) {
    let name = FilePath.name(of: path)
    if (try? real(path)) != nil || [".", ".."].contains(name) { return (FilePath.real(path), ".") }
    return (FilePath.real(FilePath.folder(of: path)), name)
  }

  // `folder` is a real path.
  private func refusal(of name: String, in folder: String) -> String? {
    let whole = name == "." ? folder : folder + "/" + name
    if let replaced, Self.names(of: whole, below: replaced) != nil { return Self.replacedReason }
    if others.contains(where: { Self.names(of: folder, below: $0) != nil }) { return nil }
    guard let names = Self.names(of: folder, below: workingFolder) else {
      return "it is outside the working folder"
    }
    let isHidden = (names + [name]).contains { $0.hasPrefix(".") && $0 != "." }
    return isHidden ? "a name in it begins with a dot, which other programs may read" : nil
  }

  static let replacedReason = "the run replaces that folder, which is its report's"

  // The names that lead from one folder to one in it; `nil` when it is elsewhere.
  private static func names(of folder: String, below other: String) -> [String]? {
    if folder == other { return [] }
    let start = other == "/" ? "/" : other + "/"
    guard folder.hasPrefix(start) else { return nil }
    return folder.dropFirst(start.count).split(separator: "/").map(String.init)
  }
}

/// A notebook's command would write where it may not.
public struct WriteRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// The path as it was given.
  public var path: String
  /// Why it is refused.
  public var reason: String

  /// One line with a remedy.
  public var description: String {
    "a notebook may not write \(path): \(reason); "
      + (reason == WritePolicy.replacedReason
        ? "write to another folder" : "if you want that, run it with --allow-write FOLDER")
  }
}
