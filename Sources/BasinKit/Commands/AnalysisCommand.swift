// BasinKit owns the contract between Basin and its plugins: commands, what they may ask for, and
// what they return. It must not know the prompt, notebooks, plotting or any particular analysis.

@_exported import ArgumentParser
@_exported import BasinCore

/// One verb of Basin: its properties declare its arguments, their help and their checks, and
/// ``run(in:)`` computes its result.
///
/// ```swift
/// struct Disagreement: AnalysisCommand {
///   static let configuration = CommandConfiguration(
///     abstract: "Fraction of inputs on which two checkpoints' predictions differ.")
///   @Argument(help: "Two or more checkpoints.") var checkpoints: [CheckpointSelection]
///   @Option(help: "Dataset split.") var split: Split = .test
///
///   func run(in context: Context) throws -> Result { … }
/// }
/// ```
///
/// A command computes and returns. It does not print, draw, or open files of its own accord. One that writes
/// files says which in ``CommandEffects/writes``.
public protocol AnalysisCommand: ExplainedCommand, CommandEffects {
  /// Computes the result.
  ///
  /// - Throws: Any error whose description is one sentence for the user, naming the value and the
  ///   checkpoint or file it came from; `Cancelled` from `context.cancellation.check()`, which long
  ///   work calls between short steps.
  func run(in context: Context) throws -> Result
}

extension AnalysisCommand {
  /// The word that calls the command.
  public static var name: String { _commandName }
}

/// A named, versioned bundle of commands.
public struct Plugin: Sendable {
  /// The name, for instance `diversity-plane`.
  public var name: String
  /// The version of what it computes: it changes when a number would.
  public var version: String
  /// One line on what it measures.
  public var summary: String
  /// The commands, in the order in which help lists them.
  public var commands: [any AnalysisCommand.Type]

  /// Creates a plugin.
  public init(
    name: String, version: String, summary: String, commands: [any AnalysisCommand.Type]
  ) {
    self.name = name
    self.version = version
    self.summary = summary
    self.commands = commands
  }
}

/// A command was used wrongly, or asked for something that the session does not have.
public struct CommandError: UsageError, Sendable, Equatable, CustomStringConvertible {
  /// The one-line message: what was wrong, and what to do.
  public var description: String

  /// Creates the error.
  public init(_ description: String) { self.description = description }
}
