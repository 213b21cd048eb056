import BasinCore
import Landscape
import Torch

/// How far apart probabilities are, in nats.
///
/// Entropies are exact, with 0·log 0 = 0: the 1e-5 that arXiv 1912.02757's notebook adds inside the
/// logarithm is left out.
public enum Divergence: String, Sendable, CaseIterable {
  /// JSD(p_1 … p_M) = mean_x [H(mean_m p_m) − mean_m H(p_m)], from 0 to log M; 0 when all agree,
  /// log M when they put their weight on different classes (arXiv 1912.02757's notebook).
  case jensenShannon = "js"
  /// KL(a‖b) = mean_x Σ_c a_c (log a_c − log b_c), at least 0; infinite only where b was given the
  /// probability 0, which no finite logits do.
  case kullbackLeibler = "kl"

  /// KL(a‖b) of probabilities `[N, C]` as they are: infinite where b is 0 and a is not.
  public static func kullbackLeibler(_ a: Tensor, _ b: Tensor) throws -> Double {
    let inputs = Double(a.shape[0])
    let value = try (xlogy(a, a).sum() - xlogy(a, b).sum()).item() / inputs
    // Rounding can leave −1e-17 where there is no difference.
    return max(0, value)
  }

  /// The Jensen–Shannon divergence of M members `[M, N, C]`.
  public static func jensenShannon(_ members: Tensor) throws -> Double {
    let count = Double(members.shape[0])
    let inputs = Double(members.shape[1])
    let mean = try members.mean(0)
    let within = try xlogy(members, members).sum().item() / count
    return max(0, (within - (try xlogy(mean, mean).sum().item())) / inputs)
  }

  /// The divergence between each two of several members, rows first: row a, column b is KL(a‖b),
  /// which is not symmetric, or JSD(a, b), which is.
  ///
  /// - Throws: `Cancelled`; `TorchError` when shapes differ.
  public func pairs(
    _ predictions: MemberPredictions, cancellation: Cancellation = Cancellation()
  ) throws -> [[Double]] {
    let members = try (0..<predictions.count).map(predictions.member)
    // KL's logarithms are those of logits: a probability may be 0 where its logarithm is finite.
    let logs =
      try self == .kullbackLeibler
      ? (0..<predictions.count).map(predictions.logProbabilities(of:)) : []
    let inputs = Double(predictions.labels.count)
    var values = Array(
      repeating: Array(repeating: 0.0, count: members.count), count: members.count)
    let own = try members.map { try Self.xlogy($0, $0).sum().item() }
    func cross(_ a: Int, _ b: Int) throws -> Double {
      // 0·(−∞) counts 0: what a does not do costs nothing.
      let isNone = try members[a].equal(to: 0)
      return try (members[a] * logs[b]).filled(with: 0, where: isNone).sum().item()
    }
    for a in members.indices {
      for b in members.indices where b != a {
        try cancellation.check()
        switch self {
        case .kullbackLeibler:
          values[a][b] = max(0, (own[a] - (try cross(a, b))) / inputs)
        case .jensenShannon where b > a:
          let mean = try (members[a] + members[b]) / 2
          let between = try Self.xlogy(mean, mean).sum().item()
          values[a][b] = max(0, ((own[a] + own[b]) / 2 - between) / inputs)
          values[b][a] = values[a][b]
        case .jensenShannon: break
        }
      }
    }
    return values
  }

  // x·log y, and 0 where x is 0.
  private static func xlogy(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    try x.timesLog(y)
  }
}
