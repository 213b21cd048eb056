import Foundation

/// Where a command came from, for messages and for reports.
public enum Origin: Sendable, Equatable {
  /// Typed at the prompt, or given with `-c`.
  case prompt
  /// A line of a script on standard input.
  case script(line: Int)
  /// A cell of a notebook: its file, its id, and the line in the file.
  case cell(file: String, id: String, line: Int)
}

/// A file that a command read, as provenance records it.
public struct InputFile: Sendable, Equatable, Hashable, Codable {
  /// The path as the user gave it.
  public var path: String
  /// SHA-256 of its content, 64 lower-case hexadecimal digits.
  public var sha256: String
  /// Its size in bytes.
  public var size: Int

  /// Creates a record of a file.
  public init(path: String, sha256: String, size: Int) {
    self.path = path
    self.sha256 = sha256
    self.size = size
  }
}

/// One evaluated command.
public struct Evaluation: Sendable {
  /// The command as it was understood, without its binding: `disagreement seeds --split test`.
  public var command: String
  /// The plugin that owns the command, and its version: `diversity-plane 1.0`; `nil` for Basin's own.
  public var plugin: String?
  /// What it returned.
  public var result: Result
  /// Files that it read.
  public var inputs: [InputFile]
  /// The seed its random draws came from; `nil` when it drew nothing.
  public var seed: UInt64?
  /// How long it took, in seconds.
  public var seconds: Double

  /// Creates a record of an evaluated command.
  public init(
    command: String, plugin: String?, result: Result, inputs: [InputFile], seed: UInt64?,
    seconds: Double
  ) {
    self.command = command
    self.plugin = plugin
    self.result = result
    self.inputs = inputs
    self.seed = seed
    self.seconds = seconds
  }
}

/// What turns a typed line into a result. The prompt, a notebook, `basin -c` and `--json` are
/// fronts over one interpreter.
public protocol Interpreter: AnyObject {
  /// Evaluates one logical line. An empty line or a comment returns `nil`.
  ///
  /// - Throws: any error of the command, whose `description` is one sentence for the user;
  ///   ``Cancelled`` when the user stopped it. The session stays usable.
  func evaluate(_ line: String, from origin: Origin) throws -> Evaluation?

  /// Where commands report progress.
  var progress: any ProgressReporter { get set }
  /// What stops the running command.
  var cancellation: Cancellation { get }
  /// Versions of everything that makes numbers or pages: Basin, each plugin, libtorch, …
  var versions: [(name: String, version: String)] { get }
  /// The plugins among them, each with its version; none unless an interpreter says otherwise.
  var plugins: [(name: String, version: String)] { get }
  /// Settings that change numbers: seed, threads, batch size, device.
  var settings: [(name: String, value: String)] { get }
}

extension Interpreter {
  /// None.
  public var plugins: [(name: String, version: String)] { [] }
}
