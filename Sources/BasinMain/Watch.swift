import BasinCore
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
      let stamp = FileStamp(path)
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
  private func wait(for path: String, since stamp: FileStamp?) {
    var last = FileStamp(path)
    while true {
      usleep(interval)
      let now = FileStamp(path)
      if let now, now != stamp, now == last { return }
      last = now
    }
  }
}
