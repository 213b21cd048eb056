import Datasets
import Landscape
import Torch

/// A checkpoint's logits on a split.
public struct Predictions {
  /// Logits `[N, C]`.
  public let logits: Tensor
  /// The right classes `[N]`, int64.
  public let labels: Tensor
  /// How many inputs have a NaN or infinite logit.
  public let nonFiniteCount: Int

  init(logits: Tensor, labels: Tensor) throws {
    (self.logits, self.labels) = (logits, labels)
    nonFiniteCount = try logits.nonFiniteRowCount()
  }

  /// These predictions, where all logits are finite.
  ///
  /// - Parameter name: What the checkpoint is called.
  /// - Throws: `NonFiniteOutputs` where some are NaN or infinite.
  public func checked(of name: String) throws -> Predictions {
    guard nonFiniteCount == 0 else {
      throw NonFiniteOutputs(name: name, count: nonFiniteCount, inputs: labels.count)
    }
    return self
  }

  /// Probabilities `[N, C]`.
  public func probabilities() throws -> Tensor { try withoutGradients { try logits.softmax(1) } }

  /// The predicted class of each input, `[N]`, int64.
  public func classes() throws -> Tensor { try logits.argmax(1) }

  /// Mean cross-entropy in nats, and accuracy; both NaN where a logit is NaN or infinite.
  public func metrics() throws -> Metrics {
    try Metrics(logits: logits, labels: labels, loss: .crossEntropy)
  }
}

/// Predictions by what decides them, the most recently used ones up to a number of bytes.
final class PredictionStore {
  struct Key: Hashable {
    var checkpoint: String
    var architecture: Architecture
    var dataset: String
    var split: Split
  }

  private let capacity: Int
  private var entries: [Key: (predictions: Predictions, bytes: Int, used: Int)] = [:]
  private var clock = 0

  init(capacity: Int) { self.capacity = capacity }

  func predictions(for key: Key, computing body: () throws -> Predictions) rethrows -> Predictions {
    clock += 1
    if let known = entries[key] {
      entries[key]?.used = clock
      return known.predictions
    }
    let predictions = try body()
    let bytes = predictions.logits.count * 4
    entries[key] = (predictions, bytes, clock)
    var total = entries.values.reduce(0) { $0 + $1.bytes }
    while total > capacity, entries.count > 1,
      let oldest = entries.min(by: { $0.value.used < $1.value.used })
    {
      total -= oldest.value.bytes
      entries[oldest.key] = nil
    }
    return predictions
  }

  func removeAll() { entries = [:] }
}
