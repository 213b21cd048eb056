import Foundation

/// A program of the user's that takes the terminal over for a while: the pager, the editor.
struct ForegroundProgram {
  /// What the user's shell would run: `less -R`.
  var command: String

  /// `$PAGER`, or `less -R`.
  static func pager(_ environment: [String: String]) -> ForegroundProgram {
    ForegroundProgram(command: firstSet(["PAGER"], environment) ?? "less -R")
  }

  /// `$VISUAL`, `$EDITOR`, or `vi`.
  static func editor(_ environment: [String: String]) -> ForegroundProgram {
    ForegroundProgram(command: firstSet(["VISUAL", "EDITOR"], environment) ?? "vi")
  }

  /// Runs it, gives it `input` on its standard input if there is any, and waits for its end.
  ///
  /// - Parameters:
  ///   - argument: a last argument, which the shell takes as it is.
  ///   - input: what it reads; `nil` leaves it the terminal.
  /// - Returns: its exit status, 127 where there is no such program, -1 where none could be started
  ///   or it was killed.
  func run(argument: String? = nil, input: String? = nil) -> Int32 {
    var ends: [Int32] = [-1, -1]
    if input != nil {
      guard pipe(&ends) == 0 else { return -1 }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    let pid = spawn(argument, input: ends[0])
    if ends[0] >= 0 { close(ends[0]) }
    if let input {
      // It may end before it has read all.
      if pid > 0 { try? StandardStreams.write(input, to: ends[1]) }
      close(ends[1])
    }
    guard pid > 0 else { return -1 }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 {
      if errno != EINTR { return -1 }
    }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
  }

  private static func firstSet(_ names: [String], _ environment: [String: String]) -> String? {
    names.lazy.compactMap { environment[$0] }.first { !$0.allSatisfy(\.isWhitespace) }
  }

  private func spawn(_ argument: String?, input: Int32) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if input >= 0 { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var ignored = sigset_t()
    sigemptyset(&ignored)
    sigaddset(&ignored, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &ignored)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

    // The user's own words, which the user's other programs give to the shell too; the argument is
    // not among what the shell reads.
    let script = argument == nil ? command : command + " \"$1\""
    let texts = ["sh", "-c", script, "sh"] + (argument.map { [$0] } ?? [])
    let words: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    // What keeps a page that has been read on the screen, unless the user says otherwise.
    setenv("LESS", "FRX", 0)
    // What Basin writes is UTF-8 whatever the locale.
    setenv("LESSCHARSET", "utf-8", 0)
    defer { for word in words { free(word) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, "/bin/sh", &actions, &attributes, words + [nil], environ)
    return code == 0 ? pid : -1
  }
}
