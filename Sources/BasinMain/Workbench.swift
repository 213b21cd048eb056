import BasinKit
import BasinREPL
import BasinSession
import Foundation
import Logging
import Plotting
import Synchronization
import Torch

/// Standard error for the log, which repeats what came from outside.
private struct LogStream: TextOutputStream, Sendable {
  func write(_ text: String) {
    Streams.write(TerminalRenderer.neutralised(lines: text))
  }
}

/// Where the parts are put together.
enum Workbench {
  /// The version of the engine that is linked.
  static var engineVersion: String { Engine.version }

  /// What the program was started with.
  static let plugins = Mutex<[Plugin]>([])

  /// A new session with all plugins.
  static func session() throws -> Session {
    // The log is for whoever debugs Basin: BASIN_LOG=debug shows it on standard error.
    let level = ProcessInfo.processInfo.environment["BASIN_LOG"]
      .flatMap { Logger.Level(rawValue: $0) }
    var logger = Logger(label: "basin") { StreamLogHandler(label: $0, stream: LogStream()) }
    logger.logLevel = level ?? .warning
    let session = try Session(
      plugins: plugins.withLock(\.self), versions: { [("libtorch", Engine.version)] },
      logger: logger)
    session.workspace.unfinished = CachePlace.unfinished(in: CachePlace.folder)
    return session
  }

  /// Draws figures for a terminal: as an image where it can show one, as text elsewhere.
  static func drawing(_ session: Session, _ graphics: TerminalGraphics) -> FigureDrawing {
    let renderer = FigureRenderer(cancellation: session.cancellation)
    var said: Set<String> = []
    return { figure, columns, rows in
      guard session.display.figures != .none else { return nil }
      if let method = try method(session.display.figures, graphics) {
        let room = graphics.room
        let image = try renderer.terminalImage(
          figure, width: room.width, height: room.height, pixelsPerPoint: room.pixelsPerPoint,
          isDark: room.isDark)
        let text = try graphics.text(png: image.png, by: method)
        // Once a session, and not below each figure.
        guard let note = image.note, said.insert(note).inserted else { return text }
        let terminal = Terminal.current(STDOUT_FILENO)
        let hint = "`set figures text` draws with characters"
        return (text.hasSuffix("\n") ? text : text + "\n")
          + TerminalRenderer(terminal: terminal).text(Note("\(note.dropLast()); \(hint)."))
      }
      let hasColor = Terminal.current(STDOUT_FILENO).hasColor
      return try renderer.terminalText(figure, columns: columns, rows: rows, color: hasColor)
    }
  }

  private static func method(
    _ setting: DisplaySettings.Figures, _ graphics: TerminalGraphics
  ) throws -> TerminalGraphics.Method? {
    switch setting {
    case .auto: return Terminal.current(STDOUT_FILENO).canMoveCursor ? graphics.method : nil
    case .text, .none: return nil
    case .sixel: return .sixels
    case .kitty:
      if let name = graphics.multiplexerName {
        throw GraphicsError("\(name) does not pass on kitty graphics; use `set figures auto`")
      }
      return .kitty
    }
  }

  /// What runs commands without a prompt.
  static func runner(
    _ session: Session, json: Bool, keepGoing: Bool = false, isQuiet: Bool = false
  ) -> ScriptRunner {
    var runner = ScriptRunner(session)
    runner.format = json ? .json : .text
    runner.keepsGoing = keepGoing
    runner.isQuiet = isQuiet
    if isatty(STDOUT_FILENO) == 1 {
      runner.drawFigure = drawing(session, TerminalGraphics(takesKeys: false))
    }
    return runner
  }

  /// Runs one command of the session from the shell.
  static func run(line: String, in session: Session, json: Bool, isQuiet: Bool) -> Int32 {
    runner(session, json: json, isQuiet: isQuiet).run(line: line)
  }
}
