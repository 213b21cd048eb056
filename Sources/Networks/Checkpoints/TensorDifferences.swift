import Checkpoints

/// How the tensors of a file differ from those of an architecture, by name and shape.
public struct TensorDifferences: Sendable, Equatable, CustomStringConvertible {
  /// Tensors that the architecture has and the file lacks.
  public private(set) var missing: [String] = []
  /// Tensors that the file has and the architecture lacks.
  public private(set) var unexpected: [String] = []
  /// Tensors whose shapes differ, with both.
  public private(set) var misshapen: [String] = []

  /// Whether there are none.
  public var isEmpty: Bool { count == 0 }
  /// How many there are.
  public var count: Int { missing.count + unexpected.count + misshapen.count }

  init(_ tensors: [(name: String, shape: [Int])], expected: [ExpectedTensor]) {
    let stored = Dictionary(tensors.map { ($0.name, $0.shape) }) { first, _ in first }
    var known = Set<String>()
    for tensor in expected {
      known.formUnion(tensor.names)
      guard tensor.presence != .counter else { continue }
      guard let name = tensor.names.first(where: { stored[$0] != nil }), let shape = stored[name]
      else {
        if tensor.presence == .required { missing.append(tensor.names[0]) }
        continue
      }
      guard shape != tensor.shape else { continue }
      misshapen.append(
        "\(name) (\(Self.text(shape)) here, \(Self.text(tensor.shape)) expected)")
    }
    unexpected = tensors.map(\.name).filter { !known.contains($0) }
  }

  /// Adds a tensor whose type differs.
  mutating func add(_ name: String, type: ScalarType, expected: ScalarType) {
    misshapen.append("\(name) (\(type.rawValue) here, \(expected.rawValue) expected)")
  }

  /// `32×64`
  static func text(_ sizes: [Int]) -> String {
    sizes.isEmpty ? "a number" : sizes.map(String.init).joined(separator: "×")
  }

  /// `missing conv1.weight; unexpected fc1.weight; misshapen fc.bias (10 here, 100 expected)`
  public var description: String { text(atMost: 12) }

  /// The same with so many names of each kind at most.
  func text(atMost limit: Int) -> String {
    [("missing", missing), ("unexpected", unexpected), ("misshapen", misshapen)]
      .filter { !$0.1.isEmpty }
      .map { kind, names in
        let shown = names.prefix(limit).joined(separator: ", ")
        return "\(kind) \(shown)"
          + (names.count > limit ? " and \(names.count - limit) more" : "")
      }
      .joined(separator: "; ")
  }
}

/// A tensor that an architecture has.
struct ExpectedTensor {
  /// Its name; further names where tied tensors have several, any of which will do.
  var names: [String]
  var shape: [Int]
  /// Whether a file has to have it.
  var presence = Presence.required
  /// The type of its elements, where it matters.
  var type: ScalarType?

  enum Presence {
    /// Parameters and batch-norm statistics.
    case required
    /// Other buffers: `register_buffer(…, persistent=False)` leaves them out of state dicts, and the
    /// program has its own.
    case optional
    /// Counts of batches do not enter evaluation, and PyTorch before 0.4.1 did not save them.
    case counter
  }
}

extension NetworkPlan {
  /// Parameters before buffers, as networks list them.
  var expectedTensors: [ExpectedTensor] {
    (entries.filter { !$0.isBuffer } + entries.filter(\.isBuffer)).map {
      ExpectedTensor(names: [$0.name], shape: $0.shape, presence: $0.isCount ? .counter : .required)
    }
  }
}
