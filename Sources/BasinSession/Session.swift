import BasinKit
import Datasets
import Foundation
import Landscape
import Logging

/// One sitting: loaded values, settings and the lines that worked. The prompt, a notebook,
/// `basin -c` and `--json` are fronts over it.
public final class Session: Interpreter {
  /// Where running commands report progress.
  public var progress: any ProgressReporter = SilentProgress()
  /// What stops the running command.
  public let cancellation: Cancellation
  /// Values, dataset and settings.
  public let workspace: Workspace
  /// Lines that were evaluated without an error, as typed.
  public private(set) var history: [String] = []

  let registry: Registry
  /// SHA-256 of files that kept results depend on.
  let sums = FileSums()
  /// The `data` command that makes a dataset, by the dataset's identity.
  private(set) var origins: [String: [String]] = [:]
  /// What commands showed that made other values than results, by the names that they gave these.
  var shown: [String: KeptResult] = [:]
  private let logger: Logger
  private let foundation: () -> [(name: String, version: String)]

  /// Opens a session.
  ///
  /// - Parameters:
  ///   - plugins: What brings analyses.
  ///   - versions: Further parts whose versions belong in a report; asked when they are needed.
  /// - Throws: `CommandError` when two commands have one name.
  public init(
    plugins: [Plugin], versions: @escaping () -> [(name: String, version: String)] = { [] },
    workspace: Workspace = Workspace(), cancellation: Cancellation = Cancellation(),
    logger: Logger = Logger(label: "basin")
  ) throws {
    registry = try Registry(own: ownCommands, plugins: plugins)
    foundation = versions
    self.workspace = workspace
    self.cancellation = cancellation
    self.logger = logger
  }

  /// Basin, its parts and its plugins.
  public var versions: [(name: String, version: String)] {
    [("basin", BasinVersion.text)] + foundation()
      + plugins.map { ("plugin \($0.name)", $0.version) }
  }

  /// Every plugin that brings commands.
  public var plugins: [(name: String, version: String)] {
    registry.plugins.map { ($0.name, $0.version) }
  }

  /// The settings that change numbers.
  public var settings: [(name: String, value: String)] { workspace.settings.list }

  /// The settings of the prompt, which change no number.
  public var display: DisplaySettings { workspace.display }

  /// Names of all commands, in the order in which they are listed.
  public var commandNames: [String] { registry.entries.map(\.name) }

  /// The types of all commands, in the order in which they are listed.
  public var commandTypes: [any ParsableCommand.Type] { registry.entries.map(\.type) }

  /// A command's options and flags, as its help lists them: `--split`; empty for no command.
  public func optionNames(of command: String) -> [String] {
    guard let entry = registry.entries.first(where: { $0.name == command }) else { return [] }
    return CommandShape(entry.type)?.optionNames ?? []
  }

  /// Evaluates one line.
  ///
  /// - Throws: `CommandError` for wrong usage; `Cancelled`; whatever the command throws.
  public func evaluate(_ text: String, from origin: Origin) throws -> Evaluation? {
    guard let line = try Line(text)?.withHelpSpelledOut(in: self) else { return nil }
    let entry = try command(line.words[0])
    let start = ContinuousClock.now
    defer { progress.finish() }
    let context = context(for: line.words)
    logger.debug("evaluating", metadata: ["line": "\(text)", "origin": "\(origin)"])
    var result = try run(entry, try arguments(of: line, entry), context)
    if let name = line.binding { bind(name, to: &result, of: line) }
    for binding in result.bindings {
      workspace.bind(binding.name, to: binding.value)
      shown[binding.name] =
        binding.value is KeptResult
        ? nil : KeptResult(command: Line.joined(line.words), result: Result(items: result.items))
    }
    remember(text)
    let elapsed = start.duration(to: .now).components
    return Evaluation(
      command: Line.joined(line.words), plugin: entry.plugin.map { "\($0.name) \($0.version)" },
      result: result, inputs: context.inputs,
      seed: context.usedSeed ? workspace.settings.seed : nil,
      seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
  }

  private func command(_ name: String) throws -> Registry.Entry {
    do { return try registry.command(name) } catch {
      let base = String(name.prefix { $0 != "[" })
      switch workspace.value(base) {
      case nil: throw error
      case is Dataset:
        throw CommandError(
          "'\(base)' is a dataset and no command; `data \(base)` makes it the one in use")
      case is CheckpointSet:
        throw CommandError(
          "'\(base)' is a set of checkpoints and no command; `show \(base)` shows it")
      default:
        throw CommandError("'\(base)' is a result and no command; `show \(base)` shows it")
      }
    }
  }

  // The words as the parser takes them. A command that names what it makes is told the name in `name = …`, so
  // that all it says uses that name.
  private func arguments(of line: Line, _ entry: Registry.Entry) throws -> [String] {
    let words = Array(line.words.dropFirst())
    guard let shape = CommandShape(entry.type) else { return words }
    let taken = try shape.words(words, of: entry.name)
    // Before the work, not after it.
    if shape.optionNames.contains("--as"), let name = shape.value(of: "--as", in: taken) {
      _ = try checkedName(name)
    }
    guard let name = line.binding, shape.optionNames.contains("--as") else { return taken }
    guard !words.contains(where: { $0 == "--as" || $0.hasPrefix("--as=") }) else {
      throw CommandError(
        "'\(name) =' and --as both name what \(entry.name) makes; leave one of them out")
    }
    return ["--as=\(name)"] + taken
  }

  /// What a line would write and run if it were evaluated; `nil` when it is empty or a comment.
  ///
  /// - Throws: `CommandError` for a line that cannot be understood.
  public func effects(of text: String) throws -> (any CommandEffects)? {
    guard let line = try Line(text) else { return nil }
    let entry = try command(line.words[0])
    let arguments = try arguments(of: line, entry)
    do {
      return try entry.type.parseAsRoot(arguments) as? any CommandEffects
    } catch {
      _ = try help(entry.type, error)
      return nil
    }
  }

  func context(for words: [String]) -> Context {
    Context(
      workspace: workspace, words: words, progress: progress, cancellation: cancellation,
      logger: logger)
  }

  /// Adds a line to the history if it belongs in a notebook.
  func remember(_ text: String) {
    guard let line = try? Line(text), let entry = try? registry.command(line.words[0]),
      entry.type.isKept
    else { return }
    history.append(text)
  }

  func noteOrigin(of dataset: Dataset, _ words: [String]) {
    if let identity = dataset.identity { origins[identity] = words }
  }

  private func run(_ entry: Registry.Entry, _ arguments: [String], _ context: Context) throws
    -> Result
  {
    let command: any ParsableCommand
    do {
      command = try entry.type.parseAsRoot(arguments)
    } catch {
      return try help(entry.type, error)
    }
    do {
      switch command {
      case let command as any SessionCommand:
        return try WritePolicy.declaring(command.writes) {
          warned(try command.run(in: self, context), context)
        }
      case let command as any AnalysisCommand:
        return try WritePolicy.declaring(command.writes) {
          warned(try command.run(in: context), context)
        }
      // `help` as a word and --version are commands of the parser's own.
      default: return try help(entry.type, CleanExit.helpRequest(entry.type))
      }
    } catch let error as ValidationError {
      return try help(entry.type, error)
    } catch let error as NonFiniteWeights {
      throw try context.affected(by: error) ?? error
    } catch let error as NonFiniteOutputs {
      throw context.affected(by: error) ?? error
    } catch let error as MissingSplit {
      throw CommandError(
        "\(entry.type._commandName) needs a \(error.name) split here, which \(error.dataset) has not"
      )
    }
  }

  private func warned(_ result: Result, _ context: Context) -> Result {
    var result = result
    for note in context.warnings { result.add(note) }
    return result
  }

  // What the parser throws is a request for help, or wrong usage.
  private func help(_ type: any ParsableCommand.Type, _ error: any Error) throws -> Result {
    guard type.exitCode(for: error) == .success else {
      var message = type.message(for: error).split(separator: "\n").joined(separator: " ")
      while message.hasSuffix(".") { message.removeLast() }
      throw CommandError("\(type._commandName): \(message); see `help \(type._commandName)`")
    }
    return Result(items: [.text(Self.help(on: type))])
  }

  // `name = command` renames what the command made, or keeps the result itself.
  private func bind(_ name: String, to result: inout Result, of line: Line) {
    if result.bindings.isEmpty {
      result.bind(name, to: KeptResult(command: Line.joined(line.words), result: result))
    } else {
      result.bindings[0].name = name
    }
  }
}

/// A result under a name: `d = diversity seeds`.
public struct KeptResult: SessionValue {
  /// The command that computed it.
  public var command: String
  /// What it returned.
  public var result: Result

  /// A SHA-256 over the command and the result.
  public var identity: String? {
    guard let items = try? KeptOutcome.encoder.encode(result.items) else { return nil }
    return SHA256.hexadecimal(ofParts: [command, String(decoding: items, as: UTF8.self)])
  }

  /// `result`
  public var kind: String { "result" }
  /// The command.
  public var summary: String { command }
}

extension ParsableCommand {
  /// Whether a line with this command belongs in a notebook made from the session.
  static var isKept: Bool { (self as? any SessionCommand.Type)?.isPartOfNotebook ?? true }
}
