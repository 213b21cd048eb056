import BasinCore
import Checkpoints
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@Suite struct TrainingRunTests {
  private func run(_ folder: String, epochs: Int = 4, seed: UInt64 = 0) throws -> TrainingRun {
    TrainingRun(
      plan: TrainingPlan(
        try Architecture("cnn:channels=4,norm=batch", input: [1, 8, 8], classes: 3),
        epochs: epochs, learningRate: 0.05, batchSize: 16, seed: seed),
      dataset: try clusters(shape: [1, 8, 8], classes: 3), folder: folder, snapshot: .epoch)
  }

  private func files(_ folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    return files
  }

  @Test func snapshotsAndTheLastCheckpointAreWritten() throws {
    let folder = try TemporaryFolder()
    var reported: [Int] = []
    let outcome = try run(folder.path).run(cancellation: Cancellation()) { epoch, _ in
      reported.append(epoch)
    }
    #expect(reported == [1, 2, 3, 4])
    #expect(outcome.records.map(\.epoch) == [0, 1, 2, 3, 4])
    #expect(
      try files(folder.path).keys.sorted() == [
        "epoch000.safetensors", "epoch001.safetensors", "epoch002.safetensors",
        "epoch003.safetensors", "epoch004.safetensors", "last.safetensors",
      ])
    let last = try CheckpointReader.open(outcome.last)
    #expect(last.metadata["epoch"] == "4")
    #expect(last.metadata["seed"] == "0")
    let text = try #require(last.metadata["architecture"])
    #expect(try Architecture(text).classes == 3)
  }

  /// Training stopped in its third epoch and gone on with leaves, byte for byte, the files of
  /// training that was not stopped.
  @Test func stoppedTrainingGoesOnAsIfItHadNotBeen() throws {
    let whole = try TemporaryFolder()
    _ = try run(whole.path).run(cancellation: Cancellation()) { _, _ in }
    let stopped = try TemporaryFolder()
    let cancellation = Cancellation()
    #expect(throws: Cancelled.self) {
      try run(stopped.path).run(cancellation: cancellation) { epoch, _ in
        if epoch == 2 { cancellation.request() }
      }
    }
    #expect(try files(stopped.path)["resume.safetensors"] != nil)
    #expect(try files(stopped.path)["last.safetensors"] == nil)
    let outcome = try run(stopped.path).run(cancellation: Cancellation()) { _, _ in }
    #expect(!outcome.wasComplete)
    #expect(try files(stopped.path) == files(whole.path))
  }

  /// Dropout's draws depend on the seed and the epoch only, not on what was drawn before.
  @Test func dropoutDrawsAgainWhatItDrew() throws {
    let dataset = try clusters(shape: [1, 32, 32], classes: 3, train: 4, test: 3)
    let plan = TrainingPlan(
      try Architecture("vgg16", input: [1, 32, 32], classes: 3), epochs: 2, learningRate: 0.01,
      momentum: 0, weightDecay: 0, batchSize: 4, seed: 0)
    func weights(disturbed: Bool) throws -> Tensor {
      let trainer = try Trainer(plan, on: dataset)
      if disturbed { try Generator.seedDefaults(99) }
      try trainer.runEpoch()
      return try trainer.network.slice("classifier.6.weight").clone()
    }
    let trained = try weights(disturbed: false)
    // Last bits may follow the number of threads, which other tests set meanwhile.
    #expect(try largestDifference(weights(disturbed: true), trained) < 1e-6)

    // A step without dropout goes elsewhere.
    let trainer = try Trainer(plan, on: dataset)
    let gradient = try Evaluator(trainer.network, dataset).gradient(.train)
    try withoutGradients { try trainer.network.parameters.add(gradient, scale: -0.01) }
    let plain = try trainer.network.slice("classifier.6.weight")
    #expect(try largestDifference(plain, trained) > 1e-5)
  }

  @Test func completeTrainingIsReused() throws {
    let folder = try TemporaryFolder()
    let first = try run(folder.path).run(cancellation: Cancellation()) { _, _ in }
    let before = try files(folder.path)
    let second = try run(folder.path).run(cancellation: Cancellation()) { _, _ in }
    #expect(second.wasComplete && !first.wasComplete)
    #expect(second.records == first.records)
    #expect(try files(folder.path) == before)
  }

  @Test func otherTrainingIsNotOverwritten() throws {
    let folder = try TemporaryFolder()
    _ = try run(folder.path).run(cancellation: Cancellation()) { _, _ in }
    let error = #expect(throws: TrainingError.self) {
      try run(folder.path, epochs: 5).run(cancellation: Cancellation()) { _, _ in }
    }
    #expect(error?.description.contains("its epochs is 4, not 5") == true)
  }

  @Test func overwritingReplacesOtherTrainingWithItsSnapshotsAndReusesItsOwn() throws {
    let folder = try TemporaryFolder()
    _ = try run(folder.path).run(cancellation: Cancellation()) { _, _ in }
    try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path + "/notes.txt"))
    var shorter = try run(folder.path, epochs: 2)
    shorter.overwrite = true
    #expect(try !shorter.run(cancellation: Cancellation()) { _, _ in }.wasComplete)
    #expect(
      try files(folder.path).keys.sorted() == [
        "epoch000.safetensors", "epoch001.safetensors", "epoch002.safetensors",
        "last.safetensors", "notes.txt",
      ])
    #expect(try shorter.run(cancellation: Cancellation()) { _, _ in }.wasComplete)
  }
}
