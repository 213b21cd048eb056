/// State dicts that hold several points of weight space, as the code of two papers saves them.
enum PaperFormats {
  /// The moments of SWAG as wjmaddox/swa_gaussian saves them become their mean: `base.NAME_mean` is NAME;
  /// `_sq_mean`, `_cov_mat_sqrt` and the number of networks go; ``WeightMoments`` has them.
  ///
  /// - Returns: What was done; empty where it is no such state dict.
  static func takeMean(_ tensors: inout [StoredTensor], of path: String) -> [String] {
    let names = Set(tensors.map(\.name))
    let squares = "_sq_mean"
    let stems = names.filter { $0.hasSuffix(squares) }.map { String($0.dropLast(squares.count)) }
    guard !stems.isEmpty, stems.allSatisfy({ names.contains($0 + "_mean") }) else { return [] }
    let count = tensors.first { $0.name == "n_models" }.flatMap { try? $0.floats().first }
    let gone = Set(stems.flatMap { [$0 + squares, $0 + "_cov_mat_sqrt"] } + ["n_models"])
    tensors.removeAll { gone.contains($0.name) }
    let means = Set(stems.map { $0 + "_mean" })
    let hasBase = tensors.allSatisfy { $0.name.hasPrefix("base.") && $0.name.count > 5 }
    for index in tensors.indices {
      if means.contains(tensors[index].name) { tensors[index].name.removeLast("_mean".count) }
      if hasBase { tensors[index].name.removeFirst("base.".count) }
    }
    return [
      "the moments of SWAG over \(count.map { "\(Int($0))" } ?? "several") networks, as swa_gaussian saves "
        + "them: the mean is loaded; `swag SET --from-moments \(path)` draws from the whole Gaussian"
    ]
  }

  /// A curve's control points as timgaripov/dnn-mode-connectivity saves them: `net.NAME_0`, `net.NAME_1` …
  /// and the buffers of the coefficients. Batch-norm statistics are those of the curve as a whole.
  struct Curve {
    /// `bezier` or `chain`.
    let kind: String
    /// How many control points there are.
    let count: Int
    private let tensors: [StoredTensor]

    /// - Returns: `nil` where the tensors are no curve.
    init?(_ tensors: [StoredTensor]) {
      let range = "coeff_layer.range"
      guard let places = tensors.first(where: { $0.name == range }), places.shape.count == 1,
        (2...1000).contains(places.shape[0])
      else { return nil }
      count = places.shape[0]
      kind = tensors.contains { $0.name == "coeff_layer.binom" } ? "bezier" : "chain"
      var own = tensors.filter { !$0.name.hasPrefix("coeff_layer.") }
      if own.allSatisfy({ $0.name.hasPrefix("net.") && $0.name.count > 4 }) {
        for index in own.indices { own[index].name.removeFirst("net.".count) }
      }
      self.tensors = own
      let names = Set(own.map(\.name))
      let stems = own.filter { $0.name.hasSuffix("_0") }.map { $0.name.dropLast(2) }
      let last = count - 1
      guard !stems.isEmpty,
        stems.allSatisfy({ stem in (0...last).allSatisfy { names.contains("\(stem)_\($0)") } })
      else { return nil }
    }

    /// The state dict of a control point.
    func point(_ place: Int) -> [StoredTensor] {
      let names = Set(tensors.map(\.name))
      return tensors.compactMap { tensor in
        guard let bar = tensor.name.lastIndex(of: "_"),
          let own = Int(tensor.name[tensor.name.index(after: bar)...]), (0..<count).contains(own),
          names.contains("\(tensor.name[..<bar])_0")
        else { return tensor }
        guard own == place else { return nil }
        var tensor = tensor
        tensor.name = String(tensor.name[..<bar])
        return tensor
      }
    }
  }
}

extension CheckpointFile {
  /// The checkpoints in the file: itself, or the control points of a curve as
  /// timgaripov/dnn-mode-connectivity saves them, which say their places as `connect`'s do.
  ///
  /// - Throws: ``CheckpointError`` when a control point has a name twice.
  public func checkpoints() throws -> [CheckpointFile] {
    guard let curve = PaperFormats.Curve(stateDict.tensors) else { return [self] }
    return try (0..<curve.count).map { place in
      var one = self
      one.stateDict = try StateDict(curve.point(place), path: path)
      one.metadata["curve"] = curve.kind
      one.metadata["control_points"] = String(curve.count)
      one.metadata["control_point"] = String(place)
      one.notes =
        (place == 0
          ? notes + [
            "\(curve.count) control points of a \(curve.kind) curve, as dnn-mode-connectivity saves them; "
              + "its batch-norm statistics are of no single one, `curve` recomputes them"
          ] : [])
      return one
    }
  }
}
