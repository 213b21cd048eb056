import BasinKit
import Landscape

/// `ls`.
struct List: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List everything in the session.")
  static let task = CommandTask.session
  static let examples = [
    "ls"
  ]
  static var isPartOfNotebook: Bool { false }

  func run(in session: Session, _ context: Context) throws -> Result {
    let workspace = session.workspace
    guard !workspace.names.isEmpty else {
      return Result(items: [
        .note(Note("nothing is loaded yet; start with `data digits` and `load` or `train`"))
      ])
    }
    var table = Table("", columns: [.text("name"), .text("kind"), .text("what it is")])
    for name in workspace.names {
      guard let value = workspace.value(name) else { continue }
      table.append([.text(name), .text(value.kind), .text(value.summary)])
    }
    return Result(items: [.table(table)])
  }
}

/// `show NAME`.
struct Show: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a saved result or a set again.")
  static let task = CommandTask.session
  static let examples = [
    "p = similarity seeds",
    "show p",
  ]
  static var isPartOfNotebook: Bool { false }

  @Argument(help: "A name in the session.") var name: String

  func run(in session: Session, _ context: Context) throws -> Result {
    let workspace = session.workspace
    guard let value = workspace.value(name) else {
      if let advice = SessionName.advice(onFile: name) { throw CommandError(advice) }
      let hint = nearest(name, in: workspace.names).map { "; did you mean '\($0)'?" } ?? ""
      throw CommandError("there is nothing named '\(name)'\(hint)")
    }
    switch value {
    case let kept as KeptResult: return kept.result
    case let set as CheckpointSet: return set.listing
    default: return Result(items: [.note(Note("\(name): \(value.kind), \(value.summary)"))])
    }
  }
}
