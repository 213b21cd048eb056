import BasinCore
import Datasets
import Foundation
import Testing

@Suite struct RecipeTests {
  private func images(
    _ shape: [Int], count: Int = 4, classes: Int = 3, _ pixel: (Int) -> Float
  ) -> Dataset {
    let size = shape.reduce(1, *)
    let part = Dataset.Part(
      inputs: (0..<(count * size)).map(pixel), labels: (0..<count).map { Int64($0 % classes) })
    return Dataset(
      name: "images", sha256: String(repeating: "0", count: 64), files: [], inputShape: shape,
      classNames: (0..<classes).map(String.init), train: part, test: part)
  }

  private func recipe(_ change: (inout Recipe) -> Void) -> Recipe {
    var recipe = Recipe()
    change(&recipe)
    return recipe
  }

  private func corrupted(_ dataset: Dataset, _ text: String, seed: UInt64 = 0) throws -> Dataset {
    try dataset.made(
      by: recipe {
        $0.corruption = Corruption(text)
        $0.seed = seed
      })
  }

  private func moments(_ values: [Float]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
    let squares = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (mean, squares / Double(values.count))
  }

  /// On mid-grey nothing is clipped: the standard deviation is σ, within four of its own errors.
  @Test(arguments: zip(1...5, [0.04, 0.06, 0.08, 0.09, 0.10]))
  func gaussianNoiseHasItsDeviation(severity: Int, sigma: Double) throws {
    let grey = images([1, 50, 50], count: 8) { _ in 0.5 }
    let (mean, variance) = moments(
      try corrupted(grey, "gaussian-noise:\(severity)").test.inputs())
    #expect(abs(mean - 0.5) < 4 * sigma / sqrt(20_000))
    #expect(abs(sqrt(variance) / sigma - 1) < 4 / sqrt(2 * 20_000))
  }

  /// The variance of Poisson(c·x)/c is x/c: for small means and large ones.
  @Test(
    arguments: [(1, 500), (2, 250), (3, 100), (4, 75), (5, 50)] as [(Int, Double)],
    [0.05, 0.5] as [Float])
  func shotNoiseHasItsVariance(severity: (Int, Double), pixel: Float) throws {
    let grey = images([1, 50, 50], count: 8) { _ in pixel }
    let (mean, variance) = moments(try corrupted(grey, "shot-noise:\(severity.0)").test.inputs())
    let wanted = Double(pixel) / severity.1
    #expect(abs(mean - Double(pixel)) < 4 * sqrt(wanted / 20_000))
    // The fourth central moment of a Poisson number is λ(1 + 3λ).
    let rate = Double(pixel) * severity.1
    let error = sqrt((rate * (1 + 3 * rate) - rate * rate) / 20_000) / rate
    #expect(abs(variance / wanted - 1) < 4 * error)
  }

  @Test(arguments: zip(1...5, [0.4, 0.6, 0.7, 0.8, 1.0]))
  func blurSpreadsAPointAsAGaussian(severity: Int, sigma: Double) throws {
    let point = images([1, 17, 17], count: 1, classes: 1) { $0 == 8 * 17 + 8 ? 1 : 0 }
    let blurred = try corrupted(point, "gaussian-blur:\(severity)").test.inputs()
    #expect(abs(blurred.reduce(0, +) - 1) < 1e-5)
    #expect(
      abs(blurred[8 * 17 + 9] / blurred[8 * 17 + 8] - Float(exp(-0.5 / (sigma * sigma)))) < 1e-5)
    #expect(
      abs(blurred[9 * 17 + 9] / blurred[8 * 17 + 8] - Float(exp(-1 / (sigma * sigma)))) < 1e-5)
    let flat = images([3, 6, 5]) { _ in 0.3 }
    #expect(
      try corrupted(flat, "gaussian-blur:\(severity)").test.inputs()
        .allSatisfy { abs($0 - 0.3) < 1e-6 })
  }

  @Test func contrastIsItsFormula() throws {
    let dataset = images([2, 2, 2], count: 1, classes: 1) { Float($0) / 8 }
    let result = try corrupted(dataset, "contrast:3").test.inputs()
    let (first, second): (Float, Float) = (1.5 / 8, 5.5 / 8)
    for index in 0..<8 {
      let mean = index < 4 ? first : second
      #expect(abs(result[index] - ((Float(index) / 8 - mean) * 0.4 + mean)) < 1e-6)
    }
  }

  @Test func brightnessRaisesTheValueAndKeepsHueAndSaturation() throws {
    let colours: [Float] = [0.2, 0.9, 0, 0.4, 0.9, 0, 0.1, 0.45, 0]
    let dataset = images([3, 1, 3], count: 1, classes: 1) { colours[$0] }
    let result = try corrupted(dataset, "brightness:5").test.inputs()
    // 0.4 becomes 0.7; 0.9 is clipped at 1; black becomes grey.
    let wanted: [Float] = [0.35, 1, 0.3, 0.7, 1, 0.3, 0.175, 0.5, 0.3]
    #expect(zip(result, wanted).allSatisfy { abs($0 - $1) < 1e-6 })
    let grey = images([1, 1, 2], count: 1, classes: 1) { [0.2, 0.9][$0] }
    #expect(
      zip(try corrupted(grey, "brightness:5").test.inputs(), [0.5, 1]).allSatisfy {
        abs($0 - $1) < 1e-6
      })
  }

  /// Each image is the old one moved by two pixels straight or diagonally, in several directions.
  @Test func translationMovesZerosIn() throws {
    let dataset = images([1, 7, 7], count: 40) { Float($0 % 49 + 1) / 64 }
    let moved = try corrupted(dataset, "translate:2").test.inputs()
    var directions = Set<[Int]>()
    for image in 0..<40 {
      func pixel(_ row: Int, _ column: Int) -> Float { moved[image * 49 + row * 7 + column] }
      // Where the middle went.
      let middle = Float(25) / 64
      let place = try #require(
        (0..<49).first { moved[image * 49 + $0] == middle })
      let (down, right) = (place / 7 - 3, place % 7 - 3)
      directions.insert([down, right])
      for row in 0..<7 {
        for column in 0..<7 {
          let isInside = (0..<7).contains(row - down) && (0..<7).contains(column - right)
          let old = isInside ? Float((row - down) * 7 + column - right + 1) / 64 : 0
          #expect(pixel(row, column) == old)
        }
      }
    }
    #expect(directions.count > 5)
    #expect(directions.allSatisfy { $0.allSatisfy { [-2, 0, 2].contains($0) } && $0 != [0, 0] })
  }

  @Test(arguments: Corruption.Kind.allCases)
  func draws(kind: Corruption.Kind) throws {
    let digits = try Dataset.digits()
    let text = "\(kind.rawValue):4"
    let shifted = try corrupted(digits, text)
    #expect(shifted.name == "digits, \(text) (seed 0)")
    #expect(shifted.sha256 != digits.sha256 && shifted.files == digits.files)
    let inputs = try shifted.test.inputs()
    #expect(try inputs != digits.test.inputs())
    #expect(inputs.allSatisfy { (0...1).contains($0) })
    #expect(try shifted.train.inputs() == digits.train.inputs())
    #expect(try corrupted(digits, text).test.inputs() == inputs)
    #expect(try shifted.test.inputs(250..<260) == Array(inputs[(250 * 64)..<(260 * 64)]))
    let isRandom = [.gaussianNoise, .shotNoise, .translate].contains(kind)
    #expect(try (corrupted(digits, text, seed: 1).test.inputs() != inputs) == isRandom)
  }

  @Test func labelNoiseChangesExactlyItsNumberOfLabels() throws {
    let digits = try Dataset.digits()
    let noisy = try digits.made(by: recipe { $0.labelNoise = 0.2 })
    let changed = digits.train.labels.indices.filter {
      noisy.train.labels[$0] != digits.train.labels[$0]
    }
    #expect(changed.count == 239)
    #expect(noisy.train.labels.allSatisfy { (0..<10).contains($0) })
    #expect(noisy.test.labels == digits.test.labels)
    #expect(noisy.sha256 != digits.sha256 && noisy.name == "digits, label-noise:0.2 (seed 0)")
    let all = try digits.made(by: recipe { $0.labelNoise = 1 })
    #expect(zip(all.train.labels, digits.train.labels).allSatisfy { $0 != $1 })
    // Each of the nine other classes equally often, within four standard deviations.
    let steps = zip(all.train.labels, digits.train.labels).map { ($0 - $1 + 10) % 10 }
    for step in 1...9 as ClosedRange<Int64> {
      let count = Double(steps.count { $0 == step })
      #expect(abs(count - 133) < 4 * sqrt(133 * 8 / 9.0))
    }
  }

  @Test func subsetsAreOfTheirSizeAndTheirSeed() throws {
    let digits = try Dataset.digits()
    let some = try digits.made(
      by: recipe {
        $0.subset = 100
        $0.testSubset = 50
      })
    #expect(some.train.count == 100 && some.test.count == 50)
    #expect(some.name == "digits, subset:100, test-subset:50 (seed 0)")
    let whole = try digits.train.inputs()
    let images = Dictionary(
      (0..<1197).map { (Array(whole[($0 * 64)..<($0 * 64 + 64)]), digits.train.labels[$0]) },
      uniquingKeysWith: { first, _ in first })
    for index in 0..<100 {
      #expect(images[try some.train.inputs(index..<(index + 1))] == some.train.labels[index])
    }
    try InputSourceTests.expectSame(some.train, width: 64)
    let other = try digits.made(
      by: recipe {
        $0.subset = 100
        $0.seed = 1
      })
    #expect(try other.train.inputs() != some.train.inputs())
    #expect(
      message { try digits.made(by: recipe { $0.subset = 1198 }) }
        == "dataset digits: --subset is 1198; its train split has 1197 inputs")
  }

  @Test func normalisedTrainingInputsHaveMeanZeroAndDeviationOne() throws {
    let dataset = images([2, 3, 4], count: 6) { Float($0 * $0 % 17) / 17 }
    let normal = try dataset.made(by: recipe { $0.normalization = .training })
    let inputs = try normal.train.inputs()
    for channel in 0..<2 {
      let values = inputs.indices.filter { $0 / 12 % 2 == channel }.map { inputs[$0] }
      let (mean, variance) = moments(values)
      #expect(abs(mean) < 1e-6 && abs(variance - 1) < 1e-5)
    }
    let given = try dataset.made(
      by: recipe { $0.normalization = Normalization("0.5,0.25:0.5,2") })
    let clean = try dataset.test.inputs()
    for (index, value) in try given.test.inputs().enumerated() {
      let isFirst = index / 12 % 2 == 0
      let wanted = isFirst ? (clean[index] - 0.5) / 0.5 : (clean[index] - 0.25) / 2
      #expect(abs(value - wanted) < 1e-6)
    }
    #expect(given.name == "images, normalize:0.5,0.25:0.5,2.0")
    #expect(message { try corrupted(normal, "contrast:1") }.contains("corruptions are of pixels"))
    #expect(
      message { try Dataset.digits().made(by: recipe { $0.normalization = given2 }) }
        == "dataset digits: --normalize has 2 channels where its inputs have 1")
  }

  private var given2: Normalization { .given(means: [0, 0], deviations: [1, 1]) }

  @Test func whatCannotBeReadIsNone() {
    for text in ["gaussian-noise", "gaussian-noise:0", "gaussian-noise:6", "fog:1", ":1", ""] {
      #expect(Corruption(text) == nil)
    }
    for text in ["", "1", "0.5:0", "0.5:-1", "0.5:nan", "0.5,0.5:1", ":", "a:b", "1:1:1"] {
      #expect(Normalization(text) == nil)
    }
    for text in ["", "crop", "crop:0", "crop:65", "flip,flip", "turn", "flip,"] {
      #expect(Augmentation(text) == nil)
    }
    #expect(Augmentation("crop:4,flip")?.text == "flip,crop:4")
    for text in ["32", "0x3", "3x-1", "5000x5", "3x3x3"] { #expect(ImageSize(text) == nil) }
  }
}
