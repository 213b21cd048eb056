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
      affinities: file.joint, start: file.start, perplexity: 10, iterations: 60, exaggerated: 10)
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
