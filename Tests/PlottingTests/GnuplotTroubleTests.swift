import BasinCore
import Foundation
import Programs
import Testing

@testable import Plotting

@Suite struct GnuplotTroubleTests {
  private let figure = Figure(
    "Trouble", Figure.Panel(x: .init("x"), y: .init("y"), layers: [.line(x: [0, 1], y: [0, 1])]))

  /// A program in gnuplot's place.
  private func stand(in folder: WorkFolder, _ script: String) throws -> String {
    let path = "\(folder.path)/gnuplot"
    try AtomicFile.write("#!/bin/sh\n\(script)\n", to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  private func error(_ script: String, timeout: Double = 60) throws -> PlottingError? {
    let folder = try WorkFolder()
    let renderer = FigureRenderer(gnuplot: try stand(in: folder, script), timeout: timeout)
    return #expect(throws: PlottingError.self) { try renderer.render(figure, name: "trouble") }
  }

  @Test(arguments: ["/nowhere/gnuplot", "no-such-gnuplot", "/etc/passwd"])
  func missing(path: String) throws {
    let error = #expect(throws: PlottingError.self) {
      try FigureRenderer(gnuplot: path).render(figure, name: "trouble")
    }
    #expect(error == .gnuplotMissing(path))
    #expect(
      error?.description == "cannot draw figures: there is no gnuplot at “\(path)”; install it "
        + "(Debian: apt install gnuplot-nox, macOS: brew install gnuplot)")
    #expect(throws: PlottingError.gnuplotMissing(path)) {
      try FigureRenderer(gnuplot: path).gnuplotVersion()
    }
  }

  @Test func killed() throws {
    let error = try error("kill -9 $$")
    #expect(error == .killed(signal: 9))
    #expect(error?.description == "cannot draw the figure: gnuplot was killed by signal 9")
  }

  @Test func killedWithoutReading() throws {
    // More than a pipe holds is still to be written when the reader goes.
    let folder = try WorkFolder()
    let grid = Figure.Grid(rows: Array(repeating: Array(repeating: 1.5, count: 400), count: 400))
    let large = Figure("Large", Figure.Panel(x: .init(""), y: .init(""), layers: [.heatMap(grid)]))
    let path = try stand(in: folder, "head -c 10 > /dev/null; kill -11 $$")
    #expect(throws: PlottingError.killed(signal: 11)) {
      try FigureRenderer(gnuplot: path).render(large, name: "large")
    }
  }

  @Test func exitsWithAMessage() throws {
    #expect(
      try error("echo '\"/dev/stdin\" line 12: no such luck' >&2; exit 1")
        == .failed("no such luck"))
    #expect(try error("exit 1") == .failed("nothing, and stopped"))
    #expect(try error("cat > /dev/null; exit 0") == .failed("nothing, and stopped"))
  }

  @Test func hangs() throws {
    let error = try error("sleep 600", timeout: 0.3)
    #expect(error == .timedOut(seconds: 0.3))
    #expect(
      error?.description == "cannot draw the figure: gnuplot took longer than 0.3 s and was stopped"
    )
  }

  @Test func babblesAndHangs() throws {
    // What it says is drained while it hangs, and what it has started ends with it.
    let folder = try WorkFolder()
    let seen = "\(folder.path)/alive"
    let path = try stand(
      in: folder, "(sleep 2; touch \(seen)) & yes | head -c 3000000; yes >&2 | cat; sleep 600")
    #expect(throws: PlottingError.timedOut(seconds: 0.5)) {
      try FigureRenderer(gnuplot: path, timeout: 0.5).render(figure, name: "trouble")
    }
    Thread.sleep(forTimeInterval: 2)
    #expect(!FileManager.default.fileExists(atPath: seen))
  }

  @Test func isCancelled() throws {
    let folder = try WorkFolder()
    let cancellation = Cancellation()
    let path = try stand(in: folder, "sleep 600")
    let renderer = FigureRenderer(gnuplot: path, cancellation: cancellation)
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.2)
      cancellation.request()
    }
    #expect(throws: Cancelled()) { try renderer.render(figure, name: "trouble") }
    #expect(throws: Cancelled()) { try renderer.render(figure, name: "trouble") }
  }

  @Test func fillsTheDisk() throws {
    // The real gnuplot, whose output goes where nothing fits.
    let error = try error(
      "ln -s /dev/full light.svg; exec \(FigureRenderer().executable) \"$@\"")
    guard case .incomplete(let file, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(file == "light.svg")
  }

  @Test func cutsTheFile() throws {
    // A gnuplot that says all is well, with half a file.
    let error = try error(
      """
      cat > /dev/null
      for name in light.svg dark.svg; do echo '<svg><g>' > $name; done
      echo BASIN-FIGURE-DONE
      """)
    guard case .incomplete? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func leavesNothingBehind() throws {
    let folder = try WorkFolder()
    let seen = "\(folder.path)/seen"
    _ = try error("pwd > \(seen); exit 1")
    let path = try String(contentsOfFile: seen, encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(path.contains("/basin-figure-"))
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func readsNoStartUpFile() throws {
    // The folder is the program's home.
    let folder = try WorkFolder()
    try AtomicFile.write("!touch canary\n", to: "\(folder.path)/.gnuplot")
    try FigureRenderer().gnuplot.run(Script(), in: folder)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/canary"))
    let outcome = try ChildProcess(
      executable: FigureRenderer().executable, arguments: ["/dev/stdin"], folder: folder.path,
      timeout: 60, cancellation: Cancellation()
    ).run { close($0) }
    #expect(outcome.ending == .exited(0))
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/canary"))
  }

  @Test func startsInACleanEnvironment() throws {
    let folder = try WorkFolder()
    let seen = "\(folder.path)/seen"
    _ = try error("echo \"$@\" > \(seen); env | cut -d= -f1 >> \(seen); exit 1")
    let lines = try String(contentsOfFile: seen, encoding: .utf8).split(separator: "\n")
    #expect(lines.first == "-d /dev/stdin")
    // The shell adds the last three.
    let allowed: Set<Substring> = ["LC_ALL", "PATH", "HOME", "TMPDIR", "PWD", "_", "SHLVL"]
    #expect(Set(lines.dropFirst()).isSubset(of: allowed))
  }
}
