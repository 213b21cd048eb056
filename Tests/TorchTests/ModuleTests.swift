import CTorch
import Dispatch
import Foundation
import Synchronization
import Testing
import Torch

@Suite struct ModuleTests {
  /// x ↦ x·Wᵀ with W = [[1, 2], [3, 4]], under a path with a numeric component.
  private func linear() throws -> Module {
    let module = try Module()
    try module.register(
      "layers.0.weight", Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]), as: .parameter)
    try module.define(
      """
      def forward(self, x):
          return torch.linear(x, getattr(self.layers, "0").weight)
      """)
    return module
  }

  @Test func generatedSourceRuns() throws {
    let module = try linear()
    let y = try module(Tensor([1, 1] as [Float], shape: [1, 2]))
    #expect(try y.array(of: Float.self) == [3, 7])
    #expect(try module.tensors(.parameter).map(\.path) == ["layers.0.weight"])
  }

  @Test func brokenSourceIsAnError() throws {
    let module = try Module()
    #expect(throws: TorchError.self) { try module.define("def forward(self, x): return y") }
  }

  @Test func stackedParametersGiveEveryMembersOutput() throws {
    let module = try linear()
    let stacked = try Tensor(
      [1, 0, 0, 1, 0, 1, 1, 0, 2, 0, 0, 2] as [Float], shape: [3, 2, 2]
    ).leaf()
    let x = try Tensor([5, 7] as [Float], shape: [1, 2])
    let outputs = try vmap(3) { level in
      try module.set("layers.0.weight", to: level.wrap(stacked))
      return try level.unwrap(module(x))
    }
    #expect(outputs.shape == [3, 1, 2])
    #expect(try outputs.array(of: Float.self) == [5, 7, 7, 5, 10, 14])
    // Autograd outside the level gives each member its own gradient: d(sum)/dW is x in each row.
    let gradient = try gradients(of: outputs.sum(), withRespectTo: [stacked])[0]
    #expect(
      try gradient.array(of: Float.self) == [5, 7, 5, 7, 5, 7, 5, 7, 5, 7, 5, 7])
  }

  @Test func secondDerivativesGoThroughAModule() throws {
    // f(w) = Σ (x·w)³ with x = 1: f'' = 6w.
    let module = try Module()
    let w = try Tensor([2, 3] as [Double], shape: [2]).leaf()
    try module.register("w", w, as: .parameter)
    try module.define(
      """
      def forward(self, x):
          return torch.sum(torch.pow(x * self.w, 3))
      """)
    let y = try module(Tensor([1, 1] as [Double], shape: [2]))
    let first = try gradients(of: y, withRespectTo: [w], createGraph: true)[0]
    #expect(try first.array(of: Double.self) == [12, 27])
    let second = try gradients(of: first.sum(), withRespectTo: [w])[0]
    #expect(try second.array(of: Double.self) == [12, 18])
  }

  /// Weights and mode are the module's: the second of two threads in it is refused, and the first goes on.
  @Test func aModuleIsUsedByOneThreadAtATime() throws {
    let module = try Module()
    try module.define(
      """
      def forward(self, x):
          y = x
          for i in range(200000):
              y = y + 1.0
          return y
      """)
    nonisolated(unsafe) let shared = module
    nonisolated(unsafe) let input = try Tensor([0] as [Double], shape: [1])
    let start = DispatchSemaphore(value: 0)
    let outcomes = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      // Both are there before either begins.
      if index == 0 { start.wait() } else { start.signal() }
      let outcome: String
      do { outcome = "\(try shared(input).item())" } catch { outcome = "\(error)" }
      outcomes.withLock { $0.append(outcome) }
    }
    let said = outcomes.withLock { $0 }
    #expect(said.contains("200000.0"))
    #expect(said.contains { $0.contains("two threads use one module at a time") })
    #expect(try module(input).item() == 200_000)
  }

  @Test func aLevelIsClosedByTheThreadThatOpenedIt() throws {
    _ = try vmap(2) { _ in
      let failed = Mutex<String>("")
      let thread = Thread {
        let message = ct_vmap_pop()
        failed.withLock { $0 = message.map { String(cString: $0) } ?? "closed" }
        ct_message_free(message)
      }
      thread.start()
      while failed.withLock({ $0.isEmpty }) { usleep(1000) }
      #expect(failed.withLock { $0 }.contains("this thread has no vmap level open"))
      return 0
    }
  }

  @Test func clampingKeepsIntegersAndNotANumber() throws {
    let whole = try Tensor([-3, 0, 9] as [Int64], shape: [3]).clamped(min: 0, max: 4)
    #expect(whole.dtype == .int64)
    #expect(try whole.array(of: Int64.self) == [0, 0, 4])
    let real = try Tensor([-3, .nan, 9] as [Double], shape: [3]).clamped(max: 4)
    #expect(try real.array(of: Double.self).map { "\($0)" } == ["-3.0", "nan", "4.0"])
  }
}
