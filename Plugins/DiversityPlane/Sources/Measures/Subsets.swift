import Landscape
import Torch

/// The subsets of k of n members over which an ensemble's scores are averaged.
public struct Subsets: Sendable, Equatable {
  /// Places of members, each subset in rising order.
  public var places: [[Int]]
  /// Whether these are all subsets of their size.
  public var isComplete: Bool

  /// All subsets of `size` of `count` members in lexicographic order where they are at most
  /// `limit`; so many different ones drawn at random otherwise.
  ///
  /// - Precondition: `size` is from 1 to `count` and `limit` at least 1.
  public init(of count: Int, size: Int, limit: Int, seed: Seed) throws {
    isComplete = Self.isComplete(of: count, size: size, limit: limit)
    places = []
    if isComplete {
      var next = Array(0..<size)
      while true {
        places.append(next)
        guard let moved = next.indices.last(where: { next[$0] < count - size + $0 }) else { return }
        next[moved] += 1
        for place in next.indices where place > moved { next[place] = next[place - 1] + 1 }
      }
    }
    let generator = seed.derived("subsets", String(count), String(size)).generator()
    var known: Set<[Int]> = []
    while places.count < limit {
      let order = try generator.permutation(count).array(of: Int64.self)
      let drawn = order.prefix(size).map(Int.init).sorted()
      if known.insert(drawn).inserted { places.append(drawn) }
    }
  }

  /// Whether `limit` subsets are all that there are, so that none need be drawn.
  public static func isComplete(of count: Int, size: Int, limit: Int) -> Bool {
    number(of: count, size: size, upTo: limit) <= limit
  }

  /// C(count, size), or `limit + 1` where it is more than `limit`.
  static func number(of count: Int, size: Int, upTo limit: Int) -> Int {
    let size = min(size, count - size)
    guard size > 0 else { return 1 }
    var number = 1
    for step in 1...size {
      // C(n, j) = C(n, j − 1)·(n − j + 1)/j rises up to j = n/2, so that it can stop here.
      let (product, overflow) = number.multipliedReportingOverflow(by: count - step + 1)
      guard !overflow, product / step <= limit else { return limit + 1 }
      number = product / step
    }
    return number
  }
}
