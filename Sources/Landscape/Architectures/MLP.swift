extension NetworkPlan {
  /// Layers `fc1` … `fcN` with ReLU between them, on the flattened input.
  mutating func planMLP(_ hidden: [Int], _ architecture: Architecture) {
    line("x = torch.flatten(x, 1)")
    var width = architecture.input.reduce(1, *)
    for (index, size) in (hidden + [architecture.classes]).enumerated() {
      if index > 0 { line("x = torch.relu(x)") }
      linear("fc\(index + 1)", inputs: width, outputs: size)
      width = size
    }
    line("return x")
  }
}
