extension NetworkPlan {
  /// Layers `fc1` … `fcN` with ReLU between them, on the flattened input.
  mutating func planMLP(_ hidden: [Int], _ architecture: Architecture) {
    flatten()
    for (index, size) in (hidden + [architecture.classes]).enumerated() {
      if index > 0 { relu() }
      linear("fc\(index + 1)", outputs: size)
    }
    line("return x")
  }
}
