import BasinCore
import CPrograms
import Foundation
import Synchronization

/// One run of a program: its own process group, a clean environment, a time limit, and pipes that
/// cannot dead-lock because a thread of its own reads what the program says.
package struct ChildProcess {
  /// What became of the program.
  package struct Outcome: Sendable {
    package var output = Data()
    package var errors = Data()
    package var ending = Ending.exited(0)
  }

  /// How the program ended.
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case killed(Int32)
    case timedOut
    case cancelled
  }

  var executable: String
  var arguments: [String]
  var folder: String
  var timeout: Double
  var cancellation: Cancellation

  /// A program to run.
  ///
  /// - Parameters:
  ///   - executable: its absolute path.
  ///   - arguments: what it is given, without its name.
  ///   - folder: where it begins, and what it takes for its home and for temporary files.
  ///   - timeout: after so many seconds it is killed.
  ///   - cancellation: kills it at once.
  package init(
    executable: String, arguments: [String], folder: String, timeout: Double,
    cancellation: Cancellation
  ) {
    self.executable = executable
    self.arguments = arguments
    self.folder = folder
    self.timeout = timeout
    self.cancellation = cancellation
  }

  /// Starts the program, lets `feed` write to its standard input, and waits for its end.
  ///
  /// - Parameter feed: takes over the descriptor and closes it. SIGPIPE is blocked meanwhile.
  /// - Throws: ``ProgramError``.
  package func run(feed: (Int32) -> Void) throws -> Outcome {
    let input = try Pipe()
    let output = try Pipe()
    let errors = try Pipe()
    let pid = try spawn(input: input.reading, output: output.writing, errors: errors.writing)
    input.closeReading()
    output.closeWriting()
    errors.closeWriting()

    let watcher = Watcher(
      pid: pid, output: output.takeReading(), errors: errors.takeReading(), timeout: timeout,
      cancellation: cancellation)
    watcher.start()
    withoutBrokenPipeSignal { feed(input.takeWriting()) }
    return watcher.wait()
  }

  private func spawn(input: Int32, output: Int32, errors: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    cprograms_begin_in(&actions, folder)
    for (descriptor, target) in [(input, 0), (output, 1), (errors, 2)] {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let environment = [
      "LC_ALL=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=\(folder)", "TMPDIR=\(folder)",
    ]
    var pid = pid_t()
    let code = withCStrings([executable] + arguments) { arguments in
      withCStrings(environment) { environment in
        posix_spawn(&pid, executable, &actions, &attributes, arguments, environment)
      }
    }
    switch code {
    case 0: return pid
    case ENOENT, EACCES, ENOTDIR: throw ProgramError.missing(executable)
    default:
      throw ProgramError.system("cannot start \(executable): \(String(cString: strerror(code)))")
    }
  }
}

/// A pipe whose ends are closed when it goes out of scope, unless they were taken.
private final class Pipe {
  private(set) var reading: Int32 = -1
  private(set) var writing: Int32 = -1

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard cprograms_pipe(&ends) == 0 else {
      throw ProgramError.system("cannot make a pipe: \(String(cString: strerror(errno)))")
    }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    closeReading()
    closeWriting()
  }

  func closeReading() { Self.close(takeReading()) }
  func closeWriting() { Self.close(takeWriting()) }

  func takeReading() -> Int32 {
    defer { reading = -1 }
    return reading
  }

  func takeWriting() -> Int32 {
    defer { writing = -1 }
    return writing
  }

  private static func close(_ descriptor: Int32) {
    if descriptor >= 0 { Glibc.close(descriptor) }
  }
}

/// Reads what a program says, ends it when its time is up, and waits for it.
private final class Watcher: Sendable {
  private let pid: pid_t
  private let descriptors: [Int32]
  private let timeout: Double
  private let cancellation: Cancellation
  private let outcome = Mutex(ChildProcess.Outcome())
  private let done = DispatchSemaphore(value: 0)

  init(
    pid: pid_t, output: Int32, errors: Int32, timeout: Double, cancellation: Cancellation
  ) {
    self.pid = pid
    descriptors = [output, errors]
    self.timeout = timeout
    self.cancellation = cancellation
  }

  func start() {
    Thread.detachNewThread { [self] in
      let result = watch()
      outcome.withLock { $0 = result }
      done.signal()
    }
  }

  func wait() -> ChildProcess.Outcome {
    done.wait()
    return outcome.withLock { $0 }
  }

  private func watch() -> ChildProcess.Outcome {
    var outcome = ChildProcess.Outcome()
    var verdict: ChildProcess.Ending?
    var open = descriptors
    let start = ContinuousClock.now
    while true {
      read(&open, into: &outcome, waiting: open.allSatisfy { $0 < 0 } ? 2 : 50)
      if hasEnded {
        // Whatever the program had started ends with it; then nobody holds the pipes. The program
        // is not reaped yet, so that its number cannot have passed to another.
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let end = ContinuousClock.now
        while open.contains(where: { $0 >= 0 }), ContinuousClock.now - end < .seconds(1) {
          read(&open, into: &outcome, waiting: 50)
        }
        for descriptor in open where descriptor >= 0 { close(descriptor) }
        let signal = status & 0x7f
        outcome.ending =
          verdict ?? (signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal))
        return outcome
      }
      if verdict == nil {
        if cancellation.isRequested {
          verdict = .cancelled
        } else if ContinuousClock.now - start > .seconds(timeout) {
          verdict = .timedOut
        }
        if verdict != nil { kill(-pid, SIGKILL) }
      }
    }
  }

  private var hasEnded: Bool {
    var information = siginfo_t()
    let code = waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT | WNOHANG)
    return code == 0 ? information.si_signo == SIGCHLD : errno != EINTR
  }

  private func read(
    _ open: inout [Int32], into outcome: inout ChildProcess.Outcome, waiting: Int32
  ) {
    // poll ignores negative descriptors, so closed ones keep their place.
    var polled = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&polled, nfds_t(polled.count), waiting) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 65536)
    for index in polled.indices where polled[index].revents != 0 {
      let count = Glibc.read(open[index], &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 {
        close(open[index])
        open[index] = -1
      } else if index == 0 {
        outcome.output.appendUpToLimit(buffer[..<count])
      } else {
        outcome.errors.appendUpToLimit(buffer[..<count])
      }
    }
  }
}

extension Data {
  // A program that babbles is read to the end, and forgotten beyond this.
  fileprivate mutating func appendUpToLimit(_ bytes: ArraySlice<UInt8>) {
    if count < 1 << 20 { append(contentsOf: bytes) }
  }
}

/// Runs `body` so that writing to a program that has ended fails with EPIPE instead of ending
/// this one.
private func withoutBrokenPipeSignal(_ body: () -> Void) {
  var brokenPipe = sigset_t()
  var previous = sigset_t()
  sigemptyset(&brokenPipe)
  sigaddset(&brokenPipe, SIGPIPE)
  pthread_sigmask(SIG_BLOCK, &brokenPipe, &previous)
  body()
  var now = timespec()
  while sigtimedwait(&brokenPipe, nil, &now) == SIGPIPE {}
  pthread_sigmask(SIG_SETMASK, &previous, nil)
}

private func withCStrings<Value>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
  var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
}
