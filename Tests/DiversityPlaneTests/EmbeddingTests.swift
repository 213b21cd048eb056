import BasinCore
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import DiversityPlane

/// t-SNE and principal components against scikit-learn and NumPy.
@Suite struct EmbeddingTests {
  private struct File: Decodable {
    var points: [[Double]]
    var perplexity: Double
    var joint: [Double]
    var divergence: Double
    var components: [[Double]]
    var explained: [Double]
  }

  private let file: File
  private let points: Tensor

  init() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.embedding + "/clusters.json"))
    file = try JSONDecoder().decode(File.self, from: data)
    points = try Tensor(
      file.points.flatMap { $0 }, shape: [file.points.count, file.points[0].count])
  }

  @Test func affinitiesAreScikitLearns() throws {
    let joint = try Affinities(points, perplexity: file.perplexity).joint
    let size = file.points.count
    for (index, expected) in file.joint.enumerated() {
      #expect(abs(joint[index] - expected) < 1e-6 * file.joint.max()!)
      #expect(joint[index] == joint[index * size])
    }
    #expect(abs(joint.reduce(0, +) - 1) < 1e-9)
  }

  private struct DescentFile: Decodable {
    var joint: [Double]
    var start: [[Double]]
    var end: [[Double]]
    var least: Double
    var greatest: Double

    static func read() throws -> DescentFile {
      let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.embedding + "/descent.json"))
      return try JSONDecoder().decode(Self.self, from: data)
    }
  }

  /// Both phases, and the standstill between them: without it, points are elsewhere after 60 iterations.
  @Test func theDescentIsScikitLearns() throws {
    let file = try DescentFile.read()
    let found = try TSNE(
      affinities: file.joint, start: file.start, perplexity: 10, iterations: 60, exaggerated: 10,
      isGuarded: false)
    for (found, expected) in zip(found.coordinates, file.end) {
      #expect(abs(found[0] - expected[0]) < 1e-4 && abs(found[1] - expected[1]) < 1e-4)
    }
  }

  @Test func theDivergenceIsScikitLearns() throws {
    let file = try DescentFile.read()
    let embedding = try TSNE(points, perplexity: self.file.perplexity)
    let last = try #require(embedding.divergences.last)
    // Descent ends in one of many minima; which one follows last bits of sums. Those of 40 descents of
    // scikit-learn's lie in a range, which is widened by half its width to both sides.
    let width = file.greatest - file.least
    #expect(last > file.least - width / 2 && last < file.greatest + width / 2, "\(last)")
    #expect(embedding.isConverged && embedding.recentFall < 0.01)
    #expect(embedding.gradientNorm > 0 && embedding.gradientNorm < 1e-3)
    // Between 150 iterations after exaggeration and the end, the objective only falls.
    let tail = embedding.divergences.dropFirst(TSNE.exaggerated / 50 + 2)
    for (before, after) in zip(tail, tail.dropFirst()) { #expect(after < 1.01 * before) }
  }

  @Test func whatStillFallsIsNotConverged() throws {
    let short = try TSNE(points, perplexity: file.perplexity, iterations: 300)
    #expect(!short.isConverged)
    #expect(short.ending == .limit && short.recentFall == .infinity)
    let long = try TSNE(points, perplexity: file.perplexity, iterations: 2000)
    #expect(long.isConverged && long.gradientNorm < short.gradientNorm)
  }

  private struct FewFile: Decodable {
    var points: [[Double]]
    var perplexity: Double
    var random: [Double]
    var pathPerplexity: Double
    var path: [Double]

    static func read() throws -> (file: FewFile, points: Tensor) {
      let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.embedding + "/few.json"))
      let file = try JSONDecoder().decode(Self.self, from: data)
      let shape = [file.points.count, file.points[0].count]
      return (file, try Tensor(file.points.flatMap { $0 }, shape: shape))
    }
  }

  /// scikit-learn's rate of 50 is too large for 27 points: without halving, the divergence ends at more
  /// than twice the best of 20 seeds, and equal points lie far apart.
  @Test(arguments: [1, 2]) func fewPointsReachScikitLearnsBestDivergence(threads: Int) throws {
    let before = Engine.threads
    Engine.threads = threads
    defer { Engine.threads = before }
    let (file, points) = try FewFile.read()
    let found = try TSNE(points, perplexity: file.perplexity)
    let best = try #require(file.random.min())
    #expect(found.divergence < 1.03 * best, "\(found.divergence) against \(best)")
    #expect(found.divergence > 0.9 * best)
    #expect(found.isConverged && found.ending == .gradient && found.imbalance <= 1e-6)
    #expect(file.points[0] == file.points[12])
    let plane = found.coordinates
    func gap(_ one: Int, _ other: Int) -> Double {
      hypot(plane[one][0] - plane[other][0], plane[one][1] - plane[other][1])
    }
    let extent = plane.indices.flatMap { one in plane.indices.map { gap(one, $0) } }.max()!
    #expect(gap(0, 12) < extent / 8, "\(gap(0, 12)) of \(extent)")
  }

  /// Exaggeration draws the 14 points of one path into one, where the gradient is 0 and the divergence high.
  @Test func exaggerationLeavesNoPointsInOnePlace() throws {
    let (file, points) = try FewFile.read()
    let path = try points.narrow(0, start: 13, length: 14)
    let found = try TSNE(path, perplexity: file.pathPerplexity)
    let best = try #require(file.path.min())
    #expect(found.isConverged)
    #expect(found.divergence < 1.03 * best, "\(found.divergence) against \(best)")
    for iterations in [250, 260, 300] {
      let short = try TSNE(path, perplexity: file.pathPerplexity, iterations: iterations)
      #expect(!short.isConverged && short.imbalance > 1e-6)
      #expect(Set(short.coordinates).count == 14)
    }
  }

  /// Whatever the number of iterations, the coordinates are the best ones, and converged means converged.
  @Test(arguments: [251, 255, 300, 350, 450, 650, 1000])
  func noLimitClaimsConvergenceFalsely(iterations: Int) throws {
    let (file, points) = try FewFile.read()
    let found = try TSNE(points, perplexity: file.perplexity, iterations: iterations)
    let long = try TSNE(points, perplexity: file.perplexity, iterations: 5000)
    let plain = found.divergences.dropFirst(TSNE.exaggerated / 50)
    #expect(found.divergence <= plain.min() ?? .infinity)
    for (before, after) in zip(plain, plain.dropFirst()) { #expect(after <= before) }
    if found.isConverged { #expect(found.divergence < 1.01 * long.divergence) }
    if iterations < TSNE.judged, found.ending == .limit { #expect(!found.isConverged) }
  }

  /// What a rate that stays at 50 reaches is not converged, and is said not to be.
  @Test func aRisingDivergenceIsNotConverged() throws {
    let (file, points) = try FewFile.read()
    let joint = try Affinities(points, perplexity: file.perplexity).joint
    let start = try PrincipalComponents(points, count: 2).coordinates.map { $0.map { $0 * 1e-4 } }
    let found = try TSNE(
      affinities: joint, start: start, perplexity: file.perplexity, iterations: 450,
      isGuarded: false)
    #expect(try #require(file.random.min()) * 1.5 < found.divergence)
    #expect(!found.isConverged)
  }

  /// Every point is nearer to the middle of its own cluster than to the others'.
  @Test func clustersAreSeparated() throws {
    let plane = try TSNE(points, perplexity: file.perplexity).coordinates
    var middles: [[Double]] = []
    for cluster in 0..<3 {
      let own = plane[(20 * cluster)..<(20 * cluster + 20)]
      middles.append((0..<2).map { axis in own.reduce(0.0) { $0 + $1[axis] } / 20 })
    }
    for (index, point) in plane.enumerated() {
      let distances = middles.map { hypot(point[0] - $0[0], point[1] - $0[1]) }
      #expect(distances.firstIndex(of: distances.min()!) == index / 20)
    }
  }

  @Test func theSamePointsGiveTheSamePlane() throws {
    let one = try TSNE(points, perplexity: 10, iterations: 300)
    let other = try TSNE(points, perplexity: 10, iterations: 300)
    #expect(one.coordinates == other.coordinates)
  }

  @Test func componentsAreThoseOfASingularValueDecomposition() throws {
    let components = try PrincipalComponents(points, count: 2)
    for (found, expected) in zip(components.coordinates, file.components) {
      #expect(abs(found[0] - expected[0]) < 1e-6 && abs(found[1] - expected[1]) < 1e-6)
    }
    for (found, expected) in zip(components.explained, file.explained) {
      #expect(abs(found - expected) < 1e-9)
    }
  }

  @Test func whatCannotBeEmbeddedIsSaid() throws {
    let few = try points.narrow(0, start: 0, length: 3)
    #expect(throws: EmbeddingError("t-SNE needs 4 points or more; there are 3")) {
      try TSNE(few, perplexity: 2)
    }
    #expect(throws: EmbeddingError.self) { try TSNE(points, perplexity: 60) }
    let same = try Tensor.full([5, 3], 1, dtype: .float64)
    #expect(throws: EmbeddingError("all points are the same")) { try TSNE(same, perplexity: 2) }
  }

  @Test func embeddingCanBeCancelled() throws {
    let cancellation = Cancellation()
    cancellation.request()
    #expect(throws: Cancelled.self) {
      try TSNE(points, perplexity: 10, cancellation: cancellation)
    }
  }
}
