import BasinKit
import Landscape

/// What could be typed at a place of a line.
public enum ExpectedValue: Equatable, Sendable {
  /// One of these words, or several with commas between them.
  case choice([String])
  /// Checkpoints of the session.
  case checkpoints
  /// A layer of the checkpoints that the line names.
  case layer
  /// A file or folder.
  case file
  /// Anything: a number, a name, a file.
  case any
  /// Nothing: the command takes no further argument.
  case nothing
}

extension Session {
  /// What is expected after words of a command, as its declaration says: the value of the option that they end with,
  /// or the next argument. ``ExpectedValue/any`` for no command.
  public func expectedValue(of command: String, after words: [String]) -> ExpectedValue {
    guard let shape = shape(of: command) else { return .any }
    return shape.expected(after: words)
  }

  /// What is expected as the value of an option, as it is typed: `--split`.
  public func expectedValue(of command: String, for option: String) -> ExpectedValue {
    shape(of: command)?.expected(for: option) ?? .any
  }

  /// The layers of the checkpoints that words of a line name, as `--layer` takes them.
  public func layers(named words: [String]) -> [String] {
    let sets = words.compactMap { CheckpointSelection(argument: $0) }.flatMap(\.terms)
      .compactMap { workspace.value($0.name) as? CheckpointSet }
    var layers: [String] = []
    for architecture in sets.map(\.architecture) {
      for layer in (try? NetworkPlan(architecture))?.layers ?? [] where !layers.contains(layer.path)
      {
        layers.append(layer.path)
      }
    }
    return layers.isEmpty ? [] : layers + ["logits"]
  }

  private func shape(of command: String) -> CommandShape? {
    registry.entries.first { $0.name == command }.flatMap { CommandShape($0.type) }
  }
}
