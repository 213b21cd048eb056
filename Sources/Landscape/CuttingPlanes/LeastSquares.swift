import Foundation

/// Non-linear least squares by Levenberg and Marquardt's method, for curves of a few parameters.
struct LeastSquares {
  /// The parameters of the least sum of squares that was found.
  private(set) var parameters: [Double]
  /// Their covariance, (JᵀJ)⁻¹·SSR/(n − p), rows first; `nil` where the data does not determine them.
  private(set) var covariance: [[Double]]?
  /// The sum of squared residuals.
  private(set) var squares: Double

  /// Fits a model.
  ///
  /// - Parameters:
  ///   - start: Where to start.
  ///   - count: How many residuals there are.
  ///   - model: Residuals `[n]` and their derivatives `[n][p]` at parameters.
  init(
    from start: [Double], count: Int,
    _ model: (_ parameters: [Double]) -> (residuals: [Double], derivatives: [[Double]])
  ) {
    parameters = start
    var (residuals, derivatives) = model(start)
    squares = residuals.reduce(0) { $0 + $1 * $1 }
    var damping = 1e-3
    for _ in 0..<500 {
      let (normal, slope) = Self.normalEquations(residuals, derivatives)
      var damped = normal
      for index in damped.indices {
        damped[index][index] += damping * max(normal[index][index], 1e-12)
      }
      guard let step = Self.solve(damped, slope.map { -$0 }) else { break }
      let moved = zip(parameters, step).map { $0 + $1 }
      let next = model(moved)
      let total = next.residuals.reduce(0) { $0 + $1 * $1 }
      guard total.isFinite, total <= squares else {
        damping *= 4
        if damping > 1e12 { break }
        continue
      }
      let gain = squares - total
      (parameters, squares, residuals, derivatives) = (
        moved, total, next.residuals, next.derivatives
      )
      damping = max(damping / 3, 1e-12)
      if gain <= 1e-12 * max(squares, 1e-30) { break }
    }
    guard count > parameters.count else { return }
    let (normal, _) = Self.normalEquations(residuals, derivatives)
    let variance = squares / Double(count - parameters.count)
    var columns: [[Double]] = []
    for index in parameters.indices {
      let unit = parameters.indices.map { $0 == index ? 1.0 : 0 }
      guard let column = Self.solve(normal, unit) else { return }
      columns.append(column.map { $0 * variance })
    }
    if columns.joined().allSatisfy(\.isFinite) { covariance = columns }
  }

  /// Draws parameters from the normal distribution of the fit's mean and covariance; `nil` where there is
  /// none.
  func draws(_ count: Int, _ random: inout SeededNumbers) -> [[Double]]? {
    guard let covariance, let factor = Self.cholesky(covariance) else { return nil }
    return (0..<count).map { _ in
      let normal = parameters.map { _ in Self.normal(&random) }
      return parameters.indices.map { row in
        parameters[row] + (0...row).reduce(0) { $0 + factor[row][$1] * normal[$1] }
      }
    }
  }

  private static func normalEquations(
    _ residuals: [Double], _ derivatives: [[Double]]
  ) -> (matrix: [[Double]], slope: [Double]) {
    let size = derivatives.first?.count ?? 0
    var matrix = [[Double]](repeating: Array(repeating: 0, count: size), count: size)
    var slope = [Double](repeating: 0, count: size)
    for (residual, row) in zip(residuals, derivatives) {
      for i in 0..<size {
        slope[i] += row[i] * residual
        for j in 0...i { matrix[i][j] += row[i] * row[j] }
      }
    }
    for i in 0..<size { for j in 0..<i { matrix[j][i] = matrix[i][j] } }
    return (matrix, slope)
  }

  // The lower factor of a positive definite matrix.
  private static func cholesky(_ matrix: [[Double]]) -> [[Double]]? {
    let size = matrix.count
    var factor = [[Double]](repeating: Array(repeating: 0, count: size), count: size)
    for i in 0..<size {
      for j in 0...i {
        let rest = (0..<j).reduce(matrix[i][j]) { $0 - factor[i][$1] * factor[j][$1] }
        if i == j {
          guard rest > 0, rest.isFinite else { return nil }
          factor[i][i] = rest.squareRoot()
        } else {
          factor[i][j] = rest / factor[j][j]
        }
      }
    }
    return factor
  }

  private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
    // Scaled to a unit diagonal, as parameters may differ by orders of magnitude.
    let scales = matrix.indices.map { index in
      matrix[index][index] > 0 ? 1 / matrix[index][index].squareRoot() : 1
    }
    let scaled = matrix.indices.map { i in
      matrix.indices.map { j in matrix[i][j] * scales[i] * scales[j] }
    }
    guard let factor = cholesky(scaled) else { return nil }
    var values = zip(right, scales).map { $0 * $1 }
    for i in values.indices {
      for j in 0..<i { values[i] -= factor[i][j] * values[j] }
      values[i] /= factor[i][i]
    }
    for i in values.indices.reversed() {
      for j in (i + 1)..<values.count { values[i] -= factor[j][i] * values[j] }
      values[i] /= factor[i][i]
    }
    return zip(values, scales).map { $0 * $1 }
  }

  // Box and Muller's transform.
  private static func normal(_ random: inout SeededNumbers) -> Double {
    let first = Double.random(in: Double.leastNonzeroMagnitude...1, using: &random)
    let second = Double.random(in: 0..<1, using: &random)
    return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
  }
}
