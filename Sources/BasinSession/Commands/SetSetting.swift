import BasinKit

/// `set`, `set NAME VALUE`.
struct SetSetting: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Show the settings, or change one.",
    discussion: """
      seed     where random draws come from (0)
      threads  threads one operator may use (1); more are faster on large networks, and sums differ
               in their last bits between counts
      batch    inputs in one forward pass (500)
      device   cpu, or cuda where libtorch has it
      figures  at the prompt: text, kitty, sixel, none, or auto: an image where the terminal
               says that it can show one, text elsewhere. Inside tmux and screen there are no
               kitty graphics
      pager    at the prompt: auto shows what is longer than the terminal by $PAGER or less, off
               does not
      """)
  static let task = CommandTask.session
  static let examples = [
    "set",
    "set threads 2",
  ]

  @Argument(help: "The setting.") var name: String?
  @Argument(help: "Its new value.") var value: String?

  func run(in session: Session, _ context: Context) throws -> Result {
    guard let name else {
      var table = Table("", columns: [.text("setting"), .text("value")])
      for (name, value) in session.settings + session.display.list {
        table.append([.text(name), .text(value)])
      }
      return Result(items: [.table(table)])
    }
    guard let value else { throw CommandError("set \(name) needs a value") }
    try session.workspace.set(name, to: value)
    return Result(items: [.note(Note("\(name) is \(value)"))])
  }
}
