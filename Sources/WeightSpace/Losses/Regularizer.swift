import Foundation
import Networks
import Torch

/// The L2 term of a training loss: ½·λ·‖w‖² over all parameters w, biases and the scales of norms too.
///
/// Its gradient λ·w is what SGD's weight decay λ adds to every step, so that loss and term together are
/// what was minimised. Garipov et al. (arXiv 1802.10026) draw this loss: `curves.l2_regularizer` of their
/// code. Their `plane.py` takes another term, ½·λ·Σ‖wᵢ‖ over the parameter tensors wᵢ, in which the norms
/// are not squared (`utils.l2_regularizer`); no optimizer minimised that one, and it is not used here.
public struct Regularizer: Sendable, Equatable {
  /// λ, the weight decay; 0 or more.
  public let decay: Double

  /// The term of a weight decay.
  public init(decay: Double) { self.decay = decay }

  /// ½·λ·‖w‖² at the weights that a network has now, in the units of the loss, in double precision.
  ///
  /// - Throws: `TorchError`.
  public func term(of network: Network) throws -> Double { try term(of: network.parameters) }

  /// The same of weights, flat `[P]`.
  public func term(of weights: Tensor) throws -> Double {
    let norm = try withoutGradients { try weights.to(.float64).norm().item() }
    return 0.5 * decay * norm * norm
  }

  /// `decay 5e-4`
  public var text: String {
    guard decay > 0, decay < 0.001 else { return "decay " + String(format: "%g", decay) }
    var power = Int(log10(decay).rounded(.down))
    var digits = (decay / pow(10, Double(power)) * 1e6).rounded() / 1e6
    if digits >= 10 { (digits, power) = (digits / 10, power + 1) }
    return "decay \(String(format: "%g", digits))e\(power)"
  }
}
