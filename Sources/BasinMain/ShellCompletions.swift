import ArgumentParser
import BasinKit
import BasinSession

/// `basin completions SHELL`: what makes Tab work in a shell.
struct ShellCompletions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print a shell completion script for `basin`.",
    discussion: """
      bash  source <(basin completions bash)
      zsh   basin completions zsh > ~/.zfunc/_basin     with ~/.zfunc in fpath, before compinit
      fish  basin completions fish > ~/.config/fish/completions/basin.fish
      """)

  @Argument(help: "bash, zsh or fish.", completion: .list(Shell.allCases.map(\.rawValue)))
  var shell: Shell

  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish

    var parserShell: CompletionShell {
      switch self {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    }
  }

  func run() throws {
    let session = try Workbench.session()
    CompletedBasin.commands = session.commandTypes
    try Streams.show(CompletedBasin.completionScript(for: shell.parserShell) + "\n")
  }
}

/// The program as a shell sees it: its own subcommands and options, and all commands of the session.
private struct CompletedBasin: ParsableCommand {
  nonisolated(unsafe) static var commands: [any ParsableCommand.Type] = []

  static var configuration: CommandConfiguration {
    var configuration = Basin.configuration
    configuration.subcommands += commands
    return configuration
  }

  @OptionGroup var basin: Basin
}
