extension Notebook {
  /// A fenced `basin` block: one or more command lines.
  public struct Cell: Sendable, Equatable, Identifiable {
    /// One command: a line of the cell, joined with those that continue it.
    public struct Line: Sendable, Equatable {
      /// The command, parameters filled in.
      public var text: String
      /// The line of the file on which it begins, counted from 1.
      public var number: Int
    }

    /// What names the cell in the page, in file names and in JSON: its `id=…`, or else a name
    /// made from its content, which does not change when other cells come and go.
    public var id: String
    /// What is written after `basin` in the fence.
    public var options: Options
    /// The text of the cell as a report shows it: parameters filled in, comments kept.
    public var source: String
    /// The commands in it; empty when there are only comments.
    public var lines: [Line]
    /// The lines of the file that it takes up, fences included, counted from 1.
    public var range: ClosedRange<Int>
  }
}

extension Notebook.Cell {
  /// What is written after `basin` in the opening fence of a cell.
  public struct Options: Sendable, Equatable {
    /// `hide`: a report shows the results but not the commands.
    public var isHidden = false
    /// `allow-error`: the run counts as fine although this cell fails.
    public var mayFail = false
    /// `caption="…"`: goes below the cell's first figure, or else above its first table.
    public var caption: String?
    /// `id=…`
    public var id: String?

    /// Creates the options of a plain cell.
    public init() {}
  }
}
