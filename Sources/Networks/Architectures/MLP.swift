extension NetworkPlan {
  /// Layers of those names, or `fc1` … `fcN`, with an activation between them, on the flattened input.
  mutating func planMLP(
    _ hidden: [Int], _ layers: [String], _ architecture: Architecture
  ) {
    flatten()
    for (index, size) in (hidden + [architecture.classes]).enumerated() {
      if index > 0 { activate() }
      linear(layers.isEmpty ? "fc\(index + 1)" : layers[index], outputs: size)
    }
    line("return x")
  }
}
