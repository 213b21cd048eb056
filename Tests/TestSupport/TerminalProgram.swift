import Foundation

/// A program of the package at a terminal of its own: a pseudo-terminal with somebody at its keyboard,
/// and which answers questions as it is told.
public final class TerminalProgram {
  /// All that the program has written, answers of the terminal not among it.
  public private(set) var output = ""

  private let keyboard: Int32
  private let pid: pid_t
  private var bytes: [UInt8] = []
  private var seen = 0
  private var asked = 0
  private let answers: [(question: [UInt8], answer: [UInt8])]
  private var status: Int32?

  // Swift sees neither the functions nor the macros.
  private static let unlock: UInt = 0x4004_5431
  private static let number: UInt = 0x8004_5430
  private static let windowSize: UInt = 0x5414
  private static let ownSession: Int16 = 0x80

  /// A step of a test did not come about.
  public struct Failure: Error, CustomStringConvertible {
    /// What was waited for, and what there was instead.
    public var description: String
  }

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - name: The product's.
  ///   - home: A folder for whatever it keeps; it is started there.
  ///   - answers: What the terminal says to a question, once the program has asked it.
  /// - Throws: ``Failure`` when the system has no terminal, `CocoaError` when the program was not built.
  public init(
    _ name: String, _ arguments: [String] = [], home: String, columns: Int = 100, rows: Int = 30,
    environment: [String: String] = [:], answers: [(String, String)] = []
  ) throws {
    let program = try BuiltProgram(name).path
    self.answers = answers.map { (Array($0.0.utf8), Array($0.1.utf8)) }
    keyboard = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: Int32 = 0
    guard keyboard >= 0, ioctl(keyboard, Self.unlock, &locked) == 0,
      ioctl(keyboard, Self.number, &number) == 0
    else { throw Failure(description: "there is no pseudo-terminal") }
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(keyboard, Self.windowSize, &size)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens becomes its own.
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/pts/\(number)", O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of tests block signals, and programs inherit that.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Self.ownSession | Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var variables = [
      "HOME": home, "XDG_STATE_HOME": home + "/state", "TERM": "xterm-256color",
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
    ]
    variables.merge(environment) { $1 }
    var pid = pid_t()
    let shell = ["sh", "-c", "cd \"$0\" && exec \"$@\"", home, program]
    let words: [UnsafeMutablePointer<CChar>?] = (shell + arguments).map { strdup($0) } + [nil]
    let settings: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + settings { free(text) } }
    guard posix_spawn(&pid, "/bin/sh", &actions, &attributes, words, settings) == 0 else {
      throw Failure(description: "\(program) cannot be started")
    }
    self.pid = pid
  }

  deinit {
    if status == nil {
      kill(pid, SIGKILL)
      var status: Int32 = 0
      waitpid(pid, &status, 0)
    }
    close(keyboard)
  }

  /// Types.
  public func type(_ text: String) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(keyboard, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      sent += count
      read(within: 0)
    }
  }

  /// Gives the terminal another size, which tells the program.
  public func resize(columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(keyboard, Self.windowSize, &size)
  }

  /// Waits until the program has written `text` since the last time.
  ///
  /// - Returns: what it has written since then, up to and with the text.
  /// - Throws: ``Failure`` when it does not within `seconds`.
  @discardableResult public func wait(for text: String, seconds: Double = 60) throws -> String {
    let wanted = Array(text.utf8)
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      if let range = bytes[seen...].firstRange(of: wanted) {
        defer { seen = range.upperBound }
        return String(decoding: bytes[seen..<range.upperBound], as: UTF8.self)
      }
      let left = Int32(max(0, (end - .now) / .milliseconds(1)))
      guard left > 0, read(within: min(left, 200)) else {
        if left > 0, status == nil { continue }
        let rest = String(decoding: bytes[seen...].suffix(2000), as: UTF8.self)
        throw Failure(description: "no “\(text)” came, but: \(rest.debugDescription)")
      }
    }
  }

  /// Waits for the program's end.
  ///
  /// - Returns: its exit status; -1 when a signal ended it.
  public func end(seconds: Double = 60) throws -> Int32 {
    let end = ContinuousClock.now + .seconds(seconds)
    while status == nil {
      guard ContinuousClock.now < end else {
        throw Failure(description: "the program does not end")
      }
      read(within: 50)
      var code: Int32 = 0
      if waitpid(pid, &code, WNOHANG) == pid {
        while read(within: 20) {}
        status = code & 0x7F == 0 ? (code >> 8) & 0xFF : -1
      }
    }
    return status ?? -1
  }

  /// Reads what there is; `false` when there is nothing.
  @discardableResult private func read(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: keyboard, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, milliseconds) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = Glibc.read(keyboard, &buffer, buffer.count)
    guard count > 0 else {
      // Nobody has the terminal open any more.
      usleep(10_000)
      return false
    }
    bytes += buffer[..<count]
    output += String(decoding: buffer[..<count], as: UTF8.self)
    answer()
    return true
  }

  private func answer() {
    while let (range, reply) = answers.compactMap({ pair in
      bytes[asked...].firstRange(of: pair.question).map { ($0, pair.answer) }
    }).min(by: { $0.0.lowerBound < $1.0.lowerBound }) {
      asked = range.upperBound
      _ = reply.withUnsafeBytes { write(keyboard, $0.baseAddress, $0.count) }
    }
  }
}
