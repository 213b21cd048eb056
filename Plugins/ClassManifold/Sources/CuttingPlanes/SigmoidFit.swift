import Foundation

/// The S-curve p(d) = a + b / (1 + exp(−(ln d − m)/s)) fitted to means by weighted least squares, with
/// 0 ≤ a, 0 ≤ b and a + b ≤ 1 (Levenberg and Marquardt's method on a, b, m and ln s).
///
/// Least squares over single values of which several have the same d is least squares over their means,
/// weighted by their numbers.
struct SigmoidFit {
  /// What is fitted: one entry for each dimension.
  struct Means {
    /// ln d.
    var positions: [Double]
    /// Means of the probabilities.
    var means: [Double]
    /// How many values each mean is of.
    var weights: [Double]
  }

  /// Which ends of the curve are free. A fit that leaves 0 to 1 holds that end at its bound.
  enum Ends: CaseIterable {
    /// a and b are free.
    case free
    /// a is free, a + b = 1.
    case low
    /// b is free, a = 0.
    case high
    /// a = 0 and b = 1.
    case neither
  }

  /// The curve's numbers.
  struct Curve: Sendable, Equatable {
    var a: Double
    var b: Double
    /// ln c.
    var middle: Double
    /// ln s.
    var logScale: Double

    /// p at ln d.
    func value(_ position: Double) -> Double {
      a + b / (1 + exp(-(position - middle) / exp(logScale)))
    }

    /// ln d at which the curve crosses a probability; `nil` where it does not.
    func crossing(_ probability: Double) -> Double? {
      let ratio = b / (probability - a) - 1
      guard ratio > 0, ratio.isFinite else { return nil }
      let found = middle - exp(logScale) * log(ratio)
      return found.isFinite ? found : nil
    }

    /// Derivatives of ``crossing(_:)`` by a, b, m and ln s.
    func crossingGradient(_ probability: Double) -> [Double] {
      let (s, rest) = (exp(logScale), probability - a)
      let ratio = b / rest - 1
      return [-s / ratio * b / (rest * rest), -s / ratio / rest, 1, -s * log(ratio)]
    }

    /// Derivatives of ``value(_:)`` by a, b, m and ln s.
    func gradient(_ position: Double) -> [Double] {
      let s = exp(logScale)
      let u = (position - middle) / s
      let sigmoid = 1 / (1 + exp(-u))
      let slope = b * sigmoid * (1 - sigmoid)
      return [1, sigmoid, -slope / s, slope == 0 ? 0 : -slope * u]
    }

    var isFeasible: Bool {
      a >= 0 && b >= 0 && a + b <= 1 && middle.isFinite && logScale.isFinite
    }
  }

  /// The best curve.
  private(set) var curve: Curve
  /// Which of its ends are free.
  let ends: Ends
  /// The weighted sum of squared residuals of the means.
  private(set) var squares = Double.infinity
  /// Whether a step was found after which the sum no longer falls by more than the tolerance.
  private(set) var isConverged = false
  // Lower factor of the free parameters' normal matrix, scaled to a unit diagonal, and the scales.
  private var factor = [Double](repeating: 0, count: 16)
  private var scales = [Double](repeating: 1, count: 4)

  /// The most steps of one fit.
  static let steps = 500

  /// The tolerance of one fit.
  static let tolerance = 1e-12

  /// Fits with some of the ends free.
  ///
  /// - Parameters:
  ///   - steps: The most steps.
  ///   - tolerance: The fit has converged when the sum of squares falls by this part of itself, or by this
  ///     part of what residuals of 0.01 would make.
  init(
    _ data: Means, from start: Curve, ends: Ends, steps: Int = steps,
    tolerance: Double = tolerance
  ) {
    self.ends = ends
    curve = Self.holding(start, ends)
    var normal = Normal(data, curve, ends)
    squares = normal.squares
    var damping = 1e-3
    for _ in 0..<steps {
      guard let moved = step(normal, damping) else { break }
      let next = Normal(data, moved, ends)
      guard next.squares.isFinite, next.squares <= squares else {
        damping *= 4
        // No step in the direction of descent is short enough: a minimum, to rounding.
        if damping > 1e12 {
          isConverged = true
          break
        }
        continue
      }
      let gain = squares - next.squares
      (curve, squares, normal) = (moved, next.squares, next)
      damping = max(damping / 3, 1e-12)
      if gain <= tolerance * max(squares, 1e-4 * normal.weight) {
        isConverged = true
        break
      }
    }
    factorize(normal, damping: 0)
  }

  /// The best of all choices of ends that stays within 0 and 1.
  ///
  /// - Parameter starts: Where each choice starts; the better of several counts.
  /// - Returns: The best fit and, for each choice, where it ended.
  static func best(
    _ data: Means, starts: [[Curve]], steps: Int = steps, tolerance: Double = tolerance
  ) -> (fit: SigmoidFit, ends: [[Curve]])? {
    var best: SigmoidFit?
    var found: [[Curve]] = []
    for (ends, starts) in zip(Ends.allCases, starts) {
      var own: SigmoidFit?
      for start in starts {
        let fit = SigmoidFit(
          data, from: start, ends: ends, steps: steps, tolerance: tolerance)
        if fit.squares < (own?.squares ?? .infinity) * (1 - 1e-6) || own == nil { own = fit }
      }
      guard let own else { continue }
      found.append([own.curve])
      if own.curve.isFeasible, own.squares < best?.squares ?? .infinity { best = own }
    }
    return best.map { ($0, found) }
  }

  /// How a function of the parameters moves with each of the means: gᵀ(JᵀWJ)⁻¹JᵀW, `[means]`.
  ///
  /// - Parameter gradient: g, the function's derivatives by a, b, m and ln s.
  /// - Returns: `nil` where the means do not determine the parameters.
  func influence(of gradient: [Double], _ data: Means) -> [Double]? {
    guard isDetermined else { return nil }
    let solved = solve(Self.free(gradient, ends))
    return data.positions.indices.map { index in
      let own = Self.free(curve.gradient(data.positions[index]), ends)
      return data.weights[index] * zip(own, solved).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// Whether the means determine all free parameters: none of them can be exchanged for others.
  private(set) var isDetermined = false

  // MARK: Steps

  private static func holding(_ curve: Curve, _ ends: Ends) -> Curve {
    var held = curve
    switch ends {
    case .free: break
    case .low: held.b = 1 - held.a
    case .high: held.a = 0
    case .neither: (held.a, held.b) = (0, 1)
    }
    return held
  }

  // Derivatives by the free parameters; 0 for those that are held.
  private static func free(_ all: [Double], _ ends: Ends) -> [Double] {
    switch ends {
    case .free: all
    case .low: [all[0] - all[1], 0, all[2], all[3]]
    case .high: [0, all[1], all[2], all[3]]
    case .neither: [0, 0, all[2], all[3]]
    }
  }

  private mutating func step(_ normal: Normal, _ damping: Double) -> Curve? {
    guard factorize(normal, damping: damping) else { return nil }
    let move = solve([-normal.g0, -normal.g1, -normal.g2, -normal.g3])
    var moved = curve
    moved.a += move[0]
    moved.b += move[1]
    moved.middle += move[2]
    moved.logScale += move[3]
    return Self.holding(moved, ends)
  }

  // Cholesky's factor of the normal matrix with Marquardt's damping.
  @discardableResult
  private mutating func factorize(_ normal: Normal, damping: Double) -> Bool {
    let isFree = [
      ends == .free || ends == .low, ends == .free || ends == .high, true, true,
    ]
    let rows = normal.matrix
    isDetermined = false
    for i in 0..<4 {
      let diagonal = rows[i * 4 + i]
      let damped = diagonal + damping * max(diagonal, 1e-12)
      scales[i] = isFree[i] && damped > 0 ? 1 / damped.squareRoot() : 1
    }
    var smallest = 1.0
    for i in 0..<4 {
      for j in 0...i {
        var rest: Double
        if i == j {
          rest = 1
          if damping == 0, isFree[i], rows[i * 4 + i] <= 1e-12 * normal.weight { return false }
        } else {
          rest = rows[i * 4 + j] * scales[i] * scales[j]
        }
        for k in 0..<j { rest -= factor[i * 4 + k] * factor[j * 4 + k] }
        if i == j {
          guard rest > 0, rest.isFinite else { return false }
          smallest = min(smallest, rest)
          factor[i * 4 + i] = rest.squareRoot()
        } else {
          factor[i * 4 + j] = rest / factor[j * 4 + j]
        }
      }
    }
    isDetermined = damping == 0 && smallest > 1e-8
    return true
  }

  private func solve(_ right: [Double]) -> [Double] {
    var values = [
      right[0] * scales[0], right[1] * scales[1], right[2] * scales[2], right[3] * scales[3],
    ]
    for i in 0..<4 {
      for j in 0..<i { values[i] -= factor[i * 4 + j] * values[j] }
      values[i] /= factor[i * 4 + i]
    }
    for i in [3, 2, 1, 0] {
      for j in (i + 1)..<4 { values[i] -= factor[j * 4 + i] * values[j] }
      values[i] /= factor[i * 4 + i]
    }
    for i in 0..<4 { values[i] *= scales[i] }
    return values
  }
}
