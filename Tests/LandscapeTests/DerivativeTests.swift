import Datasets
import Landscape
import TestSupport
import Testing
import Torch

/// Gradients and Hessian-vector products against closed forms and finite differences, in double
/// precision.
@Suite struct DerivativeTests {
  private func evaluator(
    _ architecture: String, shape: [Int], loss: LossFunction = .crossEntropy, train: Int = 60
  ) throws -> Evaluator {
    let network = try Network(
      Architecture(architecture, input: shape, classes: 3), dtype: .float64)
    try network.initialize(seed: 3)
    // A batch size that does not divide the data: sums over batches must still be right.
    return try Evaluator(
      network, clusters(shape: shape, classes: 3, train: train), loss: loss, batchSize: 17)
  }

  /// For z = Wx + b and ½‖z − e_y‖², the gradient is (1/N) Σ (z − e_y) [x; 1]ᵀ, and the Hessian is
  /// the second moment of [x; 1] in each output's block, whatever the parameters.
  @Test func aLinearModelWithSquaredErrorHasItsClosedForm() throws {
    let evaluator = try evaluator("mlp:hidden=none", shape: [4], loss: .squaredError)
    let (inputs, labels) = try evaluator.data(.train)
    let count = Double(labels.count)
    let oneHot = try torch1("aten::one_hot", [.tensor(labels), .int(3)]).to(.float64)
    let error = try evaluator.network.logits(inputs).detached() - oneHot
    let weightGradient = try error.transposed().matmul(inputs) / count
    let biasGradient = try error.mean(0)
    let expected = try Tensor.cat([weightGradient.flattened(), biasGradient])
    #expect(try largestDifference(evaluator.gradient(.train), expected) < 1e-12)

    let vector = try Generator(seed: 5).normal([15], dtype: .float64)
    let v = try vector.narrow(0, start: 0, length: 12).view([3, 4])
    let c = try vector.narrow(0, start: 12, length: 3)
    let moved = try inputs.matmul(v.transposed()) + c
    let product = try Tensor.cat([
      (moved.transposed().matmul(inputs) / count).flattened(), moved.mean(0),
    ])
    #expect(
      try largestDifference(HessianOperator(evaluator, .train).product(vector), product) < 1e-12)
  }

  @Test(arguments: [
    "mlp:hidden=8", "cnn:channels=3-4", "cnn:channels=3-4,norm=batch", "resnet20",
    "wide-resnet-10-2", "vit:patch=4,dim=8,depth=2,heads=2,mlp=2",
  ])
  func gradientsAgreeWithFiniteDifferences(architecture: String) throws {
    try compareWithFiniteDifferences(evaluator(architecture, shape: [1, 8, 8]))
  }

  @Test func gradientsOfVGGAgreeWithFiniteDifferences() throws {
    try compareWithFiniteDifferences(evaluator("vgg16-bn", shape: [1, 32, 32], train: 2))
  }

  private func compareWithFiniteDifferences(_ evaluator: Evaluator) throws {
    let parameters = evaluator.network.parameters
    // A short step along a unit direction: no ReLU changes its side on the way.
    let drawn = try Generator(seed: 6).normal(parameters.shape, dtype: .float64)
    let direction = try drawn / drawn.norm()
    func loss(at step: Double) throws -> Double {
      try withoutGradients { try parameters.add(direction, scale: step) }
      let loss = try evaluator.metrics(.train).loss
      try withoutGradients { try parameters.add(direction, scale: -step) }
      return loss
    }
    let step = 1e-7
    let slope = try (loss(at: step) - loss(at: -step)) / (2 * step)
    let gradient = try evaluator.gradient(.train)
    let predicted = try gradient.dot(direction).item()
    #expect(abs(slope - predicted) < 1e-6 * max(1, abs(predicted)))

    // The Hessian-vector product is the change of the gradient along the vector.
    let product = try HessianOperator(evaluator, .train).product(direction)
    try withoutGradients { try parameters.add(direction, scale: step) }
    let forward = try evaluator.gradient(.train)
    try withoutGradients { try parameters.add(direction, scale: -2 * step) }
    let backward = try evaluator.gradient(.train)
    let difference = try (forward - backward) / (2 * step)
    let relative = try (difference - product).norm().item() / product.norm().item()
    #expect(relative < 1e-4)
  }

  @Test(arguments: [
    "mlp:hidden=8", "cnn:channels=3-4,norm=batch", "wide-resnet-10-2",
    "vit:patch=4,dim=8,depth=2,heads=2,mlp=2",
  ])
  func perExampleGradientsAreThoseOfOneExampleAtATime(architecture: String) throws {
    let evaluator = try evaluator(architecture, shape: [1, 8, 8])
    let rows = try evaluator.perExampleGradients(.train, 0..<60)
    #expect(rows.shape == [60, evaluator.network.parameterLayout.count])
    #expect(try largestDifference(rows.mean(0), evaluator.gradient(.train)) < 1e-12)

    let (inputs, labels) = try evaluator.data(.train)
    let logits = try evaluator.network.logits(inputs.narrow(0, start: 41, length: 1))
    let loss = try logits.crossEntropy(labels.narrow(0, start: 41, length: 1))
    let single = try Tensor.cat(
      gradients(of: loss, withRespectTo: evaluator.network.leaves).map { try $0.flattened() })
    #expect(try largestDifference(rows.select(0, 41), single) < 1e-12)
  }

  @Test func perExampleGradientsOfVGGAverageToTheGradient() throws {
    let evaluator = try evaluator("vgg16-bn", shape: [1, 32, 32], train: 2)
    let rows = try evaluator.perExampleGradients(.train, 0..<2)
    #expect(try largestDifference(rows.mean(0), evaluator.gradient(.train)) < 1e-12)
  }
}
