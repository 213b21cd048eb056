/// The layers that architectures are written with. Each adds its tensors under PyTorch's names and
/// one line of TorchScript; where nothing else is said, `x` becomes its output.
extension NetworkPlan {
  /// Adds a linear layer on the last dimension of `x`.
  ///
  /// - Parameters:
  ///   - weight: How the weight starts; PyTorch's default unless given.
  ///   - bias: The same for the bias.
  mutating func linear(
    _ path: String, outputs: Int, weight: Initialization? = nil, bias: Initialization? = nil
  ) {
    let shape = shape()
    let inputs = shape.last ?? 1
    let bound = Initialization.uniform(bound: 1 / Double(inputs).squareRoot())
    let w = tensor("\(path).weight", [outputs, inputs], weight ?? bound)
    let b = tensor("\(path).bias", [outputs], bias ?? bound)
    line("x = torch.linear(x, \(w), \(b))")
    layer(path, "linear", tensors: 2, output: shape.dropLast() + [outputs])
  }

  /// Adds a square convolution that reads `input` and writes `output`.
  ///
  /// - Parameters:
  ///   - bias: How the bias starts, if there is one.
  ///   - weight: How the weight starts; PyTorch's default unless given.
  mutating func convolution(
    _ path: String, outputs: Int, kernel: Int = 3, stride: Int = 1, padding: Int = 1,
    weight: Initialization? = nil, bias: Bias, from input: String = "x", to output: String = "x"
  ) {
    let image = shape(of: input)
    let bound = Initialization.uniform(
      bound: 1 / Double(kernel * kernel * image[0]).squareRoot())
    let w = tensor("\(path).weight", [outputs, image[0], kernel, kernel], weight ?? bound)
    let b =
      switch bias {
      case .none: "None"
      case .likeWeight: tensor("\(path).bias", [outputs], bound)
      case .zero: tensor("\(path).bias", [outputs], .constant(0))
      }
    line(
      "\(output) = torch.conv2d(\(input), \(w), \(b), [\(stride), \(stride)], "
        + "[\(padding), \(padding)], [1, 1], 1)")
    layer(
      path, "conv \(kernel)×\(kernel)" + (stride > 1 ? ", stride \(stride)" : ""),
      tensors: bias == .none ? 1 : 2,
      output: [outputs] + image.dropFirst().map { ($0 + 2 * padding - kernel) / stride + 1 },
      to: output)
  }

  /// A convolution's bias.
  enum Bias { case none, likeWeight, zero }

  /// He et al.'s normal start of a square kernel, √(2/(k²·channels)): the channels are the inputs
  /// in their paper, and the outputs in many implementations.
  static func he(kernel: Int = 3, channels: Int) -> Initialization {
    .normal(standardDeviation: (2 / Double(kernel * kernel * channels)).squareRoot())
  }

  /// Adds batch normalisation of images with the architecture's ε and PyTorch's momentum, 0.1.
  ///
  /// Training mode without gradients is there to recompute statistics. Means over the batch come
  /// first then, which is several times as fast as libtorch's own order, and as exact.
  mutating func batchNorm(_ path: String, of x: String = "x") {
    let image = shape(of: x)
    let channels = image[0]
    let w = tensor("\(path).weight", [channels], .constant(1))
    let b = tensor("\(path).bias", [channels], .constant(0))
    let mean = tensor("\(path).running_mean", [channels], .constant(0), isBuffer: true)
    let variance = tensor("\(path).running_var", [channels], .constant(1), isBuffer: true)
    let count = tensor(
      "\(path).num_batches_tracked", [], .constant(0), isBuffer: true, isCount: true)
    let pixels = image.dropFirst().reduce(1, *)
    func average(_ images: String) -> String {
      "torch.mean(torch.reshape(torch.mean(torch.flatten(\(images), 1), 0), [\(channels), -1]), 1)"
    }
    line("if self.training:")
    line("    \(count).add_(1)")
    line("if self.training and not torch.is_grad_enabled() and \(x).size(0) > 1:")
    line("    n = \(x).size(0) * \(pixels)")
    line("    m = \(average(x))")
    line("    v = \(average("torch.square(\(x) - torch.reshape(m, [1, \(channels), 1, 1]))"))")
    line("    \(mean).mul_(0.9).add_(m, alpha=0.1)")
    line("    \(variance).mul_(0.9).add_(v, alpha=0.1 * n / (n - 1))")
    line(
      "    \(x) = torch.batch_norm(\(x), \(w), \(b), m, v, False, 0.1, \(choices.epsilon), False)")
    line("else:")
    line(
      "    \(x) = torch.batch_norm(\(x), \(w), \(b), \(mean), \(variance), self.training, 0.1, "
        + "\(choices.epsilon), False)")
    layer(path, "batch norm", tensors: 5, output: image, to: x)
  }

  /// Adds layer normalisation of the last dimension of `x` with the architecture's ε.
  mutating func layerNorm(_ path: String) {
    let size = shape().last ?? 1
    let w = tensor("\(path).weight", [size], .constant(1))
    let b = tensor("\(path).bias", [size], .constant(0))
    line("x = torch.layer_norm(x, [\(size)], \(w), \(b), \(choices.epsilon), False)")
    layer(path, "layer norm", tensors: 2, output: shape())
  }

  /// Adds a parameter that belongs to no layer.
  ///
  /// - Returns: What TorchScript calls it.
  mutating func parameter(
    _ name: String, _ shape: [Int], _ initialization: Initialization
  ) -> String {
    let reference = tensor(name, shape, initialization)
    layer(name, "parameter", tensors: 1, output: shape, to: nil)
    return reference
  }

  /// Adds the architecture's activation.
  mutating func activate() { line("x = \(choices.activation.script)") }

  /// Halves an image by the architecture's pooling.
  mutating func pool() {
    switch choices.pooling {
    case .max: maxPool()
    case .avg: averagePool()
    }
  }

  /// Halves an image by the mean of every 2×2 pixels; an odd last row or column is dropped.
  mutating func averagePool() {
    let image = shape()
    line(
      "x = torch.avg_pool2d(x, [2, 2], [2, 2], [0, 0], False, True)",
      shape: [image[0], image[1] / 2, image[2] / 2])
  }

  /// Halves an image by the maximum of every 2×2 pixels; an odd last row or column is dropped.
  ///
  /// Without gradients the maxima are taken of every other row and column: the same numbers, many
  /// times as fast as libtorch's pooling, which finds their places too.
  mutating func maxPool() {
    let image = shape()
    let (rows, columns) = (image[1] / 2, image[2] / 2)
    line("if torch.is_grad_enabled():")
    line("    x = torch.max_pool2d(x, [2, 2], [2, 2], [0, 0], [1, 1], False)")
    line("else:")
    line("    x = torch.maximum(x[:, :, 0:\(2 * rows):2], x[:, :, 1:\(2 * rows):2])")
    line(
      "    x = torch.maximum(x[:, :, :, 0:\(2 * columns):2], x[:, :, :, 1:\(2 * columns):2])",
      shape: [image[0], rows, columns])
  }

  /// Averages every channel over the whole image.
  mutating func globalAveragePool() {
    line(
      "x = torch.flatten(torch.adaptive_avg_pool2d(x, [1, 1]), 1)", shape: [shape()[0]])
  }

  mutating func flatten() {
    line("x = torch.flatten(x, 1)", shape: [shape().reduce(1, *)])
  }

  /// In training mode, half of the numbers become zero and the others twice as large; draws come
  /// from libtorch's default generator.
  mutating func dropout() { line("x = torch.dropout(x, 0.5, self.training)") }
}
