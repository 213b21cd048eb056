/// The numbers that a `cnn`'s linear layer reads, where a file and the architecture differ in nothing else.
struct FlattenedFeatures {
  private let stored: Int
  private let expected: Int
  private let channels: [Int]
  private let input: [Int]

  /// `nil` where they do not differ so.
  init?(_ tensors: Remedy.Tensors, besides architecture: Architecture) {
    let name = "fc.weight"
    guard case .cnn(let channels, _) = architecture.family,
      let expected = try? NetworkPlan(architecture).expectedTensors,
      let wanted = expected.first(where: { $0.names == [name] })?.shape,
      let own = tensors.first(where: { $0.name == name })?.shape,
      own.count == 2, wanted.count == 2, own[0] == wanted[0], own[1] != wanted[1],
      TensorDifferences(tensors.filter { $0.name != name }, expected: expected).count == 1
    else { return nil }
    (stored, self.expected, self.channels) = (own[1], wanted[1], channels)
    input = architecture.input
  }

  /// What follows from the difference, and what to do.
  var advice: String {
    let sizes = input.map(String.init).joined(separator: "x")
    let reason =
      "its 'fc.weight' reads \(stored) numbers, where the built-in's padding of 1, stride of 1 and 2×2 "
      + "pooling leave \(expected) of inputs of \(sizes)"
    guard let sides else {
      return
        "\(reason) and \(stored) of no square image, so its padding, strides or pooling are others: "
        + OwnLayers.program
    }
    return
      "\(reason); if the data in use are those it was trained on, its padding, strides or pooling are others: "
      + "\(OwnLayers.program); if not, load its own with `data` (square images of \(sides) pixels a side give "
      + "\(stored))"
  }

  // The sides of the square images that give as many numbers as the file has.
  private var sides: String? {
    let layers = channels.count
    guard let last = channels.last, last > 0, layers < 20, stored % last == 0,
      stored / last < 1 << 20
    else { return nil }
    let pixels = stored / last
    guard let side = (1...1024).first(where: { $0 * $0 >= pixels }), side * side == pixels else {
      return nil
    }
    // One pixel is not pooled.
    return "\(side == 1 ? 1 : side << layers) to \(((side + 1) << layers) - 1)"
  }
}
