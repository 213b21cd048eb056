import Foundation
import TestSupport
import Testing

@testable import BasinCore

/// Rows that stopped work leaves for another process.
@Suite struct UnfinishedWorkTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func work(_ key: String = "plane", count: Int = 10) -> UnfinishedWork {
    UnfinishedWork(in: folder.path + "/kept", key: [key], width: 2, count: count)
  }

  private var kept: UnfinishedFolder { UnfinishedFolder(path: folder.path + "/kept", program: "") }

  private var file: String { kept.path + "/" + (kept.names.first ?? "none") }

  /// Three rows of one process.
  private func begin() {
    let first = work()
    #expect(first.rows.isEmpty)
    first.add(7, [0.1, -.infinity])
    first.add(0, [1e-300, 5])
    first.add(3, [2, 3])
  }

  @Test func rowsAreThereForTheNext() {
    begin()
    let next = work()
    #expect(next.rows == [7: [0.1, -.infinity], 0: [1e-300, 5], 3: [2, 3]])
    next.add(9, [4, 4])
    #expect(work("another").rows.isEmpty)
    #expect(kept.names.count == 2)
    next.finish()
    #expect(kept.names.count == 1)
    #expect(work().rows.isEmpty)
  }

  @Test func anotherWorkHasOtherRows() {
    begin()
    #expect(work(count: 11).rows.isEmpty)
    #expect(work().rows.count == 3)
  }

  /// What a killed process left of a record is cut off, and what follows a damaged one.
  @Test func damagedRecordsAreLeftOut() throws {
    begin()
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(whole.count == 3 * 32)
    try whole.prefix(70).write(to: URL(fileURLWithPath: file))
    var next: UnfinishedWork? = work()
    #expect(next?.rows.keys.sorted() == [0, 7])
    next?.add(5, [8, 9])
    next = nil
    #expect(work().rows == [7: [0.1, -.infinity], 0: [1e-300, 5], 5: [8, 9]])
    var damaged = whole
    damaged[40] ^= 1
    try damaged.write(to: URL(fileURLWithPath: file))
    #expect(work().rows.keys.sorted() == [7])
  }

  /// One process at a time writes a file; the other goes on without it.
  @Test func aSecondProcessKeepsNothing() {
    let first = work()
    first.add(1, [1, 1])
    let second = work()
    #expect(second.rows.isEmpty)
    second.add(2, [2, 2])
    second.finish()
    first.add(3, [3, 3])
    #expect(kept.names.count == 1)
  }

  @Test func whereNothingCanBeWrittenTheWorkGoesOn() throws {
    try Data().write(to: URL(fileURLWithPath: folder.path + "/kept"))
    let work = work()
    work.add(1, [1, 2])
    #expect(work.rows.isEmpty)
    work.finish()
  }

  @Test func allCanBeRemoved() throws {
    begin()
    #expect(try kept.clear() == 96)
    #expect(kept.names == [] && work().rows.isEmpty)
  }
}
