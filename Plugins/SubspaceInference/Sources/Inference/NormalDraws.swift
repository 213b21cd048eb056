import Landscape

/// Fixed standard normal draws whose moments match the distribution's.
///
/// Draws come in pairs z and −z, so that their mean is 0. Where there are enough of them, at least four a
/// coordinate, their second moments are made the identity (moment matching; P. Boyle, M. Broadie and
/// P. Glasserman, Monte Carlo methods for security pricing, 1997, §2.3), and averages of quadratic
/// functions are exact. With fewer draws each coordinate's variance alone is made 1.
enum NormalDraws {
  /// - Parameters:
  ///   - count: Draws; an odd number is rounded up.
  ///   - rank: Coordinates of each.
  static func matched(_ count: Int, rank: Int, seed: Seed) -> [[Double]] {
    let half = max(1, (count + 1) / 2)
    var numbers = SeededNumbers(seed)
    var columns = (0..<rank).map { _ in (0..<half).map { _ in numbers.normal() } }
    let isOrthogonal = half >= 2 * rank
    for place in 0..<rank {
      if isOrthogonal {
        for other in 0..<place {
          // Earlier columns have the squared norm `half`.
          let inner = zip(columns[place], columns[other]).reduce(0) { $0 + $1.0 * $1.1 }
          for row in 0..<half { columns[place][row] -= inner / Double(half) * columns[other][row] }
        }
      }
      let square = columns[place].reduce(0) { $0 + $1 * $1 }
      let scale = (Double(half) / max(square, .leastNormalMagnitude)).squareRoot()
      columns[place] = columns[place].map { $0 * scale }
    }
    return (0..<half).flatMap { row -> [[Double]] in
      let draw = columns.map { $0[row] }
      return [draw, draw.map { -$0 }]
    }
  }

  /// Independent draws.
  static func independent(_ count: Int, rank: Int, seed: Seed) -> [[Double]] {
    var numbers = SeededNumbers(seed)
    return (0..<count).map { _ in (0..<rank).map { _ in numbers.normal() } }
  }
}
