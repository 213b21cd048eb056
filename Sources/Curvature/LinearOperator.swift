import Torch

/// A symmetric matrix that is known by its products with vectors: a Hessian, a Fisher or a Gauss–Newton matrix.
///
/// Whatever needs products only, such as Lanczos' algorithm, power iteration or a trace estimate, takes one of
/// these.
public protocol LinearOperator {
  /// The number of rows and columns P.
  var size: Int { get }

  /// The product with a vector.
  ///
  /// - Parameter vector: Flat `[P]`, of the device and type of the operator.
  /// - Returns: Flat `[P]`.
  /// - Throws: `Cancelled`; `TorchError`.
  func product(_ vector: Tensor) throws -> Tensor
}
