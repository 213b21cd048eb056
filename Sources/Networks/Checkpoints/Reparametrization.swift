/// Weights that a file holds as what PyTorch computes them from: a norm and a direction, a mask, a low-rank
/// update.
enum Reparametrization {
  /// How such weights are saved as themselves; `nil` where names tell of none.
  ///
  /// - Parameter names: Of the tensors in a file.
  static func remedy(in names: [String]) -> String? {
    let known = Set(names)
    for name in names {
      for kind in kinds where name.hasSuffix(kind.ending) {
        let stem = name.dropLast(kind.ending.count)
        guard kind.others.allSatisfy({ known.contains(stem + $0) }) else { continue }
        // `fc1.parametrizations.weight`, or `fc1.weight`.
        var parts = stem.split(separator: ".")
        guard let tensor = parts.popLast() else { continue }
        if parts.last == "parametrizations" { parts.removeLast() }
        let module = parts.joined(separator: ".")
        let target = module.isEmpty ? "net" : "net.get_submodule('\(module)')"
        return
          "\(module.isEmpty ? "it" : module) has \(kind.what): call torch.nn.utils.\(kind.function)"
          + "(\(target), '\(tensor)') for each such layer, then torch.save(net.state_dict(), FILE)"
      }
    }
    if let lora = names.first(where: { $0.contains("lora_A") || $0.contains("lora_B") }) {
      let isWrapped = names.contains { $0.contains(".base_layer.") }
      return
        "\(lora) is an update by LoRA: merge it before saving (peft: model.merge_and_unload())"
        + (isWrapped ? "" : ", or pass --ignore '*lora_*' for the network without updates")
    }
    return nil
  }

  private struct Kind {
    var ending: String
    /// Endings of tensors beside it.
    var others: [String]
    var what: String
    /// What of `torch.nn.utils` undoes it, given a module and a tensor's name.
    var function: String
  }

  private static let kinds = [
    Kind(
      ending: ".original0", others: [".original1"], what: "a parametrization such as weight_norm",
      function: "parametrize.remove_parametrizations"),
    Kind(
      ending: ".original", others: [], what: "a parametrization such as spectral_norm",
      function: "parametrize.remove_parametrizations"),
    Kind(
      ending: "_g", others: ["_v"], what: "weight_norm", function: "remove_weight_norm"),
    Kind(
      ending: "_orig", others: ["_mask"], what: "pruned weights", function: "prune.remove"),
    Kind(
      ending: "_orig", others: ["_u"], what: "spectral_norm", function: "remove_spectral_norm"),
  ]
}
