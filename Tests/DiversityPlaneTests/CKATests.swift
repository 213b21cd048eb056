import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import DiversityPlane

/// Linear CKA against NumPy and closed forms.
@Suite struct CKATests {
  struct File: Decodable {
    struct Case: Decodable {
      var x: [[Double]]
      var y: [[Double]]
      var biased: Double
      var unbiased: Double
      var minibatch: Double
    }
    var minibatch: Int
    var cases: [Case]
  }

  private let file: File

  init() throws {
    let url = URL(fileURLWithPath: Fixtures.representations + "/cka.json")
    file = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
  }

  private func tensor(_ rows: [[Double]]) throws -> Tensor {
    try Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
  }

  private func biased(_ x: Tensor, _ y: Tensor, asProducts: Bool? = nil) throws -> Double {
    try CKA.similarity(
      CKA.representation(of: x, asProducts: asProducts),
      CKA.representation(of: y, asProducts: asProducts))
  }

  private func unbiased(_ x: Tensor, _ y: Tensor, size: Int) throws -> Double {
    let both = try [x, y].map { features in
      var batches = CKA.Minibatches()
      for start in stride(from: 0, through: features.shape[0] - size, by: size) {
        try batches.add(features.narrow(0, start: start, length: size))
      }
      return try batches.representation()
    }
    return try CKA.similarity(both[0], both[1])
  }

  @Test func numbersAreNumPys() throws {
    #expect(file.cases.count == 3)
    for one in file.cases {
      let (x, y) = (try tensor(one.x), try tensor(one.y))
      // By features and by products of inputs, whichever is smaller.
      #expect(abs(try biased(x, y, asProducts: true) - one.biased) < 1e-9)
      #expect(abs(try biased(x, y, asProducts: false) - one.biased) < 1e-9)
      #expect(abs(try unbiased(x, y, size: one.x.count) - one.unbiased) < 1e-9)
      #expect(abs(try unbiased(x, y, size: file.minibatch) - one.minibatch) < 1e-9)
    }
  }

  /// A rotation, a factor and a shift leave CKA at 1; features without a common direction have 0.
  @Test func closedForms() throws {
    let x = try tensor(file.cases[0].x)
    let turn = 0.7
    var rotation = [[Double]](repeating: Array(repeating: 0, count: 5), count: 5)
    for i in 2..<5 { rotation[i][i] = 1 }
    rotation[0][0] = cos(turn)
    rotation[0][1] = -sin(turn)
    rotation[1][0] = sin(turn)
    rotation[1][1] = cos(turn)
    let turned = try x.matmul(tensor(rotation)) * 3 + 7
    #expect(abs(try biased(x, turned) - 1) < 1e-12)
    #expect(abs(try unbiased(x, turned, size: 24) - 1) < 1e-12)
    // Columns orthogonal to each other and to the constant: ‖XᵀY‖ = 0.
    let cosine = (0..<24).map { [cos(2 * .pi * Double($0) / 24)] }
    let sine = (0..<24).map { [sin(2 * .pi * Double($0) / 24)] }
    #expect(try biased(tensor(cosine), tensor(sine)) < 1e-24)
    // One column of two shared: XᵀX = diag(12, 12), so CKA = 12² / (12 · 12√2).
    let both = zip(cosine, sine).map { $0 + $1 }
    #expect(abs(try biased(tensor(cosine), tensor(both)) - 1 / 2.0.squareRoot()) < 1e-12)
  }

  @Test func constantFeaturesHaveNone() throws {
    let constant = try CKA.representation(of: Tensor.zeros([6, 2]))
    #expect(!constant.isDefined)
    #expect(try CKA.similarity(constant, constant).isNaN)
  }
}
