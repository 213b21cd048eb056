import Testing

@testable import Torch

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
    #expect(
      error?.description.hasPrefix("the operation matmul failed on tensors of 2×3, 4×5: ") == true)
    #expect(error?.description.contains("aten::") == false)
  }

  @Test(
    arguments: [
      (
        "The following operation failed in the TorchScript interpreter.; Traceback of TorchScript (most recent "
          + "call last):; File \"x.py\", line 3, in forward; return aten::add(x, y); ~~~~~ <--- HERE; "
          + "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)",
        "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)"
      ),
      (
        "linalg_eigh: (Batch element 0): The algorithm failed to converge",
        "(Batch element 0): The algorithm failed to converge"
      ),
      ("aten::bincount only supports 1-d inputs", "bincount only supports 1-d inputs"),
      (
        "[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to "
          + "allocate 4000000000000000000 bytes. Error code 12 (Cannot allocate memory)",
        "there is no memory for 4000000000000000000 bytes; fewer inputs at once (`set batch`) need less"
      ),
    ] as [(String, String)])
  func theReasonHasNoNamesOfTheEngine(message: String, reason: String) {
    let error = TorchError(operation: "aten::add_.Tensor", shapes: [[2], []], message: message)
    #expect(error.reason == reason)
    #expect(
      error.description == "the operation add failed on tensors of 2, one number: \(reason)")
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
