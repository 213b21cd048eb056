import Foundation

/// How the learning rate moves during training.
public enum Schedule: Sendable, Equatable {
  /// The same throughout.
  case constant
  /// Multiplied by `factor` after every `epochs` epochs.
  case step(epochs: Int, factor: Double)
  /// From the full rate to zero along half a cosine (Loshchilov & Hutter, arXiv 1608.03983).
  case cosine
  /// The full rate for the first half, then in a straight line to a hundredth of it at nine tenths,
  /// and there to the end; it moves between epochs (Garipov et al., arXiv 1802.10026, and the authors'
  /// code).
  case plateau
  /// A triangle each cycle, from the full rate down to `low` at its middle and up again (Garipov et
  /// al., arXiv 1802.10026, §5): the low points are where fast geometric ensembling collects. The
  /// first `after` epochs have the full rate.
  case cyclical(epochs: Int, low: Double, after: Int = 0)

  /// The factor on the full learning rate.
  ///
  /// - Parameters:
  ///   - progress: Epochs done, with the part of the running one: from 0 to `epochs`.
  ///   - epochs: Epochs in all.
  ///   - rate: The full rate.
  public func rate(at progress: Double, of epochs: Int, from rate: Double) -> Double {
    switch self {
    case .constant: return rate
    case .step(let every, let factor):
      return rate * pow(factor, (progress / Double(every)).rounded(.down))
    case .cosine: return rate * 0.5 * (1 + cos(.pi * min(1, progress / Double(epochs))))
    case .plateau:
      // The authors count epochs from 1.
      let part = (progress.rounded(.down) + 1) / Double(epochs)
      return rate * min(1, max(0.01, 1 - 0.99 * (part - 0.5) / 0.4))
    case .cyclical(let length, let low, let after):
      let phase =
        max(0, progress - Double(after)).truncatingRemainder(dividingBy: Double(length))
        / Double(length)
      let height = abs(1 - 2 * phase)
      return low + (rate - low) * height
    }
  }

  /// Whether a cycle's low point lies at the end of this epoch (counted from 1).
  public func isLowPoint(afterEpoch epoch: Int) -> Bool {
    guard case .cyclical(let length, _, let after) = self, epoch > after else { return false }
    return (epoch - after) % length == length / 2
  }

  /// As a checkpoint's metadata says it: `step:10:0.5`.
  public var text: String {
    switch self {
    case .constant: "constant"
    case .step(let epochs, let factor): "step:\(epochs):\(factor)"
    case .cosine: "cosine"
    case .plateau: "plateau"
    case .cyclical(let epochs, let low, let after):
      "cyclical:\(epochs):\(low)" + (after > 0 ? ":\(after)" : "")
    }
  }

  /// Reads a schedule: `constant`, `cosine`, `plateau`, `step:EPOCHS:FACTOR`,
  /// `cyclical:EPOCHS:LOW[:AFTER]`. `cyclical` alone has the published cycle of 4 epochs and low rate
  /// of 1e-4.
  ///
  /// - Returns: `nil` when the text is none of these, an interval is not positive, or a cycle is
  ///   not an even number of epochs (its low point lies in the middle).
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("constant", 1): self = .constant
    case ("cosine", 1): self = .cosine
    case ("plateau", 1): self = .plateau
    case ("cyclical", 1): self = .cyclical(epochs: 4, low: 1e-4)
    case ("step", 3):
      guard let epochs = Int(parts[1]), epochs > 0, let factor = Double(parts[2]),
        factor > 0, factor.isFinite
      else { return nil }
      self = .step(epochs: epochs, factor: factor)
    case ("cyclical", 3...4):
      guard let epochs = Int(parts[1]), epochs > 0, epochs % 2 == 0, let low = Double(parts[2]),
        low >= 0, low.isFinite, let after = Int(parts.count == 4 ? parts[3] : "0"), after >= 0
      else { return nil }
      self = .cyclical(epochs: epochs, low: low, after: after)
    default: return nil
    }
  }
}
