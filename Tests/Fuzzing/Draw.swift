/// Random numbers that follow from a seed and a mutant's number alone (SplitMix64), so that any
/// mutant can be made again.
struct Draw: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64, index: Int) {
    state = seed &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(index) &* 0xd1b5_4a32_d192_ed03
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// A number from 0 to below `bound`.
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(1, bound), using: &self) }

  /// Whether something of this chance happens: one in `odds`.
  mutating func oneIn(_ odds: Int) -> Bool { below(odds) == 0 }

  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

  /// A number of the kind that readers stumble over.
  mutating func awkward() -> Int {
    switch below(4) {
    case 0: return pick([0, 1, -1, 2, 3, 4, 7, 8, 16, 64, 255, 256, 65_535, 65_536])
    case 1:
      return pick([
        Int(Int32.max), Int(Int32.max) + 1, Int(UInt32.max), Int(UInt32.max) + 1, Int.max,
        Int.max - 1, Int.min, 1 << 62, 1 << 61, 1 << 60, (1 << 62) + 1,
      ])
    case 2: return below(300)
    default: return 1 << below(63)
    }
  }
}
