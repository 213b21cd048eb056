import BasinCore
import Foundation
import Programs

/// How gnuplot is found and run.
struct Gnuplot {
  var executable: String
  var timeout: Double
  var cancellation: Cancellation

  /// Runs `script` in `folder`.
  ///
  /// gnuplot reads its commands as a file, `/dev/stdin`, and not as a person's typing: so it stops
  /// at the first error, and the data that would follow is never taken for commands.
  ///
  /// - Throws: ``PlottingError``; `Cancelled`.
  func run(_ script: Script, in folder: WorkFolder) throws {
    try cancellation.check()
    // `-d`: no start-up file of the user's or the system's is read.
    let outcome = try run(["-d", "/dev/stdin"], in: folder) { descriptor in
      let stream = GnuplotStream(descriptor: descriptor)
      script.send(to: stream)
      stream.send("set print '-'\nprint '\(Self.marker)'\n")
      stream.close()
    }
    let said = String(decoding: outcome.output, as: UTF8.self)
    guard said.split(separator: "\n").last?.hasSuffix(Self.marker) == true else {
      throw PlottingError.failed(Self.complaint(in: outcome.errors))
    }
  }

  /// What `gnuplot --version` says.
  func version() throws -> String {
    let folder = try PlottingError.workFolder()
    let outcome = try run(["--version"], in: folder) { close($0) }
    let line = String(decoding: outcome.output, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard line.hasPrefix("gnuplot ") else {
      throw PlottingError.failed(line.isEmpty ? "no version" : line)
    }
    return String(line.dropFirst("gnuplot ".count))
  }

  private static let marker = "BASIN-FIGURE-DONE"

  private func run(
    _ arguments: [String], in folder: WorkFolder, feed: (Int32) -> Void
  ) throws -> ChildProcess.Outcome {
    guard executable.contains("/") else { throw PlottingError.gnuplotMissing(executable) }
    let outcome = try PlottingError.translating {
      try ChildProcess(
        executable: executable, arguments: arguments, folder: folder.path, timeout: timeout,
        cancellation: cancellation
      ).run(feed: feed)
    }
    switch outcome.ending {
    case .exited(0): return outcome
    case .exited(127) where outcome.errors.isEmpty:
      throw PlottingError.gnuplotMissing(executable)
    case .exited: throw PlottingError.failed(Self.complaint(in: outcome.errors))
    case .killed(let signal): throw PlottingError.killed(signal: signal)
    case .timedOut: throw PlottingError.timedOut(seconds: timeout)
    case .cancelled: throw Cancelled()
    }
  }

  // The error is the last thing that gnuplot says; a caret and the command may precede it.
  private static func complaint(in errors: Data) -> String {
    let lines = String(decoding: errors, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    guard let last = lines.last else { return "nothing, and stopped" }
    let words = last.replacing(#/^"?[^"]*"? ?line \d+: /#, with: "")
    return String(SafeText.line(words).prefix(200))
  }
}
