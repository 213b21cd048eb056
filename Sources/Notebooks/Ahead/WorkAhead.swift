import Foundation

/// Computes cells in other processes while a run computes one that stands above them. The run takes them
/// from the cache when it comes to them, so that it needs one, and that both use.
public final class WorkAhead: @unchecked Sendable {
  // All state is guarded by `condition`.
  private enum State {
    case waiting, running, over
  }

  private let condition = NSCondition()
  private let most: Int
  private let makeProcess: (_ cell: String) -> Process
  private var cells: [Notebook.Cell] = []
  private var dependencies = CellDependencies([], changesSession: { _ in true })
  private var states: [State] = []
  private var processes: [Int: Process] = [:]
  private var place = 0
  // Whether the run itself computes nothing, so that one more may.
  private var isWaiting = false
  private var isStopped = true
  /// When the run began.
  private(set) var began = Date()

  /// - Parameters:
  ///   - processes: how many may run at once, at least 1.
  ///   - makeProcess: the process that computes the cell of an id with ``Replay/Scope/ahead(_:)``, and
  ///     stores it; not yet launched.
  public init(processes: Int, makeProcess: @escaping (_ cell: String) -> Process) {
    most = max(1, processes)
    self.makeProcess = makeProcess
  }

  deinit { stop() }

  func start(_ cells: [Notebook.Cell], changesSession: (String) -> Bool) {
    condition.withLock {
      self.cells = cells
      dependencies = CellDependencies(cells, changesSession: changesSession)
      states = cells.map { _ in .waiting }
      (place, isStopped, began) = (0, false, Date())
    }
  }

  /// The run has come to a cell: waits until no other process computes it.
  ///
  /// - Parameter check: throws when the run is to end; called several times in a second.
  func reach(_ place: Int, check: () throws -> Void) throws {
    condition.lock()
    defer { condition.unlock() }
    self.place = place
    isWaiting = true
    defer { isWaiting = false }
    while states[place] == .running {
      launch()
      _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1))
      try check()
    }
    states[place] = .running
  }

  /// The run computes the cell it has come to, which takes time: others may begin. With the run there
  /// are no more than it was allowed, so that it may have to wait for one of them.
  func compute(check: () throws -> Void) throws {
    condition.lock()
    defer { condition.unlock() }
    launch()
    while processes.count > most {
      _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1))
      try check()
    }
  }

  /// The run has the cell it came to.
  func finish() { condition.withLock { states[place] = .over } }

  /// Ends the processes; what they have not finished is not kept.
  func stop() {
    let left = condition.withLock {
      isStopped = true
      return processes.values
    }
    for process in left where process.isRunning { process.terminate() }
  }

  // With the lock held.
  private func launch() {
    guard !isStopped else { return }
    for next in cells.indices.dropFirst(place + 1) where states[next] == .waiting {
      guard processes.count < (isWaiting ? most + 1 : most) else { return }
      guard dependencies.canStart(next, isOver: { states[$0] == .over }) else { continue }
      let process = makeProcess(cells[next].id)
      process.terminationHandler = { [weak self] _ in self?.end(next) }
      do {
        try process.run()
        states[next] = .running
        processes[next] = process
      } catch {
        // The run itself computes what no other process does.
        isStopped = true
        return
      }
    }
  }

  private func end(_ place: Int) {
    condition.withLock {
      processes[place] = nil
      states[place] = .over
      launch()
      condition.broadcast()
    }
  }
}
