import BasinCore
import Foundation

/// Random numbers for one purpose: the same seed and words give the same numbers, whatever was drawn
/// before. With an example's index among the words, an example's draws do not depend on the others.
///
/// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014) from the first eight bytes of SHA-256 over seed and
/// words.
struct ExampleGenerator: RandomNumberGenerator {
  private var state: UInt64
  private var spare: Double?

  init(seed: UInt64, _ words: String...) {
    let text = ([String(seed)] + words).joined(separator: "\u{1f}")
    state = SHA256.digest(of: text.utf8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Evenly from 0 to below `bound`, which is positive.
  mutating func below(_ bound: Int) -> Int { Int(next(upperBound: UInt64(bound))) }

  /// Evenly from above 0 to below 1.
  mutating func uniform() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

  /// Of the standard normal distribution, by Box and Muller.
  mutating func normal() -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    let radius = sqrt(-2 * log(uniform()))
    let angle = 2 * Double.pi * uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }

  /// Of the Poisson distribution: by counting for small means, above by the transformed rejection of
  /// W. Hörmann (Insurance: Mathematics and Economics 12, 1993), algorithm PTRS.
  mutating func poisson(_ mean: Double) -> Int {
    guard mean > 0 else { return 0 }
    if mean < 10 {
      let limit = exp(-mean)
      var count = 0
      var product = uniform()
      while product > limit {
        count += 1
        product *= uniform()
      }
      return count
    }
    let b = 0.931 + 2.53 * sqrt(mean)
    let a = -0.059 + 0.02483 * b
    let inverse = 1.1239 + 1.1328 / (b - 3.4)
    let accepted = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = uniform() - 0.5
      let v = uniform()
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
      if us >= 0.07, v <= accepted { return Int(k) }
      if k < 0 || (us < 0.013 && v > us) { continue }
      let left = log(v) + log(inverse) - log(a / (us * us) + b)
      if left <= k * log(mean) - mean - lgamma(k + 1) { return Int(k) }
    }
  }

  /// 0 ..< count in a random order.
  mutating func permutation(_ count: Int) -> [Int] { choosing(count, of: count) }

  /// Some of 0 ..< count, without replacement, in a random order (Fisher and Yates).
  mutating func choosing(_ chosen: Int, of count: Int) -> [Int] {
    var order = Array(0..<count)
    for place in 0..<chosen { order.swapAt(place, place + below(count - place)) }
    return Array(order.prefix(chosen))
  }
}
