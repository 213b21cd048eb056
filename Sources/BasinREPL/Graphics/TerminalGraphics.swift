import CEdit
import Foundation

/// What the terminal shows images by, and where they fit. It is asked once, when there is the first
/// image to show, so that nobody waits for it at the start.
public final class TerminalGraphics {
  /// How an image reaches the terminal.
  public enum Method: Sendable, Equatable {
    /// PNG by the kitty graphics protocol.
    case kitty
    /// DEC's sixels.
    case sixels
  }

  /// The room that an image has.
  public struct Room: Sendable, Equatable {
    /// In pixels.
    public var width: Int
    /// In pixels.
    public var height: Int
    /// Pixels of the screen for one of a page.
    public var pixelsPerPoint: Double
    /// Whether the terminal's background is dark.
    public var isDark: Bool
  }

  private let question: TerminalQuestion
  private let multiplexer: String?
  private var asked: TerminalAnswers??
  private var keys: [UInt8] = []

  /// Creates what asks the terminal of two descriptors.
  ///
  /// - Parameter takesKeys: whether keys that are pressed meanwhile are collected for the prompt; where
  ///   there is none, nothing is asked while keys are waiting.
  public convenience init(takesKeys: Bool) {
    self.init(
      question: TerminalQuestion(
        input: STDIN_FILENO, output: STDOUT_FILENO, takesKeys: takesKeys),
      environment: ProcessInfo.processInfo.environment)
  }

  init(question: TerminalQuestion, environment: [String: String]) {
    self.question = question
    multiplexer =
      environment["TMUX"]?.isEmpty == false
      ? "tmux" : environment["STY"]?.isEmpty == false ? "screen" : nil
  }

  /// What the terminal says that it can show; `nil` for no images.
  public var method: Method? {
    guard let answers else { return nil }
    return answers.hasKittyGraphics ? .kitty : answers.hasSixels ? .sixels : nil
  }

  /// The multiplexer between Basin and the terminal, which does not hand kitty graphics on.
  public var multiplexerName: String? {
    multiplexer ?? answers.flatMap { Self.isMultiplexer($0.version) ? $0.version : nil }
  }

  /// The room for an image between two prompts.
  public var room: Room {
    let terminal = Terminal.current(question.output)
    let cell = cell
    return Room(
      width: max(20, terminal.columns ?? 80) * cell.width,
      height: max(8, (terminal.rows ?? 24) - 3) * cell.height,
      pixelsPerPoint: Double(cell.width) / 8, isDark: answers?.isDark ?? true)
  }

  /// The escape sequences that show a PNG image of our own, at the cursor.
  ///
  /// - Throws: ``GraphicsError``.
  public func text(png: Data, by method: Method) throws -> String {
    switch method {
    case .kitty:
      // Where the cells' size is not known, the terminal fits the image in.
      let columns =
        answers?.cell == nil ? min(80, Terminal.current(question.output).columns ?? 80) : nil
      return KittyImage.text(png: png, columns: columns)
    case .sixels: return try SixelImage.text(png: png)
    }
  }

  /// Keys that were pressed while the terminal was asked, for the prompt.
  func takeKeys() -> [UInt8] {
    defer { keys = [] }
    return keys
  }

  static func isMultiplexer(_ version: String) -> Bool {
    version.hasPrefix("tmux") || version.hasPrefix("screen")
  }

  private var cell: (width: Int, height: Int) {
    answers?.cell ?? Terminal.cellSize(question.output) ?? (width: 8, height: 16)
  }

  private var answers: TerminalAnswers? {
    if let asked { return asked }
    let answers = question.ask(isMultiplexed: multiplexer != nil)
    keys += answers?.keys ?? []
    asked = .some(answers)
    return answers
  }
}

/// An image cannot be shown at the terminal.
public struct GraphicsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String

  /// Creates the error.
  public init(_ description: String) { self.description = description }
}
