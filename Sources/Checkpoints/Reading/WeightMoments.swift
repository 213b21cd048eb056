/// What a file of wjmaddox/swa_gaussian holds beside the mean of a run's weights, which is its state dict.
public struct WeightMoments: Sendable {
  /// The mean of squares of each parameter, with its shape, by the parameter's name in the state dict.
  public let squares: [String: StoredTensor]
  /// Deviations from the running mean, `[K, values of the parameter]`, the latest last, by the same names; empty
  /// in a file that was written without them.
  public let deviations: [String: StoredTensor]
  /// How many networks were collected; `nil` where the file does not say.
  public let count: Int?

  /// - Parameters:
  ///   - tensors: Those of the state dict, under their last names.
  ///   - all: Those of the file.
  /// - Returns: `nil` where the file has no moments.
  init?(of tensors: [StoredTensor], among all: [StoredTensor]) {
    let found = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
    var (squares, deviations) = ([String: StoredTensor](), [String: StoredTensor]())
    for tensor in tensors {
      guard let given = tensor.given, given.hasSuffix("_mean") else { continue }
      let stem = given.dropLast("_mean".count)
      guard let own = found[stem + "_sq_mean"] else { continue }
      squares[tensor.name] = own
      deviations[tensor.name] = found[stem + "_cov_mat_sqrt"]
    }
    guard !squares.isEmpty else { return nil }
    self.squares = squares
    self.deviations = deviations
    count = found["n_models"].flatMap { try? $0.floats().first }.flatMap { Int(exactly: $0) }
  }
}
