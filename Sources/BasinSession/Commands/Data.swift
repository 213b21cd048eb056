import BasinKit
import Datasets

/// `data NAME|FILE`.
struct Data: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Load a dataset and make it the one that checkpoints are evaluated on.",
    discussion: """
      digits      1,797 handwritten digits, 8×8 pixels, built in: 1,197 training, 600 test
      FILE        .npz or .safetensors with x_train, y_train, x_test, y_test: inputs
                  [N, channels, height, width] or [N, features], labels 0 ..< classes
      """)

  @Argument(help: "digits, or a file.") var source: String?
  @Option(name: .customLong("as"), help: "The session name; data unless given.")
  var name: String?

  func run(in session: Session, _ context: Context) throws -> Result {
    guard let source else {
      guard let dataset = session.workspace.dataset else {
        throw CommandError("no dataset is loaded; load one, for instance `data digits`")
      }
      return Result(items: [.note(Note("\(dataset.name): \(dataset.summary)"))])
    }
    let dataset = try Dataset.open(source)
    for file in dataset.files { context.record(file) }
    var result = Result()
    result.add(Note("\(dataset.name): \(dataset.summary)"))
    if !dataset.attribution.isEmpty { result.add(Note(dataset.attribution)) }
    result.bind(try name.map(checkedName) ?? "data", to: dataset)
    return result
  }
}

/// A name that a user gave with `--as`.
///
/// - Throws: `CommandError` when it cannot be one.
func checkedName(_ name: String) throws -> String {
  guard SessionName.isValid(name) else {
    throw CommandError("'\(name)' is no name; letters, digits, _ and - make one")
  }
  return name
}
