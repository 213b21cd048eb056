import Landscape

/// `--regularized [decay]`: training losses with the L2 term that was minimised with them.
public struct RegularizedOption: ParsableArguments {
  @Option(
    name: .customLong("regularized"), defaultAsFlag: RegularizedOption.own, parsing: .next,
    help: ArgumentHelp(
      "Add ½·decay·‖w‖² to training losses; the checkpoints' own weight decay unless given. Put it "
        + "last.", valueName: "decay"))
  var text: String?

  static let own = "own"

  /// An option that was not given.
  public init() {}

  /// Throws `ValidationError` where the decay is negative, NaN, infinite or not a number.
  public func validate() throws {
    guard let text, text != Self.own else { return }
    guard let decay = Double(text), decay >= 0, decay.isFinite else {
      throw ValidationError(
        "--regularized takes a weight decay such as 5e-4, and '\(text)' is none; put --regularized "
          + "at the end of the line for the checkpoints' own")
    }
  }

  /// The term that was asked for; `nil` for none.
  ///
  /// - Parameter checkpoints: Whose metadata say the weight decay where no number was given.
  /// - Throws: ``CommandError`` where they do not say it, or differ.
  public func regularizer(for checkpoints: [SelectedCheckpoint]) throws -> Regularizer? {
    guard let text else { return nil }
    if let decay = Double(text) { return Regularizer(decay: decay) }
    var found: (label: String, decay: Double)?
    for one in checkpoints {
      let known = ["weight_decay", "wd"].lazy.compactMap { one.checkpoint.metadata[$0] }.first
      guard let known, let decay = Double(known), decay >= 0, decay.isFinite else {
        throw CommandError(
          "\(one.label) does not say its weight decay; give it, for instance --regularized 5e-4")
      }
      if let found, found.decay != decay {
        throw CommandError(
          "\(found.label) was trained with weight decay \(found.decay) and \(one.label) with "
            + "\(decay); choose one, for instance --regularized \(found.decay)")
      }
      found = (one.label, decay)
    }
    return found.map { Regularizer(decay: $0.decay) }
  }

  /// The term that was asked for, of a training whose weight decay is known.
  public func regularizer(trainedWith decay: Double) -> Regularizer? {
    text.map { Regularizer(decay: Double($0) ?? decay) }
  }
}
