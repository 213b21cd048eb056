/// One search for a class in one random plane through one input.
public struct CuttingPlane: Sendable, Hashable {
  /// The classes whose region is sought: one, or several for the region between them.
  public var target: [Int]
  /// The plane's dimension d.
  public var dimension: Int
  /// Which of the planes of this target and dimension it is; decides its random draws.
  public var repetition: Int

  /// Creates a search.
  public init(target: [Int], dimension: Int, repetition: Int) {
    self.target = target
    self.dimension = dimension
    self.repetition = repetition
  }

  /// What one search found.
  public struct Outcome: Sendable, Equatable {
    /// The largest total probability of the target classes that was reached, from 0 to 1.
    public var probability: Double
    /// The smallest cross-entropy that was reached, in nats; at least log of the number of classes.
    public var loss: Double
    /// The length ‖x − x₀‖ of the shortest step after which the target's probability was at least the
    /// threshold; `nil` where it was never reached.
    public var distance: Double?
    /// Steps of the optimizer.
    public var steps: Int
    /// What ended the search.
    public var ending: Ending
  }

  /// What ended a search.
  public enum Ending: Sendable, Hashable {
    /// The loss is within 0.01 of log|T|, its minimum.
    case reached
    /// The last five losses have a standard deviation of at most 0.001, and not because steps are short on a slope.
    case still
    /// The step limit. The loss is still falling where its minimum fell by more than 0.001 over the last four steps, or
    /// where steps down a slope are too short for that.
    case limit(isFalling: Bool)
  }
}
