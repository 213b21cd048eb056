extension NetworkPlan {
  /// Layers `fc1` … `fcN` with an activation between them, on the flattened input.
  mutating func planMLP(
    _ hidden: [Int], _ activation: Architecture.Activation, _ architecture: Architecture
  ) {
    flatten()
    for (index, size) in (hidden + [architecture.classes]).enumerated() {
      if index > 0 { activate(activation) }
      linear("fc\(index + 1)", outputs: size)
    }
    line("return x")
  }
}
