import BasinCore
import Torch

extension Network {
  /// The name under which the outputs themselves are features.
  public static let logitsLayer = "logits"

  /// The output of a layer for a batch of inputs `[N, …]`: what the layer computes, before any
  /// activation that follows it.
  ///
  /// ```swift
  /// let hidden = try network.features(inputs, at: "layer1.0.conv1")
  /// ```
  ///
  /// - Parameters:
  ///   - inputs: `[N, …]`.
  ///   - layer: A path that `arch` lists (``NetworkPlan/layers``), or ``logitsLayer``.
  /// - Returns: `[N, …]`, of the layer's output shape.
  /// - Throws: ``ArchitectureError`` for an unknown layer, with the nearest; for a layer inside a
  ///   TorchScript file; for a bare parameter.
  public func features(_ inputs: Tensor, at layer: String) throws -> Tensor {
    if layer == Self.logitsLayer { return try logits(inputs) }
    return try module.call(featureMethod(layer), laidOut(inputs))
  }

  private func featureMethod(_ layer: String) throws -> String {
    if let known = featureMethods[layer] { return known }
    guard let plan else {
      throw ArchitectureError(
        architecture.text,
        "only the logits of a TorchScript file can be had, not layer '\(layer)'; use logits")
    }
    let method = "features_\(featureMethods.count)"
    guard let source = plan.source(ofOutputAt: layer, method: method) else {
      throw ArchitectureError(architecture.text, plan.reason(against: layer))
    }
    try module.define(source)
    featureMethods[layer] = method
    return method
  }
}

extension NetworkPlan {
  // Why a path names no layer with an output.
  fileprivate func reason(against path: String) -> String {
    if layers.contains(where: { $0.path == path }) {
      return "'\(path)' is a parameter, not a layer with an output"
    }
    let names = layers.filter { $0.variable != nil }.map(\.path) + [Network.logitsLayer]
    let hint = nearest(path, in: names).map { "did you mean '\($0)'?" } ?? "`arch` lists them"
    return "it has no layer '\(path)'; \(hint)"
  }
}
