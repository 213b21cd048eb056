import BasinCore
import BasinKit
import Checkpoints
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

/// The whole Gaussian of a file of wjmaddox/swa_gaussian, against PyTorch's numbers of it
/// (`Fixtures/folders/make_swag.py`).
@Suite struct SWAGMomentsTests {
  private struct Gaussian: Decodable {
    var mean: Double
    var variance: Double
    var deviations: Double
    var spread: [String: Double]

    enum CodingKeys: String, CodingKey {
      case mean = "norm of the mean"
      case variance
      case deviations
      case spread = "standard deviations"
    }
  }

  private let networks: MeasuredNetworks
  private let gaussian: Gaussian
  private let own = Fixtures.folders

  init() throws {
    networks = try MeasuredNetworks(Fixtures.folders)
    struct File: Decodable {
      var run: Gaussian
      enum CodingKeys: String, CodingKey { case run = "swag run" }
    }
    gaussian = try JSONDecoder().decode(
      File.self, from: Data(contentsOf: URL(fileURLWithPath: own + "/expected.json"))
    ).run
    try networks.run("data \(Fixtures.own)/digits.npz")
    try networks.run("load \(own)/swag-sgd.pt --as sgd")
  }

  private func set(_ name: String) throws -> CheckpointSet {
    try #require(networks.session.workspace.value(name) as? CheckpointSet)
  }

  // Column 1 of the table of the Gaussian, by the beginning of the row's name.
  private func number(_ result: BasinCore.Result, _ row: String) throws -> Double? {
    for case .table(let table) in result.items where table.title.hasPrefix("The Gaussian") {
      for cells in table.rows {
        if case .text(let name) = cells[0], name.hasPrefix(row), case .number(let value) = cells[1]
        {
          return value
        }
      }
    }
    return nil
  }

  @Test("Mean, diagonal and deviations are those of the file")
  func moments() throws {
    let result = try networks.run(
      "swag sgd --from-moments \(own)/swag-run.pt --samples 2 --as s")
    let (mean, diagonal, low) = try (
      number(result, "norm of the mean"), number(result, "√trace of the diagonal"),
      number(result, "√trace of DDᵀ/(K − 1), K = 3")
    )
    #expect(abs(try #require(mean) - gaussian.mean) < 1e-9 * gaussian.mean)
    #expect(abs(try #require(diagonal) - gaussian.variance.squareRoot()) < 1e-9)
    #expect(abs(try #require(low) - gaussian.deviations.squareRoot()) < 1e-9)
    #expect(try set("s").checkpoints.map { $0.metadata["snapshots"] } == ["5", "5"])
    #expect(result.items.contains { "\($0)".contains("of 5 networks") })
    #expect(result.items.contains { "\($0)".contains("SWA, mean of 5") })
    #expect(result.items.contains { "\($0)".contains("SGD, ") })
  }

  @Test("A subspace lies at the file's mean, along its deviations")
  func subspace() throws {
    let folder = try TemporaryFolder()
    let basis = "\(folder.path)/basis.safetensors"
    try networks.run("data \(Fixtures.own)/digits.npz --subset 100 --test-subset 50")
    let few = "--samples 2 --chains 1 --warmup 0 --grid 0"
    let result = try networks.run(
      "subspace pca sgd --from-moments \(own)/swag-run.pt --rank 3 \(few) --basis \(basis) --as p")
    let file = try CheckpointReader.open(basis).stateDict
    func squares(_ name: String) throws -> Double {
      try #require(file[name]).floats().reduce(0) { $0 + Double($1) * Double($1) }
    }
    #expect(abs(try squares("origin").squareRoot() - gaussian.mean) < 1e-6 * gaussian.mean)
    // Squared singular values of D/√(K − 1), whose sum is the trace of DDᵀ/(K − 1).
    let sum = try (0..<3).reduce(0) { try $0 + squares("direction\($1)") }
    #expect(abs(sum - gaussian.deviations) < 1e-5 * gaussian.deviations)
    #expect(result.items.contains { "\($0)".contains("SWA, mean of 5") })
    #expect(result.items.contains { "\($0)".contains("SGD, ") })
    // The file itself is its mean, and no network of SGD's.
    try networks.run("load \(own)/swag-run.pt --as mean")
    let alone = try networks.run(
      "subspace random mean --from-moments \(own)/swag-run.pt --rank 1 \(few) --as r")
    #expect(alone.items.allSatisfy { !"\($0)".contains("SGD, ") })
    let error = #expect(throws: CommandError.self) {
      try networks.run("subspace pca mean --from-moments \(own)/swag-diagonal.pt \(few) --as q")
    }
    #expect(error?.description.contains("has no deviations, and a subspace needs two") == true)
  }

  /// A draw's weights spread about the mean as the moments of each parameter, by its name, say.
  @Test("Samples of each parameter have the covariance of the file")
  func spread() throws {
    let count = 40
    try networks.run("swag sgd --from-moments \(own)/swag-run.pt --samples \(count) --as s")
    try networks.run("load \(own)/swag-run.pt --as mean")
    try networks.expect("mean", is: ["swag run"])
    let network = try Network(set("s").architecture)
    func parameters(_ checkpoint: Checkpoint) throws -> [Double] {
      try network.load(checkpoint)
      return try network.parameters.array(of: Float.self).map(Double.init)
    }
    let mean = try parameters(set("mean").checkpoints[0])
    var squares = [Double](repeating: 0, count: mean.count)
    for sample in try set("s").checkpoints {
      for (index, value) in try parameters(sample).enumerated() {
        squares[index] += (value - mean[index]) * (value - mean[index]) / Double(count)
      }
    }
    for entry in network.parameterLayout.entries {
      let trace = squares[entry.offset..<(entry.offset + entry.count)].reduce(0, +)
      let expected = try #require(gaussian.spread[entry.name])
      // Of a sum of few squares at worst: the standard error is √(2/40) = 22 %, half of it for the root.
      #expect(abs(trace.squareRoot() / expected - 1) < 0.45, "\(entry.name)")
    }
  }

  @Test("A file without deviations gives SWAG-Diagonal, and is refused otherwise")
  func diagonal() throws {
    let line = "swag sgd --from-moments \(own)/swag-diagonal.pt --samples 2"
    #expect(networks.message(line) == "\(own)/swag-diagonal.pt has no deviations; add --diagonal")
    #expect(networks.message(line + " --diagonal --plane").hasSuffix("leave out --plane"))
    let result = try networks.run(line + " --diagonal")
    let diagonal = try number(result, "√trace of the diagonal")
    #expect(abs(try #require(diagonal) - gaussian.variance.squareRoot()) < 1e-9)
  }

  @Test("What Basin wrote is read again")
  func again() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/m.safetensors"
    try networks.run("swag sgd --from-moments \(own)/swag-run.pt --samples 1 --moments \(file)")
    let result = try networks.run("swag sgd --from-moments \(file) --samples 1 --as s")
    let (mean, diagonal, low) = try (
      number(result, "norm of the mean"), number(result, "√trace of the diagonal"),
      number(result, "√trace of DDᵀ/(K − 1), K = 3")
    )
    #expect(abs(try #require(mean) - gaussian.mean) < 1e-12 * gaussian.mean)
    #expect(abs(try #require(diagonal) - gaussian.variance.squareRoot()) < 1e-12)
    #expect(abs(try #require(low) - gaussian.deviations.squareRoot()) < 1e-12)
    #expect(try set("s").checkpoints[0].metadata["snapshots"] == "5")
  }

  @Test("The mean itself is no SGD, and what does not fit is said")
  func others() throws {
    let loaded = try networks.run("load \(own)/swag-run.pt --as mean")
    #expect(loaded.items.contains { "\($0)".contains("--from-moments \(own)/swag-run.pt") })
    let result = try networks.run("swag mean --from-moments \(own)/swag-run.pt --samples 1")
    #expect(!result.items.contains { "\($0)".contains("\"SGD, ") })
    #expect(result.items.contains { "\($0)".contains("mean is its mean, which is SWA") })
    #expect(
      networks.message("swag sgd --from-moments \(own)/plain.pt").hasPrefix(
        "\(own)/plain.pt: it holds no moments"))
    #expect(
      networks.message("swag sgd --from-moments \(own)/swag.pt").contains(
        "swag.pt: the moments of conv1.weight have the shape [8, 1, 3, 3], and the parameter has [4, 1, 3, 3]"
      ))
    #expect(networks.message("swag sgd --from-moments m.npz").contains("read from safetensors"))
    // The same weights three times: their variance is rounding.
    try networks.run("load \(own)/swag.pt --as same")
    let same = try networks.run("swag same --from-moments \(own)/swag.pt --samples 1")
    #expect(same.items.contains { "\($0)".contains("the variance of 1922 of 1922 weights") })
  }
}
