import Foundation

/// A program of the package, run as a user runs it.
public struct BuiltProgram {
  /// What a run left.
  public struct Outcome: Sendable {
    /// The exit status, or the number of the signal that ended it.
    public var status: Int32
    /// Whether a signal ended it.
    public var wasKilled: Bool
    /// Standard output and standard error together.
    public var output: String
  }

  private let url: URL

  /// - Throws: `CocoaError` when it was not built.
  public init(_ name: String) throws {
    // Tests run from the folder that all products are built in.
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    url = folder.appendingPathComponent(name)
    guard FileManager.default.isExecutableFile(atPath: url.path) else {
      throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: url.path])
    }
  }

  /// Where it is.
  public var path: String { url.path }

  /// Runs it to its end.
  public func run(_ arguments: [String]) throws -> Outcome {
    try Self.run(url.path, arguments)
  }

  /// Runs it to its end in a folder, with variables of the environment besides the test's own.
  public func run(
    _ arguments: [String], in folder: String, environment: [String: String] = [:]
  ) throws -> Outcome {
    let log = NSTemporaryDirectory() + "basin-tests-\(UUID().uuidString).log"
    defer { try? FileManager.default.removeItem(atPath: log) }
    let process = try start(arguments, in: folder, environment: environment, output: log)
    process.waitUntilExit()
    let output = FileManager.default.contents(atPath: log) ?? Data()
    return Outcome(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: output, as: UTF8.self))
  }

  /// Starts it in a folder, with variables of the environment besides the test's own; what it prints
  /// goes to a file.
  public func start(
    _ arguments: [String], in folder: String, environment: [String: String] = [:],
    output: String = "/dev/null"
  ) throws -> Process {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    if !FileManager.default.fileExists(atPath: output) {
      _ = FileManager.default.createFile(atPath: output, contents: nil)
    }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    return process
  }

  /// Runs any program to its end.
  public static func run(_ path: String, _ arguments: [String]) throws -> Outcome {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: output, as: UTF8.self))
  }
}
