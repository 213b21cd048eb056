/// An alphabet of Unicode's mathematical letters: browsers take these, and not styles, for bold
/// and other letters of formulas.
enum MathAlphabet: String {
  case upright = "mathrm"
  case italic = "mathit"
  case bold = "mathbf"
  case boldItalic = "boldsymbol"
  case script = "mathcal"
  case fraktur = "mathfrak"
  case doubleStruck = "mathbb"
  case sansSerif = "mathsf"
  case monospace = "mathtt"

  /// Also by the commands' other names.
  init?(command: String) {
    switch command {
    case "bm": self = .boldItalic
    case "mathscr": self = .script
    default: self.init(rawValue: command)
    }
  }

  /// A letter or digit in this alphabet; others stay as they are.
  func letter(_ character: Character) -> Character {
    if let exception = exceptions[character] { return exception }
    guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
      let start = start(of: scalar),
      let letter = Unicode.Scalar(start.base + scalar.value - start.first.value)
    else { return character }
    return Character(letter)
  }

  private func start(of scalar: Unicode.Scalar) -> (base: UInt32, first: Unicode.Scalar)? {
    switch scalar {
    case "A"..."Z": latin.map { ($0, "A") }
    case "a"..."z": latin.map { ($0 + 26, "a") }
    case "0"..."9": digits.map { ($0, "0") }
    case "Α"..."Ω": greek.map { ($0, "Α") }
    case "α"..."ω": greek.map { ($0 + 26, "α") }
    default: nil
    }
  }

  private var latin: UInt32? {
    switch self {
    case .upright, .italic: nil
    case .bold: 0x1D400
    case .boldItalic: 0x1D468
    case .script: 0x1D49C
    case .fraktur: 0x1D504
    case .doubleStruck: 0x1D538
    case .sansSerif: 0x1D5A0
    case .monospace: 0x1D670
    }
  }

  private var digits: UInt32? {
    switch self {
    case .bold, .boldItalic: 0x1D7CE
    case .doubleStruck: 0x1D7D8
    case .sansSerif: 0x1D7E2
    case .monospace: 0x1D7F6
    case .upright, .italic, .script, .fraktur: nil
    }
  }

  private var greek: UInt32? {
    switch self {
    case .bold: 0x1D6A8
    case .boldItalic: 0x1D71C
    default: nil
    }
  }

  // Letters that Unicode had before it had the alphabets.
  private var exceptions: [Character: Character] {
    switch self {
    case .script:
      [
        "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ", "e": "ℯ",
        "g": "ℊ", "o": "ℴ",
      ]
    case .fraktur: ["C": "ℭ", "H": "ℌ", "I": "ℑ", "R": "ℜ", "Z": "ℨ"]
    case .doubleStruck:
      ["C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ", "1": "𝟙"]
    default: [:]
    }
  }
}
