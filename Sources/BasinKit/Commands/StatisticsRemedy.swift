/// What gives checkpoints batch-norm statistics of their own weights.
struct StatisticsRemedy {
  /// What `recompute-bn` is to be typed with.
  var set: String
  /// Whether it can compute them: not for a network that was traced, which has no training mode.
  var isComputable: Bool

  /// The rest of a sentence, about `them` or `the batch-norm statistics`.
  func sentence(of statistics: String) -> String {
    isComputable
      ? "`recompute-bn \(set) --as NAME` computes \(statistics) on the training split"
      : "training mode updates none, as of a network that was traced (torch.jit.trace), so that recompute-bn cannot "
        + "compute \(statistics): export the network with torch.jit.script(net.eval()), or, for batch norm, call "
        + "torch.optim.swa_utils.update_bn(LOADER, net) in PyTorch and save the weights again"
  }
}
