import BasinKit

/// `set`, `set NAME VALUE`.
struct SetSetting: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Show all settings, or change one.",
    discussion: """
      seed     seed of all random draws (0)
      threads  threads per operator (1); more are faster on large networks, but sums then differ
               in their last bits
      batch    inputs per forward pass (500)
      device   cpu, or cuda if libtorch supports it
      figures  at the prompt: text, kitty, sixel, none or auto. auto shows images in terminals
               that report support for them, and text in others. Kitty graphics do not work
               inside tmux and screen
      pager    at the prompt: auto shows output longer than the terminal in $PAGER or less; off
               does not
      """)
  static let task = CommandTask.session
  static let examples = [
    "set",
    "set threads 2",
  ]

  @Argument(help: "Name of the setting.") var name: String?
  @Argument(help: "New value.") var value: String?

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
