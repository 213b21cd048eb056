import Foundation
import Torch

/// What several classifiers say about the same inputs: probabilities in double precision, on the
/// CPU, with the right classes. All are finite.
///
/// A probability below 1e-324 is zero in double precision, while its logarithm is finite. Logarithms
/// are therefore taken of logits (log-softmax), and those of means by log-mean-exp, never of
/// probabilities.
///
/// ```swift
/// let members = try MemberPredictions(logits: predictions.map(\.logits), labels: labels)
/// let scores = try members.mean().scores()[0]
/// ```
public struct MemberPredictions {
  /// Probabilities `[M, N, C]` of M members for N inputs and C classes.
  public let probabilities: Tensor
  /// The logarithm of the probability that each member gives each input's right class, `[M, N]`,
  /// double precision: finite where it was computed from logits.
  public let rightLogProbabilities: Tensor
  /// The right classes `[N]`, int64.
  public let labels: Tensor
  /// How far apart the logits of each member can be at each input, `[M, N]`; 0 where only probabilities are known.
  public let spacing: Tensor
  // Each member's logits `[N, C]` as they were given; empty where only probabilities are known.
  private let logits: [Tensor]

  /// Takes probabilities `[M, N, C]` and labels `[N]` as they are.
  ///
  /// - Throws: ``NonFiniteOutputs`` where a probability is NaN or infinite.
  public init(probabilities: Tensor, labels: Tensor) throws {
    let wide = try probabilities.to(device: "cpu").to(.float64)
    let labels = try labels.to(device: "cpu")
    for place in 0..<wide.shape[0] {
      try wide.select(0, place).checkedOutputs(of: "member \(place + 1)")
    }
    let rightLogs = try Self.right(wide, labels).log()
    self.init(
      probabilities: wide, rightLogs: rightLogs, spacing: try rightLogs.zerosLike(), labels: labels)
  }

  // Parts that are known to fit together.
  package init(
    probabilities: Tensor, rightLogs: Tensor, spacing: Tensor, labels: Tensor, logits: [Tensor] = []
  ) {
    self.spacing = spacing
    (self.probabilities, rightLogProbabilities) = (probabilities, rightLogs)
    (self.labels, self.logits) = (labels, logits)
  }

  /// Stacks the softmax of each member's logits `[N, C]`, taken in double precision.
  ///
  /// - Parameter names: What the members are called in an error; by their places unless given.
  /// - Throws: ``NonFiniteOutputs`` where a logit is NaN or infinite; `TorchError` when shapes differ.
  public init(logits: [Tensor], labels: Tensor, names: [String]? = nil) throws {
    let labels = try labels.to(device: "cpu")
    for (place, one) in logits.enumerated() {
      try one.checkedOutputs(of: names?[place] ?? "member \(place + 1) of \(logits.count)")
    }
    let parts = try withoutGradients {
      try logits.map { logits in
        let wide = try logits.to(device: "cpu").to(.float64)
        return (
          probabilities: try wide.softmax(1),
          rightLogs: try wide.crossEntropy(labels, reduction: .none) * -1
        )
      }
    }
    self.init(
      probabilities: try Tensor.stack(parts.map(\.probabilities)),
      rightLogs: try Tensor.stack(parts.map(\.rightLogs)),
      spacing: try Tensor(
        logits.flatMap { try $0.logitSpacing() }, shape: [logits.count, labels.count]),
      labels: labels, logits: logits)
  }

  /// The members of several, one after another, on the same inputs.
  ///
  /// - Precondition: there is at least one.
  public init(joining parts: [MemberPredictions]) throws {
    self.init(
      probabilities: try Tensor.cat(parts.map(\.probabilities)),
      rightLogs: try Tensor.cat(parts.map(\.rightLogProbabilities)),
      spacing: try Tensor.cat(parts.map(\.spacing)), labels: parts[0].labels,
      logits: parts.contains { $0.logits.isEmpty } ? [] : parts.flatMap(\.logits))
  }

  /// The number of members M.
  public var count: Int { probabilities.shape[0] }

  /// One classifier: the mean of the members' probabilities.
  public func mean() throws -> MemberPredictions {
    MemberPredictions(
      probabilities: try probabilities.mean(0).unsqueezed(0),
      rightLogs: try Self.logMeanExp(rightLogProbabilities, 0).unsqueezed(0),
      spacing: try spacing.max(0).values.unsqueezed(0), labels: labels)
  }

  /// Some of the members, in the order given.
  public func members(_ places: [Int]) throws -> MemberPredictions {
    let index = try Tensor(places.map(Int64.init), shape: [places.count])
    return MemberPredictions(
      probabilities: try probabilities.indexSelect(0, index),
      rightLogs: try rightLogProbabilities.indexSelect(0, index),
      spacing: try spacing.indexSelect(0, index), labels: labels,
      logits: logits.isEmpty ? [] : places.map { logits[$0] })
  }

  /// One member's probabilities, `[N, C]`.
  public func member(_ place: Int) throws -> Tensor { try probabilities.select(0, place) }

  /// The logarithms of one member's probabilities, `[N, C]`: of its logits where they are known.
  public func logProbabilities(of place: Int) throws -> Tensor {
    guard !logits.isEmpty else { return try member(place).log() }
    return try withoutGradients {
      try logits[place].to(device: "cpu").to(.float64).logSoftmax(1)
    }
  }

  /// The probability that each member gives each input's right class, `[M, N]`.
  public func rightProbabilities() throws -> Tensor { try Self.right(probabilities, labels) }

  private static func right(_ probabilities: Tensor, _ labels: Tensor) throws -> Tensor {
    let (members, inputs) = (probabilities.shape[0], labels.count)
    let index = try labels.reshaped([1, inputs, 1]).expanded([members, inputs, 1])
    return try probabilities.gathered(2, index)
      .reshaped([members, inputs])
  }

  /// log mean exp x along a dimension of logarithms of probabilities.
  package static func logMeanExp(_ logs: Tensor, _ dimension: Int) throws -> Tensor {
    try logs.logSumExp(dimension)
      + -log(Double(logs.shape[dimension]))
  }
}
