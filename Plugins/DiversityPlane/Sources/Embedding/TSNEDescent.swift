import Foundation

/// Gradient descent on KL(P‖Q) with momentum and gains (van der Maaten & Hinton, §3.3 and
/// algorithm 1), which can go back to where the objective was lowest.
struct TSNEDescent {
  private(set) var positions: [Double]
  private let affinities: [Double]
  private let size: Int
  // Σ p log p, which the positions do not change.
  private let constant: Double
  private let firstRate: Double
  private var rate: Double
  private var momentum = 0.5
  private var exaggeration = 1.0
  private var velocity: [Double]
  private var gains: [Double]
  private var kernel: [Double]
  private var best: (objective: Double, positions: [Double])

  init(_ affinities: [Double], _ positions: [Double]) {
    self.affinities = affinities
    self.positions = positions
    size = positions.count / 2
    constant = affinities.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
    velocity = [Double](repeating: 0, count: positions.count)
    gains = [Double](repeating: 1, count: positions.count)
    kernel = [Double](repeating: 0, count: size * size)
    firstRate = max(Double(size) / 12 / 4, 50)
    rate = firstRate
    best = (.infinity, positions)
  }

  /// Starts another phase at the present positions: from a standstill, at the first learning rate.
  mutating func enter(exaggeration: Double, momentum: Double) {
    self.exaggeration = exaggeration
    self.momentum = momentum
    rate = firstRate
    rest()
    best = (objective(exaggeration: exaggeration), positions)
  }

  /// One step.
  mutating func step() {
    let gradient = gradient(exaggeration: exaggeration)
    for index in positions.indices {
      let isOpposed = velocity[index] * gradient[index] < 0
      gains[index] = max(0.01, isOpposed ? gains[index] + 0.2 : gains[index] * 0.8)
      velocity[index] = momentum * velocity[index] - rate * gains[index] * gradient[index]
      positions[index] += velocity[index]
    }
  }

  /// Keeps the positions where the phase's objective is the lowest seen in it; goes back to the best ones
  /// otherwise, stands still and halves the learning rate.
  ///
  /// - Returns: Whether the objective fell.
  mutating func settle() -> Bool {
    let objective = objective(exaggeration: exaggeration)
    let fell = objective < best.objective
    // Not so where the objective is no number.
    if objective <= best.objective {
      best = (objective, positions)
    } else {
      positions = best.positions
      rate /= 2
      rest()
    }
    return fell
  }

  /// KL(P‖Q) at the present positions, in nats.
  var divergence: Double {
    var copy = self
    return copy.objective(exaggeration: 1) + constant
  }

  /// The norm of the gradient at the present positions, without exaggeration.
  var gradientNorm: Double {
    var copy = self
    return Self.norm(copy.gradient(exaggeration: 1))
  }

  /// The norm of the gradient, without exaggeration, as a part of that of its attraction alone.
  var imbalance: Double {
    var copy = self
    let whole = copy.gradient(exaggeration: 1)
    let repulsion = copy.gradient(exaggeration: 0)
    let attraction = zip(whole, repulsion).map { $0 - $1 }
    let drawn = Self.norm(attraction)
    // Where all points are one, nothing is balanced.
    return drawn > 0 ? Self.norm(whole) / drawn : .infinity
  }

  private mutating func rest() {
    for index in positions.indices { (velocity[index], gains[index]) = (0, 1) }
  }

  // (1 + ‖yᵢ − yⱼ‖²)⁻¹ for all pairs, and its sum over i ≠ j.
  private mutating func fillKernel() -> Double {
    let size = size
    return positions.withUnsafeBufferPointer { y in
      kernel.withUnsafeMutableBufferPointer { kernel in
        var total = 0.0
        for i in 0..<size {
          for j in 0..<i {
            let (dx, dy) = (y[2 * i] - y[2 * j], y[2 * i + 1] - y[2 * j + 1])
            let value = 1 / (1 + dx * dx + dy * dy)
            kernel[i * size + j] = value
            total += 2 * value
          }
        }
        return total
      }
    }
  }

  // log Z − α Σ p log k, whose gradient is that of the descent; KL(P‖Q) less a constant for α = 1.
  private mutating func objective(exaggeration: Double) -> Double {
    let total = fillKernel()
    var sum = 0.0
    for i in 0..<size {
      for j in 0..<i { sum += affinities[i * size + j] * log(kernel[i * size + j]) }
    }
    return log(total) - 2 * exaggeration * sum
  }

  private mutating func gradient(exaggeration: Double) -> [Double] {
    let total = fillKernel()
    var gradient = [Double](repeating: 0, count: positions.count)
    for i in 0..<size {
      for j in 0..<i {
        let value = kernel[i * size + j]
        let force = 4 * (exaggeration * affinities[i * size + j] - value / total) * value
        let (dx, dy) = (
          force * (positions[2 * i] - positions[2 * j]),
          force * (positions[2 * i + 1] - positions[2 * j + 1])
        )
        gradient[2 * i] += dx
        gradient[2 * i + 1] += dy
        gradient[2 * j] -= dx
        gradient[2 * j + 1] -= dy
      }
    }
    return gradient
  }

  private static func norm(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
