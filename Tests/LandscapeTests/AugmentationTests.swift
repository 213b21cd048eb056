import BasinCore
import Checkpoints
import Datasets
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import Training

@Suite struct AugmentationTests {
  private func run(
    _ folder: String, _ augmentation: Augmentation? = Augmentation("flip,crop:2"),
    epochs: Int = 4
  ) throws -> TrainingRun {
    var dataset = try clusters(shape: [1, 8, 8], classes: 3)
    dataset.augmentation = augmentation
    return TrainingRun(
      plan: TrainingPlan(
        try Architecture("cnn:channels=4", input: [1, 8, 8], classes: 3), epochs: epochs,
        learningRate: 0.05, batchSize: 16, seed: 0),
      dataset: dataset, folder: folder, snapshot: .epoch)
  }

  private func files(_ folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    return files
  }

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
    _ = try run(stopped.path).run(cancellation: Cancellation()) { _, _ in }
    #expect(try files(stopped.path) == files(whole.path))
  }

  @Test func augmentedTrainingIsOtherTraining() throws {
    let (plain, augmented) = (try TemporaryFolder(), try TemporaryFolder())
    let first = try run(plain.path, nil).run(cancellation: Cancellation()) { _, _ in }
    let second = try run(augmented.path).run(cancellation: Cancellation()) { _, _ in }
    let metadata = try CheckpointReader.open(second.last).metadata
    #expect(metadata["augmentation"] == "flip,crop:2")
    #expect(try CheckpointReader.open(first.last).metadata["augmentation"] == nil)
    #expect(first.records.last != second.records.last)
    #expect(first.records.first == second.records.first)
    for (folder, other, reason) in [
      (plain.path, Augmentation("flip"), "its augmentation is not given, not flip"),
      (augmented.path, nil, "its augmentation is flip,crop:2, not none"),
    ] as [(String, Augmentation?, String)] {
      let error = #expect(throws: TrainingError.self) {
        try run(folder, other).run(cancellation: Cancellation()) { _, _ in }
      }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
  }

  /// Every image of a batch is a window of the padded one, mirrored or not, and all cases occur.
  @Test func imagesAreWindowsOfThePaddedOnes() throws {
    let count = 400
    let plan = try run("", nil).plan
    let pixels = (0..<(count * 2 * 9)).map { Float($0 + 1) }
    let batch = try Tensor(pixels, shape: [count, 2, 3, 3])
    let augmenter = try Augmenter(
      try #require(Augmentation("flip,crop:1")), shape: [2, 3, 3])
    let indices = try Tensor((0..<count).map { Int64($0) }, shape: [count])
    let epoch = try augmenter.epoch(0, of: plan, count: count, device: "cpu")
    let result = try epoch.applied(to: batch, of: indices).array(of: Float.self)
    var seen: [[Int]: Int] = [:]
    for image in 0..<count {
      let own = Array(result[(image * 18)..<(image * 18 + 18)])
      var matches = 0
      for (row, column, flip) in Self.cases {
        var wanted: [Float] = []
        for place in 0..<18 {
          let x = flip == 1 ? 2 - place % 3 : place % 3
          let (from, across) = (place / 3 % 3 + row - 1, x + column - 1)
          let isInside = (0..<3).contains(from) && (0..<3).contains(across)
          wanted.append(isInside ? pixels[image * 18 + place / 9 * 9 + from * 3 + across] : 0)
        }
        if own == wanted {
          matches += 1
          seen[[row, column, flip], default: 0] += 1
        }
      }
      #expect(matches == 1)
    }
    #expect(seen.count == 18)
    let flipped = seen.filter { $0.key[2] == 1 }.values.reduce(0, +)
    #expect(abs(flipped - 200) < 40)
    // The same draws in pieces; others in the next epoch.
    let some = try epoch.applied(
      to: batch.narrow(0, start: 10, length: 5), of: indices.narrow(0, start: 10, length: 5))
    #expect(try some.array(of: Float.self) == Array(result[180..<270]))
    let next = try augmenter.epoch(1, of: plan, count: count, device: "cpu")
    #expect(try next.applied(to: batch, of: indices).array(of: Float.self) != result)
  }

  private static let cases = (0..<18).map { ($0 / 6, $0 / 2 % 3, $0 % 2) }

  @Test func whatIsNoImageIsNotAugmented() throws {
    let error = #expect(throws: TrainingError.self) {
      try Augmenter(try #require(Augmentation("flip")), shape: [4])
    }
    #expect(error?.description == "--augment flip is for images, and the inputs have shape [4]")
  }
}
