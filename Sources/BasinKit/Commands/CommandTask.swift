import ArgumentParser

/// What a command is for: `help` lists commands by it.
public enum CommandTask: String, Sendable, CaseIterable {
  /// Datasets, and networks that are loaded or trained.
  case data = "Data and networks"
  /// What is in a file or in an architecture.
  case contents = "What a checkpoint holds"
  /// Weights and predictions of networks against each other's.
  case differences = "How networks differ"
  /// Several networks as one predictor.
  case ensembles = "Ensembles and calibration"
  /// Losses on lines, planes and curves of weights.
  case landscape = "Loss between and around networks"
  /// Averages of weights, and distributions of them.
  case averages = "Weight averages and posteriors"
  /// Inputs that a network takes for a class.
  case classes = "Inputs of a class"
  /// What the session holds.
  case session = "The session"
  /// None of these.
  case other = "Other commands"
}

/// What `help` says of a command beside what its parser says.
public protocol ExplainedCommand: ParsableCommand {
  /// Where `help` lists it.
  static var task: CommandTask { get }
  /// Lines that show how it is used, as they are typed.
  static var examples: [String] { get }
}

extension ExplainedCommand {
  /// With the other commands.
  public static var task: CommandTask { .other }
  /// None.
  public static var examples: [String] { [] }
}
