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
    var words = Array(CommandLine.arguments.dropFirst())
    if let first = words.first, let session = try? Workbench.session(),
      session.commandNames.contains(first), !(first == "help" && words.count == 1)
    {
      let wantsJSON = words.contains("--json")
      words.removeAll { $0 == "--json" }
      exit(Workbench.run(line: Line.joined(words), in: session, json: wantsJSON))
    }
    Basin.main()
  }
}

/// The root command.
struct Basin: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "basin",
    abstract: "A notebook REPL for the loss landscapes of trained neural networks.",
    discussion: """
      Without a subcommand: the prompt in a terminal, or the commands on standard input. Any command
      of the prompt also works here: `basin inspect model.pt`.

      Exit status: 0 fine, 1 an analysis failed, 2 wrong usage.
      """,
    version: BasinVersion.text, subcommands: [Run.self, Reference.self])

  @Option(name: .short, help: "Commands to run instead of the prompt, one a line.")
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
