import BasinCore
import Torch

/// Linear centred kernel alignment between what networks compute for the same inputs
/// (S. Kornblith, M. Norouzi, H. Lee, G. Hinton, Similarity of Neural Network Representations
/// Revisited, arXiv 1905.00414).
///
/// For features X and Y, one row an input, CKA = HSIC(XXᵀ, YYᵀ) / √(HSIC(XXᵀ, XXᵀ) HSIC(YYᵀ, YYᵀ)):
/// 1 for features that differ by a rotation and a factor, near 0 for unrelated ones.
public enum CKA {
  /// What CKA needs of one network: a vector or matrix whose products with the others' give HSIC.
  public struct Representation {
    // Rows: centred features [N, d], of which ‖XᵀY‖² is the product. Vector: a centred Gram matrix,
    // or several of minibatches, flat.
    enum Form {
      case rows(Tensor)
      case vector(Tensor)
    }
    let form: Form
    // √HSIC(K, K), up to a factor that all representations of one form share.
    let norm: Double

    /// Whether CKA is defined: features that are the same for every input have no direction.
    public var isDefined: Bool { norm > 0 && norm.isFinite }

    fileprivate init(_ form: Form) throws {
      self.form = form
      norm =
        switch form {
        case .rows(let rows): try rows.transposed().matmul(rows).norm().item()
        case .vector(let vector): try vector.norm().item()
        }
    }
  }

  /// Prepares features for CKA with the biased estimator of HSIC, as in the paper.
  ///
  /// Fewer dimensions than inputs are kept as they are, and more become the inputs' products: never
  /// more than N × min(N, d) numbers in double precision.
  ///
  /// - Parameters:
  ///   - features: `[N, d]`.
  ///   - products: Whether to form products in any case, `nil` to decide by the shape. All
  ///     representations that are compared must be of one form.
  /// - Throws: `Cancelled`.
  public static func representation(
    of features: Tensor, asProducts products: Bool? = nil,
    cancellation: Cancellation = Cancellation()
  ) throws -> Representation {
    try withoutGradients {
      guard products ?? (features.shape[1] >= features.shape[0]) else {
        let rows = try features.to(device: "cpu").to(.float64)
        return try Representation(.rows(rows - rows.mean(0)))
      }
      let gram = try gram(features, cancellation)
      return try Representation(.vector(gram.flattened()))
    }
  }

  /// Collects one network's features batch by batch for CKA with the unbiased estimator HSIC₁,
  /// averaged over batches of one size (T. Nguyen, M. Raghu, S. Kornblith, Do Wide and Deep
  /// Networks Learn the Same Things?, arXiv 2010.15327, eq. 2–4).
  ///
  /// Nothing larger than one batch's products is formed, so memory grows with N × batch.
  public struct Minibatches {
    private var grams: [Tensor] = []

    /// An empty collection.
    public init() {}

    /// How many batches there are.
    public var count: Int { grams.count }

    /// Adds a batch.
    ///
    /// - Parameter features: `[n, d]`, with more than 3 inputs and as many in every batch.
    /// - Throws: `Cancelled`.
    public mutating func add(
      _ features: Tensor, cancellation: Cancellation = Cancellation()
    ) throws {
      try withoutGradients {
        grams.append(try CKA.unbiased(CKA.gram(features, cancellation)).flattened())
      }
    }

    /// The representation of all batches.
    ///
    /// - Throws: `TorchError` when there are none.
    public func representation() throws -> Representation {
      try Representation(.vector(Tensor.cat(grams)))
    }
  }

  /// CKA of two representations of one form; `NaN` where it is not defined.
  public static func similarity(
    _ first: Representation, _ second: Representation
  ) throws -> Double {
    guard first.isDefined, second.isDefined else { return .nan }
    switch (first.form, second.form) {
    case (.rows(let x), .rows(let y)):
      let norm = try x.transposed().matmul(y).norm().item()
      return norm * norm / (first.norm * second.norm)
    case (.vector(let x), .vector(let y)):
      return try x.dot(y).item() / (first.norm * second.norm)
    default: return .nan
    }
  }

  /// CKA of all pairs.
  ///
  /// - Returns: An n × n matrix, rows first, with 1 on the diagonal.
  /// - Throws: `Cancelled`.
  public static func matrix(
    _ representations: [Representation], cancellation: Cancellation = Cancellation()
  ) throws -> [[Double]] {
    let count = representations.count
    var values = [[Double]](repeating: Array(repeating: 1, count: count), count: count)
    for i in 0..<count {
      for j in 0..<i {
        try cancellation.check()
        values[i][j] = try similarity(representations[i], representations[j])
        values[j][i] = values[i][j]
      }
    }
    return values
  }

  /// Bytes that one network's representation takes, at its making included.
  ///
  /// - Parameters:
  ///   - inputs: N.
  ///   - width: d, the features of one input.
  ///   - minibatch: The inputs of a batch, for the unbiased estimator.
  public static func bytes(inputs: Int, width: Int, minibatch: Int?) -> (kept: Int, making: Int) {
    if let minibatch {
      return (inputs / minibatch * minibatch * minibatch * 8, minibatch * width * 4)
    }
    return (inputs * min(inputs, width) * 8, inputs * width * 4)
  }

  // Inner products of centred features, [n, n] in double precision. Columns are converted a block
  // at a time.
  private static func gram(_ features: Tensor, _ cancellation: Cancellation) throws -> Tensor {
    let (inputs, width) = (features.shape[0], features.shape[1])
    let gram = try Tensor.zeros([inputs, inputs], dtype: .float64)
    let block = max(1, 8_000_000 / max(1, inputs))
    for start in stride(from: 0, to: width, by: block) {
      try cancellation.check()
      let rows = try features.narrow(1, start: start, length: min(block, width - start))
        .to(device: "cpu").to(.float64)
      let centred = try rows - rows.mean(0)
      try gram.add(centred.matmul(centred.transposed()))
    }
    return gram
  }

  // HSIC₁(K, L) is, up to the factor 1/(n(n − 3)), the product of these matrices:
  // k_ij − k_i./(n − 2) − k_.j/(n − 2) + k_../((n − 1)(n − 2)) off the diagonal, where sums leave
  // the diagonal out, and 0 on it. Centring features before changes nothing but rounding.
  private static func unbiased(_ gram: Tensor) throws -> Tensor {
    let count = Double(gram.shape[0])
    try gram.fillDiagonal(0)
    let sums = try gram.sum(1)
    let row = try sums * (1 / (count - 2))
    let total = try gram.sum().item() / ((count - 1) * (count - 2))
    let centred = try gram - row - row.unsqueezed(1) + total
    try centred.fillDiagonal(0)
    return centred
  }
}
