import Foundation
import Landscape
import TestSupport
import Testing
import Torch

/// Coordinates, points and distances in subspaces, against numbers that are known.
@Suite struct AffineSubspaceTests {
  private func vector(_ values: [Double]) throws -> Tensor {
    try Tensor(values, shape: [values.count])
  }

  private func isNear(_ found: [Double], _ expected: [Double]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  /// Lengths 2, 3 and 5 along three axes of five, at (1, 1, 1, 1, 1).
  @Test func orthogonalDirectionsOfAnyLength() throws {
    let rows = try Tensor(
      [2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 3, 4] as [Double], shape: [3, 5])
    let subspace = try AffineSubspace(
      at: vector([1, 1, 1, 1, 1]), orthogonal: rows, names: ["a", "b", "c"])
    #expect(subspace.rank == 3 && isNear(subspace.lengths, [2, 3, 5]))
    #expect(subspace.names == ["a", "b", "c"])
    let point = try subspace.point([1, -1, 2]).array(of: Double.self)
    #expect(isNear(point, [3, -2, 1, 7, 9]))
    // Off it by 6 along the third axis, and by 5 across the third direction: (4, −3).
    let found = try subspace.coordinates(of: vector([3, -2, 7, 11, 6]))
    #expect(isNear(found.coordinates, [1, -1, 2]))
    #expect(abs(found.distance - (61.0).squareRoot()) < 1e-12)
    #expect(isNear(try subspace.gradient(vector([1, 1, 9, 1, 1])), [2, 3, 7]))
  }

  /// (2, 0, 0) and (1, 1, 0): coordinates are multiples of the two as they are.
  @Test func obliqueDirections() throws {
    let subspace = try AffineSubspace(
      at: vector([0, 0, 1]), oblique: vector([2, 0, 0]), vector([1, 1, 0]))
    #expect(subspace.names == ["coordinate 1", "coordinate 2"])
    #expect(isNear(try subspace.point([3, -1]).array(of: Double.self), [5, -1, 1]))
    let found = try subspace.coordinates(of: vector([5, -1, 4]))
    #expect(isNear(found.coordinates, [3, -1]) && abs(found.distance - 3) < 1e-12)
    #expect(throws: PlaneError.parallel) {
      try AffineSubspace(at: vector([0, 0]), oblique: vector([1, 2]), vector([-2, -4]))
    }
  }

  /// UᵀX has the singular values as lengths, and X = U diag(s) Vᵀ.
  @Test func fewLongRowsAreDecomposed() throws {
    let rows = try Generator(seed: 3).normal([4, 40], dtype: .float64)
    let decomposition = try ThinDecomposition(rows)
    #expect(decomposition.rank == 4)
    #expect(decomposition.squares == decomposition.squares.sorted(by: >))
    var sum = try rows.zerosLike()
    for index in 0..<4 {
      let right = try decomposition.scaledRight(index)
      #expect(
        abs(try right.dot(right).item() - decomposition.squares[index])
          < 1e-10 * decomposition.squares[0])
      let left = try right.unsqueezed(0).matmul(rows.transposed()).flattened()
      sum =
        try sum
        + left.unsqueezed(1).matmul(right.unsqueezed(0)) / decomposition.squares[index]
      #expect(try right.max().item() == right.absolute().max().item())
    }
    #expect(try largestDifference(sum, rows) < 1e-10)
  }

  /// A third row that is the sum of two others adds no direction.
  @Test func dependentRowsHaveALowerRank() throws {
    let rows = try Tensor([1, 2, 0, 0, 1, 1, 1, 3, 1] as [Double], shape: [3, 3])
    #expect(try ThinDecomposition(rows).rank == 2)
  }
}
