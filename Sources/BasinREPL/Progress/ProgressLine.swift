import BasinCore

/// The progress of running work as one line of text.
enum ProgressLine {
  /// The line for a terminal of `columns` columns, at most one column less than that:
  /// `training seed 2 of 5  [██████······]  50 %  loss 0.213  0:12, 0:12 left`.
  ///
  /// Where there is no room the bar goes first, then the detail is cut, then the times go.
  static func text(
    _ update: ProgressUpdate, elapsed: Double, remaining: Double?, columns: Int
  ) -> String {
    let room = max(0, columns - 1)
    let label = DisplayText.neutralised(update.label)
    let detail = DisplayText.neutralised(update.detail)
    let times = times(elapsed: elapsed, remaining: remaining)
    // A percentage that grows does not push the rest along.
    let percent =
      update.total > 0 ? DisplayText.padded(self.percent(update), to: 5, flushRight: true) : ""
    for bar in update.total > 0 ? [24, 12, 0] : [0] {
      let line = joined([label, self.bar(update, width: bar), percent, detail, times])
      if DisplayText.width(line) <= room { return line }
    }
    let spare = room - DisplayText.width(joined([label, percent, times])) - gap.count
    if spare >= 8 {
      return joined([label, percent, DisplayText.shortened(detail, to: spare), times])
    }
    for parts in [[label, percent, times], [label, percent]] {
      let line = joined(parts)
      if DisplayText.width(line) <= room { return line }
    }
    let rest = max(0, room - DisplayText.width(percent) - gap.count)
    return DisplayText.shortened(
      joined([DisplayText.shortened(label, to: rest), percent]), to: room)
  }

  /// The line for a file: `training seed 2 of 5: 50 %, loss 0.213, 0:12, 0:12 left`.
  static func plainText(_ update: ProgressUpdate, elapsed: Double, remaining: Double?) -> String {
    let parts = [
      update.total > 0 ? percent(update) : "", DisplayText.neutralised(update.detail),
      times(elapsed: elapsed, remaining: remaining),
    ]
    return DisplayText.neutralised(update.label) + ": "
      + parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// Seconds as `m:ss` or `h:mm:ss`.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds.isFinite ? seconds : 0), 3_599_999))
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }

  private static let gap = "  "

  private static func joined(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: gap)
  }

  private static func fraction(_ update: ProgressUpdate) -> Double {
    min(max(update.fraction, 0), 1)
  }

  private static func percent(_ update: ProgressUpdate) -> String {
    // Rounded down: 100 % means done.
    "\(Int(fraction(update) * 100)) %"
  }

  private static func bar(_ update: ProgressUpdate, width: Int) -> String {
    guard width > 0 else { return "" }
    let done = Int(fraction(update) * Double(width))
    return "[" + String(repeating: "█", count: done)
      + String(repeating: "·", count: width - done) + "]"
  }

  private static func times(elapsed: Double, remaining: Double?) -> String {
    clock(elapsed) + (remaining.map { ", \(clock($0)) left" } ?? "")
  }
}
