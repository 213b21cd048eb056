extension Architecture {
  /// What stands between layers, with the defaults of PyTorch's module of that name.
  public enum Activation: String, CaseIterable, Sendable {
    /// max(x, 0)
    case relu
    /// tanh x
    case tanh
    /// 1/(1 + e⁻ˣ)
    case sigmoid
    /// x above 0, eˣ − 1 below (`nn.ELU()`, α = 1).
    case elu
    /// x Φ(x) with the exact normal distribution function (`nn.GELU()`).
    case gelu
    /// x Φ(x) by the approximation with tanh (`nn.GELU(approximate="tanh")`).
    case geluTanh = "gelu-tanh"
    /// x/(1 + e⁻ˣ)
    case silu
    /// x above 0, x/100 below (`nn.LeakyReLU()`).
    case leakyReLU = "leaky-relu"

    // Its value for `x` in TorchScript.
    var script: String {
      switch self {
      case .relu: "torch.relu(x)"
      case .tanh: "torch.tanh(x)"
      case .sigmoid: "torch.sigmoid(x)"
      case .elu: "torch.elu(x, 1.0, 1.0, 1.0)"
      case .gelu: "torch.gelu(x)"
      case .geluTanh: "torch.gelu(x, approximate=\"tanh\")"
      case .silu: "torch.silu(x)"
      case .leakyReLU: "torch.leaky_relu(x, 0.01)"
      }
    }
  }

  /// How a `cnn` or a `vgg16` halves its images.
  public enum Pooling: String, CaseIterable, Sendable {
    /// The largest of every 2×2 pixels.
    case max
    /// The mean of every 2×2 pixels.
    case avg
  }
}
