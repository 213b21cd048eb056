import Foundation

/// A headless Chromium, driven over its debugging pipe: it reads commands from descriptor 3 and
/// writes answers and events to descriptor 4, JSON with a zero byte behind each.
///
/// One thread uses it at a time.
public final class Browser {
  /// Something that the browser or its page said that no test can go on after.
  public struct Failure: Error, CustomStringConvertible {
    /// One line.
    public var description: String

    /// Creates a failure.
    public init(description: String) { self.description = description }
  }

  /// An event, as the protocol has it.
  public struct Event {
    /// `Network.requestWillBeSent` and so on.
    public var method: String
    /// Its parameters.
    public var parameters: [String: Any]
    fileprivate var session: String?
  }

  /// Where the program is; `nil` when it is not installed.
  public static var path: String? {
    let named = ProcessInfo.processInfo.environment["BASIN_CHROMIUM"].map { [$0] }
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    return (named ?? usual).first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private let pid: pid_t
  private let commands: Int32
  private let answers: Int32
  private let profile: TemporaryFolder
  private var bytes: [UInt8] = []
  private var events: [Event] = []
  private var lastId = 0

  /// Starts a browser with a profile of its own.
  ///
  /// - Throws: ``Failure`` when it is not installed or does not start.
  public init() throws {
    guard let program = Self.path else {
      throw Failure(description: "Chromium is not installed: apt-get install chromium")
    }
    profile = try TemporaryFolder()
    var options = [
      "--headless=new", "--remote-debugging-pipe", "--user-data-dir=\(profile.path)",
      "--no-first-run", "--no-default-browser-check", "--disable-gpu", "--disable-sync",
      "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
      "--disable-extensions", "--mute-audio", "--hide-scrollbars", "--lang=en-GB", "about:blank",
    ]
    // The sandbox refuses root, who runs tests in containers.
    if getuid() == 0 { options.insert("--no-sandbox", at: 0) }

    var down: [Int32] = [0, 0]
    var up: [Int32] = [0, 0]
    guard pipe(&down) == 0, pipe(&up) == 0 else { throw Failure(description: "no pipes are left") }
    // Descriptors 3 and 4 must be free of the pipes' own before they are set.
    let theirs = [down[0], up[1]].map { fcntl($0, F_DUPFD_CLOEXEC, 64) }
    commands = fcntl(down[1], F_DUPFD_CLOEXEC, 64)
    answers = fcntl(up[0], F_DUPFD_CLOEXEC, 64)
    for descriptor in down + up { close(descriptor) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, theirs[0], 3)
    posix_spawn_file_actions_adddup2(&actions, theirs[1], 4)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, so that all of its processes can be ended.
    posix_spawnattr_setpgroup(&attributes, 0)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    var variables = ProcessInfo.processInfo.environment
    variables["HOME"] = profile.path
    var pid = pid_t()
    let words: [UnsafeMutablePointer<CChar>?] = ([program] + options).map { strdup($0) } + [nil]
    let settings: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + settings { free(text) } }
    let status = posix_spawn(&pid, program, &actions, &attributes, words, settings)
    for descriptor in theirs { close(descriptor) }
    self.pid = pid
    guard status == 0 else { throw Failure(description: "\(program) cannot be started") }
    _ = try call("Browser.getVersion")
  }

  deinit {
    if pid > 0 {
      kill(-pid, SIGKILL)
      var status: Int32 = 0
      waitpid(pid, &status, 0)
    }
    close(commands)
    close(answers)
  }

  /// Opens an empty page.
  public func page() throws -> BrowserPage { try BrowserPage(in: self) }

  /// Calls a method of the protocol and waits for its result.
  ///
  /// - Parameter session: the page that it is for; otherwise the browser itself.
  /// - Throws: ``Failure`` when the browser refuses, has gone, or says nothing for `seconds`.
  @discardableResult
  public func call(
    _ method: String, _ parameters: [String: Any] = [:], session: String? = nil,
    within seconds: Double = 60
  ) throws -> [String: Any] {
    lastId += 1
    var message: [String: Any] = ["id": lastId, "method": method, "params": parameters]
    message["sessionId"] = session
    try send(try JSONSerialization.data(withJSONObject: message) + [0])
    let end = Date().addingTimeInterval(seconds)
    while true {
      let answer = try receive(until: end, waitingFor: method)
      guard let id = answer["id"] as? Int else { continue }
      guard id == lastId else { continue }
      if let error = answer["error"] as? [String: Any] {
        throw Failure(description: "\(method): \(error["message"] ?? error)")
      }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  /// Waits for an event of a page, which is then no longer among its ``events(of:)``.
  public func wait(for method: String, session: String, within seconds: Double = 60) throws {
    let end = Date().addingTimeInterval(seconds)
    while true {
      if let index = events.firstIndex(where: { $0.method == method && $0.session == session }) {
        events.remove(at: index)
        return
      }
      _ = try receive(until: end, waitingFor: method)
    }
  }

  /// What a page has reported so far.
  public func events(of session: String) -> [Event] { events.filter { $0.session == session } }

  /// Forgets what a page has reported.
  public func clearEvents(of session: String) { events.removeAll { $0.session == session } }

  private func send(_ data: Data) throws {
    var sent = 0
    while sent < data.count {
      let count = data[sent...].withUnsafeBytes { write(commands, $0.baseAddress, $0.count) }
      if count <= 0, errno != EINTR { throw Failure(description: "the browser has gone") }
      sent += max(count, 0)
    }
  }

  private var endOfMessage: Int? {
    bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress, let zero = memchr(start, 0, buffer.count) else {
        return nil
      }
      return UnsafeRawPointer(zero) - start
    }
  }

  // The next message; events are kept.
  private func receive(until end: Date, waitingFor method: String) throws -> [String: Any] {
    while true {
      if let zero = endOfMessage {
        let object = try JSONSerialization.jsonObject(with: Data(bytes[..<zero]))
        bytes.removeSubrange(...zero)
        guard let message = object as? [String: Any] else { continue }
        if let method = message["method"] as? String {
          events.append(
            Event(
              method: method, parameters: message["params"] as? [String: Any] ?? [:],
              session: message["sessionId"] as? String))
        }
        return message
      }
      let left = end.timeIntervalSinceNow
      var descriptor = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
      guard left > 0, poll(&descriptor, 1, Int32(left * 1000) + 1) != 0 else {
        throw Failure(description: "the browser says nothing: waited for \(method)")
      }
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(answers, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(description: "the browser has gone") }
      bytes += chunk[..<count]
    }
  }
}
