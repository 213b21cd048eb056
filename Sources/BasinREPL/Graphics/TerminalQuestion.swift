import Foundation

/// Asking a terminal what it can do. Its answers come the way that keys come, so the terminal does not
/// echo meanwhile, and what was typed is given back.
struct TerminalQuestion {
  /// The terminal to read from.
  var input: Int32
  /// The terminal to write to.
  var output: Int32
  /// How long to wait for the whole answer, in seconds. The last question is one that every terminal
  /// answers: only one that says nothing at all takes this long.
  var patience: Double = 1
  /// Whether keys that are waiting already are for Basin; otherwise nothing is asked.
  var takesKeys: Bool

  // The background's colour, a cell's size, name and version; then the device attributes.
  private static let general = "\u{1B}]11;?\u{1B}\\\u{1B}[16t\u{1B}[>q\u{1B}[c"
  // One pixel, only to be judged; see the protocol's “querying support”.
  private static let kitty = "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\\u{1B}[c"

  /// Asks; `nil` where nobody can be asked.
  ///
  /// - Parameter isMultiplexed: whether tmux or screen is known to be between. Then, or when the answer
  ///   says so, kitty graphics are not asked for: tmux would take the question for a title.
  func ask(isMultiplexed: Bool) -> TerminalAnswers? {
    guard isatty(input) == 1, isatty(output) == 1, tcgetpgrp(input) == getpgrp() else { return nil }
    var before = termios()
    guard tcgetattr(input, &before) == 0 else { return nil }
    var silent = before
    // Ctrl-C stays Ctrl-C.
    silent.c_lflag &= ~tcflag_t(ICANON | ECHO)
    withUnsafeMutableBytes(of: &silent.c_cc) {
      $0[Int(VMIN)] = 0
      $0[Int(VTIME)] = 0
    }
    guard tcsetattr(input, TCSANOW, &silent) == 0 else { return nil }
    defer { tcsetattr(input, TCSANOW, &before) }
    if !takesKeys, isReadable(within: 0) { return nil }

    var answers = exchange(Self.general)
    let isBetween = isMultiplexed || TerminalGraphics.isMultiplexer(answers.version)
    if answers.isComplete, !isBetween {
      let second = exchange(Self.kitty)
      answers.hasKittyGraphics = second.hasKittyGraphics
      answers.keys += second.keys
    }
    return answers
  }

  private func exchange(_ question: String) -> TerminalAnswers {
    try? StandardStreams.write(question, to: output)
    let end = ContinuousClock.now + .seconds(patience)
    var bytes: [UInt8] = []
    var rest: [UInt8] = []
    var answers = TerminalAnswers([], rest: &rest)
    while !answers.isComplete {
      let left = (end - .now) / .milliseconds(1)
      guard left > 0, isReadable(within: Int32(left.rounded(.up))) else { break }
      var buffer = [UInt8](repeating: 0, count: 1024)
      let count = read(input, &buffer, buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
      answers = TerminalAnswers(bytes, rest: &rest)
    }
    // Half an answer is no key either, but a lone Escape is one.
    if rest == [0x1B] { answers.keys += rest }
    return answers
  }

  private func isReadable(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = poll(&descriptor, 1, milliseconds)
      if ready < 0, errno == EINTR { continue }
      return ready > 0 && descriptor.revents & Int16(POLLIN) != 0
    }
  }
}
