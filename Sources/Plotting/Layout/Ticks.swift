import BasinCore
import Foundation

/// Marks on an axis.
struct Ticks: Equatable {
  var major: [Figure.Tick] = []
  /// Marks without labels.
  var minor: [Double] = []

  /// Marks at round numbers.
  ///
  /// - Parameters:
  ///   - room: how many labels there is room for.
  init(range: ClosedRange<Double>, scale: Figure.Scale, room: Int) {
    let decades = scale == .log10 ? log10(range.upperBound) - log10(range.lowerBound) : 0
    if scale == .log10 && decades >= 0.7 {
      logarithmic(range, decades: decades, room: max(room, 2))
    } else {
      linear(range, room: max(room, 2))
    }
  }

  /// The marks of an axis that has its own, thinned so that no more than `room` have labels.
  ///
  /// - Parameter keepsEnds: Whether the first and the last mark have labels in any case, where two have room.
  init(
    _ ticks: [Figure.Tick], in range: ClosedRange<Double>, room: Int, keepsEnds: Bool = false
  ) {
    let slack = (range.upperBound - range.lowerBound) * 1e-9
    let visible = ticks.filter {
      $0.position >= range.lowerBound - slack && $0.position <= range.upperBound + slack
    }
    let stride = (visible.count + max(room, 1) - 1) / max(room, 1)
    // As many labels as whole strides have room for, spread from end to end.
    let count = (visible.count - 1) / max(stride, 1)
    let spread =
      keepsEnds && count > 0 ? Set((0...count).map { $0 * (visible.count - 1) / count }) : nil
    for (index, tick) in visible.enumerated() {
      if stride <= 1 || spread?.contains(index) ?? (index % stride == 0) {
        major.append(tick)
      } else {
        minor.append(tick.position)
      }
    }
  }

  private mutating func linear(_ range: ClosedRange<Double>, room: Int) {
    let raw = (range.upperBound - range.lowerBound) / Double(room)
    let power = pow(10, floor(log10(raw)))
    let step = power * ([1, 2, 5, 10].first { $0 * power >= raw * 0.999 } ?? 10)
    guard step.isFinite, step > 0 else { return }
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    guard first.isFinite, last.isFinite, last - first < 100, abs(first) < 1e15 else { return }
    major = stride(from: first, through: last, by: 1).map {
      Figure.Tick($0 * step, Self.label($0 * step, step: step))
    }
  }

  private mutating func logarithmic(_ range: ClosedRange<Double>, decades: Double, room: Int) {
    let exponents = Int(floor(log10(range.lowerBound)))...Int(ceil(log10(range.upperBound)))
    let factors: [Double] = decades * 3 <= Double(room) + 1 && decades < 3 ? [1, 2, 5] : [1]
    let every = max(1, Int((decades / Double(room)).rounded(.up)))
    let isPlain = range.lowerBound >= 0.9e-3 && range.upperBound < 1.1e5
    for exponent in exponents {
      for factor in 1...9 {
        let position = Double(factor) * pow(10, Double(exponent))
        let isInside =
          position >= range.lowerBound * (1 - 1e-9) && position <= range.upperBound * (1 + 1e-9)
        guard isInside else { continue }
        if factors.contains(Double(factor)) && cycled(exponent, every) == 0 {
          let label =
            isPlain ? Self.plain(position) : Self.power(mantissa: "\(factor)", exponent)
          major.append(Figure.Tick(position, label))
        } else if every == 1 || factor == 1 {
          minor.append(position)
        }
      }
    }
  }

  /// A number as a tick's label, with as many digits as the step between ticks needs.
  static func label(_ value: Double, step: Double) -> String {
    let size = max(abs(value), step)
    guard size < 1e6, step >= 1e-5 else {
      if value == 0 { return "0" }
      let exponent = Int(floor(log10(abs(value)) + 1e-9))
      let digits = max(0, exponent - Int(floor(log10(step) + 1e-9)))
      let mantissa = String(format: "%.*f", min(digits, 15), value / pow(10, Double(exponent)))
        .replacing(#/\.0+$/#, with: "")
      return power(mantissa: mantissa, exponent).replacing("-", with: "−")
    }
    let decimals = max(0, -Int(floor(log10(step) + 1e-9)))
    return NumberFormat.fixed(decimals).text(value).replacing("-", with: "−")
  }

  private static func plain(_ value: Double) -> String {
    NumberFormat.significant(6).text(value)
  }

  private static func power(mantissa: String, _ exponent: Int) -> String {
    let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let digits = String(abs(exponent)).compactMap(\.wholeNumberValue).map { superscripts[$0] }
    let ten = "10" + (exponent < 0 ? "⁻" : "") + String(digits)
    switch mantissa {
    case "1": return ten
    case "-1": return "−" + ten
    default: return mantissa + "·" + ten
    }
  }
}
