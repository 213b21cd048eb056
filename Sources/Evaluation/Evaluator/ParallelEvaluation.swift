import Foundation
import Networks
import Torch

/// Many points evaluated on several threads, each with a network of its own and one thread an
/// operator: for small networks, whose operators gain little from threads.
///
/// A point's numbers are the same on any number of threads.
public enum ParallelEvaluation {
  /// Calls `body` for every index.
  ///
  /// - Parameters:
  ///   - evaluator: The first thread's; the others have networks with its buffers.
  ///   - threads: How many; 1 for a device that is not the CPU.
  ///   - indices: What is evaluated, in this order.
  ///   - body: Moves the evaluator's network and measures; called on any of the threads.
  ///   - store: Takes each value, one at a time but on any of the threads.
  ///   - report: Called on the calling thread now and then with how many are done.
  /// - Throws: The first error of `body`, after all threads have stopped; what was stored stays.
  public static func run<Value>(
    _ evaluator: Evaluator, threads: Int, over indices: [Int],
    body: (_ evaluator: Evaluator, _ index: Int) throws -> Value,
    store: (_ index: Int, _ value: Value) -> Void, report: (_ done: Int) -> Void
  ) throws {
    let count = min(threads, indices.count)
    guard count > 1, evaluator.network.device == "cpu" else {
      for (done, index) in indices.enumerated() {
        report(done)
        store(index, try body(evaluator, index))
      }
      return
    }
    _ = try (evaluator.data(.train), evaluator.data(.test))
    // What all threads read is there before they start.
    try evaluator.prepareBatchNorm()
    let buffers = try evaluator.network.buffers.clone()
    let before = Engine.threads
    defer { Engine.threads = before }
    try withoutActuallyEscaping(body) { body in
      try withoutActuallyEscaping(store) { store in
        let job = Job(evaluator, buffers: buffers, indices: indices, body: body, store: store)
        let finished = DispatchGroup()
        for _ in 1..<count {
          finished.enter()
          let thread = Thread {
            job.work { try job.twin() }
            finished.leave()
          }
          thread.stackSize = 8 << 20
          thread.start()
        }
        job.work({ evaluator }, report)
        finished.wait()
        try job.finish()
      }
    }
  }

  // What the threads share. They take turns at what is changed, and only read the rest; none of them
  // outlives `run`.
  private final class Job<Value>: @unchecked Sendable {
    private let evaluator: Evaluator
    private let buffers: Tensor
    private let fixed: [FixedTensor]
    private let indices: [Int]
    private var body: ((Evaluator, Int) throws -> Value)?
    private var store: ((Int, Value) -> Void)?
    private let lock = NSLock()
    private var started = 0
    private var done = 0
    private var error: (any Error)?

    init(
      _ evaluator: Evaluator, buffers: Tensor, indices: [Int],
      body: @escaping (Evaluator, Int) throws -> Value, store: @escaping (Int, Value) -> Void
    ) {
      (self.evaluator, self.buffers, self.indices) = (evaluator, buffers, indices)
      fixed = evaluator.network.fixed
      (self.body, self.store) = (body, store)
    }

    /// A network of a thread's own.
    func twin() throws -> Evaluator {
      let twin = try evaluator.twin()
      try withoutGradients { try twin.network.buffers.assign(buffers) }
      try twin.network.setFixed(fixed)
      return twin
    }

    func work(_ own: () throws -> Evaluator, _ report: (Int) -> Void = { _ in }) {
      Engine.threads = 1
      do {
        let evaluator = try own()
        while let (index, done) = next() {
          report(done)
          guard let value = try body?(evaluator, index) else { return }
          lock.withLock {
            store?(index, value)
            self.done += 1
          }
        }
      } catch { lock.withLock { self.error = self.error ?? error } }
    }

    private func next() -> (index: Int, done: Int)? {
      lock.withLock {
        guard error == nil, started < indices.count else { return nil }
        started += 1
        return (indices[started - 1], done)
      }
    }

    /// Lets go of what must not outlive the call: a thread that has left its work may still hold this
    /// object for a moment.
    func finish() throws {
      (body, store) = (nil, nil)
      if let error { throw error }
    }
  }
}
