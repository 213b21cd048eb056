import Landscape
import Torch

/// How the rows of a cutting plane's basis M ∈ R^{d×D} are drawn (arXiv 2210.05546, §2 and the authors'
/// notebook).
public enum PlaneBasis: Sendable, Equatable {
  /// Rows N(0, I) scaled to unit length, not made orthogonal: the paper's.
  case gaussian
  /// The same span with orthonormal rows.
  case orthonormal
  /// Axis-aligned rows of unit length with so many non-zero entries, which rows share only where k·d > D.
  case sparse(Int)

  /// How the user types it: `gaussian`, `orthonormal`, `sparse:8`.
  public var text: String {
    switch self {
    case .gaussian: "gaussian"
    case .orthonormal: "orthonormal"
    case .sparse(let count): "sparse:\(count)"
    }
  }

  /// Bytes that one plane's basis takes.
  public func bytes(dimension: Int, inputs: Int) -> Int {
    switch self {
    case .gaussian, .orthonormal: 4 * dimension * inputs
    case .sparse(let count): 12 * dimension * min(count, inputs)
    }
  }

  /// Draws the basis of one plane.
  ///
  /// - Parameters:
  ///   - dimension: d, from 1 to `inputs`.
  ///   - inputs: D, the numbers of one input.
  func draw(dimension: Int, inputs: Int, _ seed: Seed) throws -> CuttingBasis {
    let generator = seed.generator()
    switch self {
    case .gaussian:
      let rows = try generator.normal([dimension, inputs])
      let norms = try rows.norm(1, keepDimension: true)
      return .dense(try (rows / norms).unsqueezed(0))
    case .orthonormal:
      let columns = try generator.normal([inputs, dimension], dtype: .float64)
      let q = try columns.qrDecomposition().q
      return .dense(
        try q.transposed().to(.float32).contiguous().unsqueezed(0))
    case .sparse(let entries):
      let entries = min(entries, inputs)
      // Rows take entries from one random order of the axes after another.
      var places: [Int64] = []
      var order: [Int64] = []
      for _ in 0..<dimension {
        if order.count < entries { order = try generator.permutation(inputs).array() }
        places += order.suffix(entries)
        order.removeLast(entries)
      }
      let rows = try generator.normal([dimension, entries])
      let norms = try rows.norm(1, keepDimension: true)
      return .sparse(
        places: try Tensor(places, shape: [1, dimension * entries]),
        values: try (rows / norms).unsqueezed(0), inputs: inputs)
    }
  }
}

/// The bases of n planes of one dimension d, as what is cheapest to apply.
enum CuttingBasis {
  /// `[n, d, D]`
  case dense(Tensor)
  /// Places `[n, d·k]` of entries in an input, and the entries `[n, d, k]`.
  case sparse(places: Tensor, values: Tensor, inputs: Int)

  /// Several of one dimension as one.
  static func joined(_ bases: [CuttingBasis]) throws -> CuttingBasis {
    var dense: [Tensor] = []
    var sparse: [(places: Tensor, values: Tensor, inputs: Int)] = []
    for basis in bases {
      switch basis {
      case .dense(let rows): dense.append(rows)
      case .sparse(let places, let values, let inputs): sparse.append((places, values, inputs))
      }
    }
    guard let first = sparse.first else {
      return .dense(dense.count == 1 ? dense[0] : try Tensor.cat(dense))
    }
    return .sparse(
      places: try Tensor.cat(sparse.map(\.places)), values: try Tensor.cat(sparse.map(\.values)),
      inputs: first.inputs)
  }

  /// θM for coordinates θ `[n, d]`, `[n, D]`.
  func point(_ coordinates: Tensor) throws -> Tensor {
    switch self {
    case .dense(let rows):
      return try coordinates.unsqueezed(1).matmul(rows)
        .select(1, 0)
    case .sparse(let places, let values, let inputs):
      let source = try (coordinates.unsqueezed(2) * values).reshaped(places.shape)
      return try Tensor.zeros([places.shape[0], inputs]).scatterAdding(1, places, source)
    }
  }

  /// gMᵀ for gradients g `[n, D]` of inputs: those of the coordinates, `[n, d]`.
  func coordinates(_ gradients: Tensor) throws -> Tensor {
    switch self {
    case .dense(let rows):
      return try rows.matmul(gradients.unsqueezed(2))
        .select(2, 0)
    case .sparse(let places, let values, _):
      let gathered = try gradients.gathered(1, places)
      return try (gathered.reshaped(values.shape) * values).sum(2)
    }
  }

  /// Some of the planes.
  func selecting(_ planes: Tensor) throws -> CuttingBasis {
    switch self {
    case .dense(let rows): .dense(try rows.indexSelect(0, planes))
    case .sparse(let places, let values, let inputs):
      .sparse(
        places: try places.indexSelect(0, planes), values: try values.indexSelect(0, planes),
        inputs: inputs)
    }
  }
}
