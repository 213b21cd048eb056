extension NetworkPlan {
  /// The vision transformer of Dosovitskiy et al. (arXiv 2010.11929): patches as tokens, a class
  /// token, learned positions, pre-norm blocks of self-attention and a two-layer MLP with GELU
  /// (with erf unless another is chosen), and one linear layer on the class token or on the mean of the
  /// others.
  ///
  /// Names and initialisation are those of R. Wightman's `timm` (`VisionTransformer`, class token
  /// pooled, biases in `qkv`, ε = 1e-6 unless chosen otherwise): `cls_token`, `pos_embed`, `patch_embed.proj`,
  /// `blocks.0.norm1`, `blocks.0.attn.qkv` … `norm` or `fc_norm`, `head`.
  mutating func planViT(
    _ sizes: Architecture.VisionTransformer, _ architecture: Architecture
  ) throws {
    let (patch, dim, heads) = (sizes.patch, sizes.dim, sizes.heads)
    guard architecture.input.count == 3, architecture.input[1] % patch == 0,
      architecture.input[2] % patch == 0
    else {
      throw ArchitectureError(
        architecture.text,
        "a vit needs images (input=CHANNELSxHEIGHTxWIDTH) whose height and width are multiples of "
          + "patch=\(patch)")
    }
    guard dim % heads == 0 else {
      throw ArchitectureError(
        architecture.text, "dim=\(dim) does not divide evenly among heads=\(heads)")
    }
    let patches = (architecture.input[1] / patch) * (architecture.input[2] / patch)
    let tokens = patches + 1
    let token = parameter("cls_token", [1, 1, dim], .normal(standardDeviation: 1e-6))
    let positions = parameter("pos_embed", [1, tokens, dim], Self.truncated)
    convolution(
      "patch_embed.proj", outputs: dim, kernel: patch, stride: patch, padding: 0,
      bias: .likeWeight)
    line("x = torch.flatten(x, 2).transpose(1, 2)")
    line("x = torch.cat([\(token).expand([x.size(0), -1, -1]), x], 1)")
    line("x = x + \(positions)", shape: [tokens, dim])
    for block in 0..<sizes.depth {
      keep(as: "shortcut")
      layerNorm("blocks.\(block).norm1")
      attention("blocks.\(block).attn", heads: heads)
      line("x = x + shortcut")
      keep(as: "shortcut")
      layerNorm("blocks.\(block).norm2")
      dense("blocks.\(block).mlp.fc1", outputs: dim * sizes.mlp)
      activate()
      dense("blocks.\(block).mlp.fc2", outputs: dim)
      line("x = x + shortcut")
    }
    if sizes.norm == .beforePooling { layerNorm("norm") }
    switch choices.tokenPooling {
    case .token: line("x = torch.select(x, 1, 0)", shape: [dim])
    case .mean: line("x = torch.mean(x[:, 1:], 1)", shape: [dim])
    }
    if sizes.norm == .afterPooling { layerNorm("fc_norm") }
    dense("head", outputs: architecture.classes)
    line("return x")
  }

  // softmax(q·kᵀ/√d)·v for every head, in the order of operations that timm has without fused
  // attention: libtorch 1.13 has none.
  private mutating func attention(_ path: String, heads: Int) {
    let (tokens, dim) = (shape()[0], shape()[1])
    let width = dim / heads
    dense("\(path).qkv", outputs: 3 * dim)
    line("qkv = x.reshape([-1, \(tokens), 3, \(heads), \(width)]).permute([2, 0, 3, 1, 4])")
    line("q = torch.select(qkv, 0, 0) * \(1 / Double(width).squareRoot())")
    line("k = torch.select(qkv, 0, 1)")
    line("v = torch.select(qkv, 0, 2)")
    line("x = torch.matmul(torch.softmax(torch.matmul(q, k.transpose(-2, -1)), -1), v)")
    line("x = x.transpose(1, 2).reshape([-1, \(tokens), \(dim)])", shape: [tokens, dim])
    dense("\(path).proj", outputs: dim)
  }

  private mutating func dense(_ path: String, outputs: Int) {
    linear(path, outputs: outputs, weight: Self.truncated, bias: .constant(0))
  }

  // timm's trunc_normal_(std=0.02) cuts at ±2, which is a hundred standard deviations: no draw in
  // double precision comes there, so this is the same distribution.
  private static let truncated = Initialization.normal(standardDeviation: 0.02)
}
