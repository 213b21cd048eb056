// BasinMain owns the command line: it puts plugins, the session and the fronts together. It knows no
// plugin by name.

import ArgumentParser
import BasinKit
import BasinREPL
import BasinSession
import Foundation

/// The program: `basin`, `basin run FILE`, `basin -c "…"`, or any command of the session as
/// `basin COMMAND …`.
///
/// ```swift
/// import BasinMain
///
/// @main enum Program {
///   static func main() { BasinMain.run(plugins: [confidence]) }
/// }
/// ```
public enum BasinMain {
  /// Runs what the process's arguments say and ends the process.
  ///
  /// - Parameter plugins: The analyses that the program has, in the order in which `plugins` lists them.
  public static func run(plugins: [Plugin]) -> Never {
    Workbench.plugins.withLock { $0 = plugins }
    let words = Array(CommandLine.arguments.dropFirst())
    Streams.prepare()
    allowOpenFiles()
    allowInterrupts()
    do {
      if let command = ShellCommand(words) {
        Foundation.exit(
          Workbench.run(
            line: Line.joined(command.line), in: try Workbench.session(), json: command.isJSON,
            isQuiet: command.isQuiet))
      }
      try Line.refuse(words: words.count)
      let given = ShellCommand.withScriptNamed(words)
      try refuseRepeated(given)
      var command = try Basin.parseAsRoot(given)
      try command.run()
    } catch {
      exit(with: error)
    }
    Foundation.exit(0)
  }

  // The parser would take the last.
  private static func refuseRepeated(_ words: [String]) throws {
    for command in Basin.configuration.subcommands {
      guard let place = words.firstIndex(of: command.configuration.commandName ?? "") else {
        continue
      }
      guard words[..<place].allSatisfy({ $0 == "--json" || $0 == "--quiet" }),
        let option = repeatedOption(of: command, in: Array(words[(place + 1)...]))
      else { return }
      throw ValidationError("\(option) is given twice; give it once")
    }
  }

  // Each checkpoint of a set keeps its file open: a trajectory may have more of them than the usual
  // limit of 1,024.
  private static func allowOpenFiles() {
    var limit = rlimit()
    let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(files, &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, 65_536)
    setrlimit(files, &limit)
  }

  // A thread that starts programs may have Ctrl-C blocked, which the program then inherits.
  private static func allowInterrupts() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  // Wrong usage of the program ends with 2, as wrong usage of a command does.
  private static func exit(with error: any Error) -> Never {
    if let error = error as? FileError { exitAfterFailedWrite(error) }
    if error is any UsageError {
      Streams.say(error)
      Foundation.exit(2)
    }
    let code = Basin.exitCode(for: error)
    let text = Basin.fullMessage(for: error)
    if !text.isEmpty, code == .success {
      do {
        try Streams.show(text + "\n")
      } catch let error as FileError {
        exitAfterFailedWrite(error)
      } catch {
        Foundation.exit(1)
      }
    } else if !text.isEmpty {
      // An error repeats what was given; help is Basin's own.
      Streams.say(lines: text)
    }
    Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
  }

  // A reader that has seen enough (`basin reference | head`) is no failure.
  private static func exitAfterFailedWrite(_ error: FileError) -> Never {
    if error.code == EPIPE { Foundation.exit(0) }
    Streams.say(error)
    Foundation.exit(1)
  }
}

/// The root command.
struct Basin: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "basin",
    abstract: "A notebook REPL for the loss landscapes of trained neural networks.",
    discussion: """
      Without a subcommand, Basin starts its prompt in a terminal, or runs the commands of a file or of \
      standard input. Every command of the prompt also works in the shell: `basin inspect model.pt`.

      Exit status: 0 success, 1 an analysis failed, 2 wrong usage, 130 stopped by Ctrl-C.
      """,
    version: BasinVersion.text,
    subcommands: [
      Run.self, Publish.self, CacheCommand.self, Doctor.self, ShellCompletions.self, Reference.self,
    ])

  @Option(
    name: .customShort("c"),
    help: ArgumentHelp(
      "Run these commands, one per line, instead of the prompt.", valueName: "commands"))
  var commands: String?
  @Flag(help: "Print one JSON object per result and line.") var json = false
  @Flag(help: "Continue after a command fails.") var keepGoing = false
  @Flag(help: "Show only results, warnings and errors; no progress and no greeting.") var quiet =
    false
  @Option(
    name: .customShort("f"),
    help: ArgumentHelp(
      "Run the commands of a file, one per line; the same as `basin FILE.txt`.", valueName: "file"),
    completion: .file())
  var script: String?

  func validate() throws {
    if commands != nil, let script {
      throw ValidationError("give commands with -c or in \(script), not both")
    }
  }

  func run() throws {
    var text = commands
    if let script {
      guard let data = FileManager.default.contents(atPath: script) else {
        throw ValidationError("there is no script '\(script)' that can be read")
      }
      guard let read = String(validating: data, as: UTF8.self) else {
        throw ValidationError("the script '\(script)' is not UTF-8 text; save it as UTF-8")
      }
      if let odd = ControlCharacter.first(in: read) {
        throw ValidationError(
          "the script '\(script)' is not text: line \(odd.line) has the control character \(odd.name); take it out"
        )
      }
      if let odd = HiddenCharacter.first(in: ScriptRunner.withoutMark(read)) {
        throw ValidationError(
          "the script '\(script)' does not show all that is in it: line \(odd.line) has the hidden character "
            + "\(odd.name); take it out")
      }
      text = read
    }
    let session = try Workbench.session()
    if text != nil || isatty(STDIN_FILENO) != 1 {
      let runner = Workbench.runner(session, json: json, keepGoing: keepGoing, isQuiet: quiet)
      throw ExitCode(text.map { runner.run(text: $0) } ?? runner.runStandardInput())
    }
    let graphics = TerminalGraphics(takesKeys: true)
    let repl = REPL(session, completer: SessionCompleter(session))
    repl.drawFigure = Workbench.drawing(session, graphics)
    repl.graphics = graphics
    repl.isPaging = { session.display.pager == .auto }
    repl.isQuiet = quiet
    repl.greeting =
      "Basin \(BasinVersion.text), libtorch \(Workbench.engineVersion). "
      + "`help` says what there is."
    throw ExitCode(repl.run())
  }
}
