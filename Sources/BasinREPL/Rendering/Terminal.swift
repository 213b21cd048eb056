import CEdit
import Foundation

/// What is known of the terminal behind a file descriptor.
public struct Terminal: Sendable, Equatable {
  /// Whether a person looks at it; otherwise it is a file or a pipe.
  public var isInteractive: Bool
  /// Its width in characters; `nil` where nothing needs to fit.
  public var columns: Int?
  /// Its height in lines; `nil` where it is not known.
  public var rows: Int?
  /// Whether colours may be used.
  public var hasColor: Bool
  /// Whether the cursor can be moved; a dumb terminal only prints.
  public var canMoveCursor: Bool

  /// Describes a terminal.
  public init(
    isInteractive: Bool, columns: Int? = nil, rows: Int? = nil, hasColor: Bool = false,
    canMoveCursor: Bool = false
  ) {
    self.isInteractive = isInteractive
    self.columns = columns
    self.rows = rows
    self.hasColor = hasColor
    self.canMoveCursor = canMoveCursor
  }

  /// A file or a pipe: plain text of any width.
  public static let plain = Terminal(isInteractive: false)

  /// The terminal behind `descriptor` as it is now. There are no colours where `NO_COLOR` is set,
  /// and neither colours nor cursor movements where `TERM` is `dumb` or missing.
  public static func current(
    _ descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Terminal {
    guard isatty(descriptor) == 1 else { return .plain }
    let isDumb = ["", "dumb"].contains(environment["TERM"] ?? "")
    let forbidsColor = !(environment["NO_COLOR"] ?? "").isEmpty
    var columns: Int32 = 80
    var rows: Int32 = 24
    _ = cedit_window_size(descriptor, &columns, &rows)
    return Terminal(
      isInteractive: true, columns: Int(columns), rows: Int(rows),
      hasColor: !isDumb && !forbidsColor, canMoveCursor: !isDumb)
  }
}

extension Terminal {
  /// A cell's size in pixels, where the terminal behind `descriptor` has said it to the system.
  static func cellSize(_ descriptor: Int32) -> (width: Int, height: Int)? {
    var width: Int32 = 0
    var height: Int32 = 0
    guard cedit_cell_size(descriptor, &width, &height) else { return nil }
    return (Int(width), Int(height))
  }
}

/// How a piece of text stands out, where the terminal has colours.
enum TextStyle: String {
  case bold = "1"
  case dim = "2"
  case red = "31"
  case yellow = "33"

  func applied(to text: String, in terminal: Terminal) -> String {
    terminal.hasColor && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }
}
