import Datasets
import Torch

/// Outputs of a network with finite weights that are NaN or infinite: nothing can be computed from them.
///
/// Every measure of predictions refuses such outputs with this error, or leaves the network out and says
/// so. What draws landscapes, where they are expected far from a solution, shows them as missing.
public struct NonFiniteOutputs: Error, Sendable, Equatable, CustomStringConvertible {
  /// What the network is called.
  public var name: String
  /// How many inputs have a NaN or infinite output.
  public var count: Int
  /// How many inputs there are.
  public var inputs: Int

  /// Creates the error.
  public init(name: String, count: Int, inputs: Int) {
    (self.name, self.count, self.inputs) = (name, count, inputs)
  }

  /// `3 of 600 inputs`
  public var extent: String { "\(count) of \(inputs) inputs" }

  /// `seeds[2]: the outputs for 3 of 600 inputs are NaN or infinite; …`
  public var description: String {
    "\(name): the outputs for \(extent) are NaN or infinite, so nothing can be computed from them; "
      + "leave it out (`eval` shows which checkpoints are affected)"
  }
}

extension Tensor {
  /// Which rows of outputs `[N, …]` have a NaN or infinite element: booleans `[N]`.
  ///
  /// - Throws: `TorchError` for a tensor without dimensions.
  public func nonFiniteRows() throws -> Tensor {
    let finite = try reshaped([shape[0], -1]).areFinite()
    return try finite.all(1).logicalNot()
  }

  /// How many rows of outputs `[N, …]` have a NaN or infinite element.
  public func nonFiniteRowCount() throws -> Int {
    guard shape[0] > 0, try !isFinite() else { return 0 }
    return Int(try nonFiniteRows().countNonzero())
  }

  /// These outputs `[N, …]`, where all are finite.
  ///
  /// - Parameter name: What the network is called.
  /// - Throws: ``NonFiniteOutputs`` where some are NaN or infinite.
  @discardableResult
  public func checkedOutputs(of name: @autoclosure () -> String) throws -> Tensor {
    let count = try nonFiniteRowCount()
    guard count == 0 else {
      throw NonFiniteOutputs(name: name(), count: count, inputs: shape[0])
    }
    return self
  }

  /// NaN in the place of each element `[N]` whose row of `outputs` `[N, …]` is NaN or infinite.
  package func missing(where outputs: Tensor) throws -> Tensor {
    guard try !outputs.isFinite() else { return self }
    return try filled(with: .nan, where: outputs.nonFiniteRows())
  }
}
