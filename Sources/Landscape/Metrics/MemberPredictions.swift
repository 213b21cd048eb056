import Torch

/// What several classifiers say about the same inputs: probabilities in double precision, on the
/// CPU, with the right classes.
///
/// ```swift
/// let members = try MemberPredictions(logits: predictions.map(\.logits), labels: labels)
/// let scores = try members.mean().scores()[0]
/// ```
public struct MemberPredictions {
  /// Probabilities `[M, N, C]` of M members for N inputs and C classes.
  public let probabilities: Tensor
  /// The right classes `[N]`, int64.
  public let labels: Tensor

  /// Takes probabilities `[M, N, C]` and labels `[N]` as they are.
  public init(probabilities: Tensor, labels: Tensor) throws {
    self.probabilities = try probabilities.to(device: "cpu").to(.float64)
    self.labels = try labels.to(device: "cpu")
  }

  /// Stacks the softmax of each member's logits `[N, C]`, taken in double precision.
  ///
  /// - Throws: `TorchError` when shapes differ.
  public init(logits: [Tensor], labels: Tensor) throws {
    let each = try withoutGradients {
      try logits.map { try $0.to(device: "cpu").to(.float64).softmax(1) }
    }
    try self.init(probabilities: Tensor.stack(each), labels: labels)
  }

  /// The members of several, one after another, on the same inputs.
  ///
  /// - Precondition: there is at least one.
  public init(joining parts: [MemberPredictions]) throws {
    try self.init(
      probabilities: Tensor.cat(parts.map(\.probabilities)), labels: parts[0].labels)
  }

  /// The number of members M.
  public var count: Int { probabilities.shape[0] }

  /// One classifier: the mean of the members' probabilities.
  public func mean() throws -> MemberPredictions {
    try MemberPredictions(
      probabilities: probabilities.mean(0).unsqueezed(0), labels: labels)
  }

  /// Some of the members, in the order given.
  public func members(_ places: [Int]) throws -> MemberPredictions {
    let index = try Tensor(places.map(Int64.init), shape: [places.count])
    return try MemberPredictions(
      probabilities: probabilities.indexSelect(0, index), labels: labels)
  }

  /// One member's probabilities, `[N, C]`.
  public func member(_ place: Int) throws -> Tensor { try probabilities.select(0, place) }
}
