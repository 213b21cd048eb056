import Testing
import Torch

@Suite struct TensorTests {
  @Test func elementsSurviveTheRoundTrip() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(try tensor.transposed().array(of: Float.self) == [1, 4, 2, 5, 3, 6])
    #expect(try tensor.sum().item() == 21)
  }

  @Test func anOperatorIsReachedByName() throws {
    let tensor = try Tensor([3, 1, 2] as [Double], shape: [3])
    let sorted = try torch("aten::sort", [.tensor(tensor)])
    #expect(try sorted[0].array(of: Double.self) == [1, 2, 3])
    #expect(try sorted[1].array(of: Int64.self) == [1, 2, 0])
  }

  @Test func aWrongShapeIsAnErrorThatNamesTheOperatorAndShapes() throws {
    let a = try Tensor.zeros([2, 3])
    let b = try Tensor.zeros([4, 5])
    let error = #expect(throws: TorchError.self) { try a.matmul(b) }
    #expect(error?.operation == "aten::matmul")
    #expect(error?.shapes == [[2, 3], [4, 5]])
    #expect(
      error?.description.contains("mat1 and mat2 shapes cannot be multiplied") == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func anUnknownOperatorIsAnError() {
    #expect(throws: TorchError.self) { try torch("aten::no_such_operator", []) }
  }

  @Test func aShapeThatDoesNotFitItsElementsIsAnError() {
    #expect(throws: TorchError.self) { try Tensor([1, 2, 3] as [Float], shape: [2, 2]) }
  }

  @Test func theSameSeedGivesTheSameDraws() throws {
    let first = try Generator(seed: 7).normal([100]).array(of: Float.self)
    let second = try Generator(seed: 7).normal([100]).array(of: Float.self)
    let other = try Generator(seed: 8).normal([100]).array(of: Float.self)
    #expect(first == second)
    #expect(first != other)
  }
}
