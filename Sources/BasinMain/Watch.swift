import Foundation

/// Replays a notebook each time it is saved, until Ctrl-C.
struct Watch {
  var job: NotebookJob
  private let interval: UInt32 = 200_000

  init(_ job: NotebookJob) { self.job = job }

  /// - Returns: the exit status once Ctrl-C has ended a replay. Between two replays Ctrl-C ends the
  ///   program, as it does by default.
  mutating func run() throws -> Int32 {
    let path = job.command.notebook
    while true {
      // Before the file is read: what is saved from here on is seen.
      let stamp = Stamp(path)
      if try job.run() == 130 { return 130 }
      // What ended the program may be mended in what is saved next.
      job.command.ended = []
      // Also where a shell that started it in the background has Ctrl-C ignored.
      signal(SIGINT, SIG_DFL)
      if !job.command.isQuiet { Streams.say("watching \(path); Ctrl-C stops") }
      wait(for: path, since: stamp)
    }
  }

  // Editors write in several steps, some by removing the file first: a change counts once it rests.
  private func wait(for path: String, since stamp: Stamp?) {
    var last = Stamp(path)
    while true {
      usleep(interval)
      let now = Stamp(path)
      if let now, now != stamp, now == last { return }
      last = now
    }
  }

  /// What tells one version of a file from another.
  private struct Stamp: Equatable {
    var number: UInt64
    var size: Int
    var seconds: Int
    var nanoseconds: Int

    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      number = UInt64(status.st_ino)
      size = Int(status.st_size)
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
  }
}
