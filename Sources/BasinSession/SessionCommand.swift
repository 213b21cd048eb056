import BasinKit

/// A command of Basin's own, which may see the whole session.
protocol SessionCommand: ExplainedCommand, CommandEffects {
  /// Whether the command belongs in a notebook made from the session: it loads, sets or computes.
  static var isPartOfNotebook: Bool { get }

  func run(in session: Session, _ context: Context) throws -> Result
}

extension SessionCommand {
  static var isPartOfNotebook: Bool { true }
}

/// In the order in which `commands` lists them.
let ownCommands: [any SessionCommand.Type] = [
  Help.self, Commands.self, Plugins.self, Data.self, Load.self, Train.self, List.self,
  Inspect.self, Diff.self, Histogram.self, Convert.self, Arch.self, Eval.self, Show.self,
  SetSetting.self,
  Save.self,
]
