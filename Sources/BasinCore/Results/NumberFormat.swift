import Foundation

/// How a number is shown. JSON and data files always carry the number itself.
public enum NumberFormat: Sendable, Equatable, Hashable, Codable {
  /// So many digits after the point: `.fixed(3)` shows 0.125 as `0.125`. From 10⁷ up in scientific form
  /// with as many, unless there are none after the point.
  case fixed(Int)
  /// So many significant digits, in scientific form where that is shorter.
  case significant(Int)
  /// A fraction as a percentage with so many digits after the point: 0.125 as `12.5 %`. From 10⁷ % up in
  /// scientific form.
  case percent(Int)
  /// Scientific form with so many digits after the point.
  case scientific(Int)

  /// The number as text, the same on every machine and in every locale. Non-finite numbers are
  /// `NaN`, `∞` and `−∞`; the minus sign of finite numbers stays ASCII so that tables can be
  /// copied into other programs.
  public func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "∞" : "−∞" }
    let text =
      switch self {
      case .fixed(let digits) where digits > 0 && abs(value) >= 1e7:
        String(format: "%.*e", digits, value)
      case .percent(let digits) where abs(value) >= 1e5:
        String(format: "%.*e %%", digits, value * 100)
      case .fixed(let digits): String(format: "%.*f", digits, value)
      case .significant(let digits): String(format: "%.*g", digits, value)
      case .percent(let digits): String(format: "%.*f %%", digits, value * 100)
      case .scientific(let digits): String(format: "%.*e", digits, value)
      }
    return Self.withoutNegativeZero(text)
  }

  /// The number as text, with two significant digits where the format would show 0 for another number: a
  /// difference is never shown as none.
  public func nonzeroText(_ value: Double) -> String {
    let shown = text(value)
    guard value.isFinite, value != 0, !shown.contains(where: { ("1"..."9").contains($0) }) else {
      return shown
    }
    guard case .percent = self else { return Self.significant(2).text(value) }
    return Self.significant(2).text(value * 100) + " %"
  }

  // "-0.000" says nothing that "0.000" does not.
  private static func withoutNegativeZero(_ text: String) -> String {
    guard text.hasPrefix("-"), !text.contains(where: { ("1"..."9").contains($0) }) else {
      return text
    }
    return String(text.dropFirst())
  }
}
