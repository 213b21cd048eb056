// The command line of Basin: it puts the plugins, the session and the fronts together, and owns
// nothing else.

import ArgumentParser
import BasinKit
import BasinREPL
import BasinSession
import Foundation

/// The program: `basin`, `basin run FILE`, `basin -c "…"`, or any command of the session as
/// `basin COMMAND …`.
@main enum Main {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    allowOpenFiles()
    allowInterrupts()
    do {
      if let line = sessionLine(words) {
        Foundation.exit(
          Workbench.run(
            line: Line.joined(line), in: try Workbench.session(), json: words.contains("--json")))
      }
      var command = try Basin.parseAsRoot(words)
      try command.run()
    } catch {
      exit(with: error)
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

  // `basin inspect x.pt`: what is no subcommand of the program's own is one of the session's.
  private static func sessionLine(_ words: [String]) -> [String]? {
    guard let first = words.first, !first.hasPrefix("-") else { return nil }
    let own = Basin.configuration.subcommands.compactMap { $0.configuration.commandName }
    if own.contains(first) || (first == "help" && (words.count < 2 || own.contains(words[1]))) {
      return nil
    }
    return words.filter { $0 != "--json" }
  }

  // Wrong usage of the program ends with 2, as wrong usage of a command does.
  private static func exit(with error: any Error) -> Never {
    let code = Basin.exitCode(for: error)
    let text = Basin.fullMessage(for: error)
    if !text.isEmpty {
      (code == .success ? FileHandle.standardOutput : .standardError).write(
        Data((text + "\n").utf8))
    }
    Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
  }
}

/// The root command.
struct Basin: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "basin",
    abstract: "A notebook REPL for the loss landscapes of trained neural networks.",
    discussion: """
      Without a subcommand: the prompt in a terminal, or the commands on standard input. Any \
      command of the prompt also works here: `basin inspect model.pt`.

      Exit status: 0 fine, 1 an analysis failed, 2 wrong usage.
      """,
    version: BasinVersion.text, subcommands: [Run.self, CacheCommand.self, Reference.self])

  @Option(
    name: .customShort("c"),
    help: ArgumentHelp("Commands to run instead of the prompt, one a line.", valueName: "commands"))
  var commands: String?
  @Flag(help: "Print each result as one JSON object a line.") var json = false
  @Flag(help: "Go on after a command that failed.") var keepGoing = false

  func run() throws {
    let session = try Workbench.session()
    if let commands {
      let runner = Workbench.runner(session, json: json, keepGoing: keepGoing)
      throw ExitCode(runner.run(text: commands))
    }
    guard isatty(STDIN_FILENO) == 1 else {
      throw ExitCode(
        Workbench.runner(session, json: json, keepGoing: keepGoing).runStandardInput())
    }
    let repl = REPL(session, completer: SessionCompleter(session))
    repl.drawFigure = Workbench.drawing(session)
    repl.greeting =
      "Basin \(BasinVersion.text), libtorch \(Workbench.engineVersion). "
      + "`help` says what there is."
    throw ExitCode(repl.run())
  }
}
