import BasinCore
import Foundation

/// Shows progress on standard error: on a terminal as one line that is rewritten in place and taken
/// away at the end, otherwise as a plain line every ten seconds. Work that takes less than half a
/// second shows nothing.
public final class TerminalProgress: ProgressReporter {
  private let terminal: () -> Terminal
  private let now: () -> Double
  private let write: (String) -> Void
  private var started: Double?
  private var stage: (kind: Substring, total: Int, started: Double, completed: Int)?
  private var lastShown: Double?
  private var isShown = false

  /// Creates a reporter on standard error.
  public convenience init() {
    self.init(
      terminal: { .current(STDERR_FILENO) },
      now: { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 },
      write: { text in
        // Progress that cannot be shown is no reason to stop the work.
        try? StandardStreams.write(text, to: STDERR_FILENO)
      })
  }

  /// Creates a reporter with a terminal, a clock in seconds and an output of the caller's.
  init(
    terminal: @escaping () -> Terminal, now: @escaping () -> Double,
    write: @escaping (String) -> Void
  ) {
    self.terminal = terminal
    self.now = now
    self.write = write
  }

  /// Takes the latest state of the running work; shows it at most ten times a second.
  public func report(_ update: ProgressUpdate) {
    let time = now()
    let begin = started ?? time
    started = begin
    followStage(update, time)
    // The first look at a clock is cheap, at a terminal it is not.
    guard time - begin >= 0.5, time - (lastShown ?? -.infinity) >= 0.1 else { return }
    let terminal = terminal()
    if terminal.canMoveCursor {
      let line = ProgressLine.text(
        update, elapsed: time - begin, remaining: remaining(update, time),
        columns: terminal.columns ?? 80)
      write("\r" + line + "\u{1B}[K")
      isShown = true
      lastShown = time
    } else if time - (lastShown ?? begin) >= 10 {
      let line = ProgressLine.plainText(
        update, elapsed: time - begin, remaining: remaining(update, time))
      write(line + "\n")
      lastShown = time
    }
  }

  /// Takes the line away and forgets the work.
  public func finish() {
    if isShown { write("\r\u{1B}[K") }
    started = nil
    stage = nil
    lastShown = nil
    isShown = false
  }

  // The time left is judged by the present stage alone: the ones before may have been of another
  // kind. Its first steps, or those that came from a cache, are not counted as fast.
  private func followStage(_ update: ProgressUpdate, _ time: Double) {
    // What is being read or trained is named after the first word, and changes step by step.
    let kind = update.label.prefix { $0 != " " }
    if let stage, stage.kind == kind, stage.total == update.total,
      stage.completed <= update.completed
    {
      return
    }
    stage = (kind, update.total, time, update.completed)
  }

  private func remaining(_ update: ProgressUpdate, _ time: Double) -> Double? {
    guard let stage, update.total > update.completed, update.completed > stage.completed,
      time > stage.started
    else { return nil }
    let done = Double(update.completed) - Double(stage.completed)
    return (time - stage.started) * (Double(update.total) - Double(update.completed)) / done
  }
}
