import BasinKit
import BasinPlugins
import BasinREPL
import BasinSession
import Foundation
import Logging
import Plotting
import Torch

/// Where the parts are put together.
enum Workbench {
  /// The version of the engine that is linked.
  static var engineVersion: String { Engine.version }

  /// A new session with all plugins.
  static func session() throws -> Session {
    // The log is for whoever debugs Basin: BASIN_LOG=debug shows it on standard error.
    let level = ProcessInfo.processInfo.environment["BASIN_LOG"]
      .flatMap { Logger.Level(rawValue: $0) }
    var logger = Logger(label: "basin") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = level ?? .warning
    return try Session(
      plugins: basinPlugins, versions: { [("libtorch", Engine.version)] }, logger: logger)
  }

  /// Draws figures as text for a terminal.
  static func drawing(_ session: Session) -> FigureDrawing {
    let renderer = FigureRenderer(cancellation: session.cancellation)
    return { figure, columns, rows in
      let hasColor = Terminal.current(STDOUT_FILENO).hasColor
      return try renderer.terminalText(figure, columns: columns, rows: rows, color: hasColor)
    }
  }

  /// What runs commands without a prompt.
  static func runner(
    _ session: Session, json: Bool, keepGoing: Bool = false
  ) -> ScriptRunner {
    var runner = ScriptRunner(session)
    runner.format = json ? .json : .text
    runner.keepsGoing = keepGoing
    if isatty(STDOUT_FILENO) == 1 { runner.drawFigure = drawing(session) }
    return runner
  }

  /// Runs one command of the session from the shell.
  static func run(line: String, in session: Session, json: Bool) -> Int32 {
    runner(session, json: json).run(text: line)
  }
}
