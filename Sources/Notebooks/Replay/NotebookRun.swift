import BasinCore
import Foundation
import Plotting

/// A notebook that has been run: what a report is made from.
public struct NotebookRun: Sendable {
  /// How the run went as a whole.
  public enum Status: Sendable, Equatable {
    /// Every cell did what it should.
    case fine
    /// So many cells failed that should not have.
    case failed(cells: Int)
    /// The user stopped the run; the report has what was done until then.
    case cancelled

    /// `fine`, `failed` or `cancelled`.
    public var word: String {
      switch self {
      case .fine: "fine"
      case .failed: "failed"
      case .cancelled: "cancelled"
      }
    }
  }

  /// What was run.
  public var notebook: Notebook
  /// Its cells with what came out, top to bottom.
  public var cells: [CellRun]
  /// Versions of everything that made numbers or pages.
  public var versions: [NamedValue]
  /// The plugins that there were, with their versions.
  public var plugins: [NamedValue]
  /// Settings that change numbers, as they stood after the last cell.
  public var settings: [NamedValue]
  /// How long it all took.
  public var seconds: Double

  /// How the run went as a whole.
  public var status: Status {
    if cells.contains(where: { $0.status == .cancelled || $0.status == .notRun }) {
      return .cancelled
    }
    let failed = cells.count { $0.status == .failed }
    return failed > 0 ? .failed(cells: failed) : .fine
  }

  /// Every file that commands read, once, by path.
  public var inputs: [InputFile] {
    let all = Set(cells.flatMap(\.commands).flatMap(\.inputs))
    return all.sorted { ($0.path, $0.sha256) < ($1.path, $1.sha256) }
  }
}

/// A cell that has been run, or not.
public struct CellRun: Sendable {
  /// How a cell went.
  public enum Status: String, Sendable, Equatable, Codable {
    /// All its commands ran.
    case fine
    /// A command failed.
    case failed
    /// A command failed in a cell that has `allow-error`.
    case failedAsAllowed = "failed, as allowed"
    /// The user stopped it.
    case cancelled
    /// The user had stopped the run before.
    case notRun = "not run"
    /// The run was asked for other cells only, and nothing was in the cache.
    case skipped
  }

  /// A command that ran to its end.
  public struct Command: Sendable, Equatable, Codable {
    /// The command as it was understood.
    public var command: String
    /// The plugin that owns it, with its version; `nil` for Basin's own.
    public var plugin: String?
    /// The seed of its random draws; `nil` when it drew nothing.
    public var seed: UInt64?
    /// How long it took.
    public var seconds: Double
    /// The files it read.
    public var inputs: [InputFile]

    init(_ evaluation: Evaluation) {
      command = evaluation.command
      plugin = evaluation.plugin
      seed = evaluation.seed
      seconds = evaluation.seconds
      inputs = evaluation.inputs
    }
  }

  /// One thing to show, as others may read it: making one scrubs the item before it is drawn.
  public struct Output: Sendable, Equatable {
    /// A figure as drawn.
    public struct Drawing: Sendable, Equatable {
      /// The name of its files, unique in the run.
      public var name: String
      /// What was drawn.
      public var drawn: RenderedFigure
    }

    /// What a command returned, without the machine's folders.
    public let item: Result.Item
    /// What was drawn of a figure; `nil` of other items.
    public let drawing: Drawing?

    init(_ item: Result.Item, draw: (Figure) throws -> Drawing) throws {
      self.item = try Privacy.scrub(item)
      if case .figure(let figure) = self.item {
        drawing = try draw(figure)
      } else {
        drawing = nil
      }
    }
  }

  /// The cell.
  public var cell: Notebook.Cell
  /// How it went.
  public var status: Status
  /// The commands that ran to their end.
  public var commands: [Command] = []
  /// What they returned, in order, figures drawn.
  public var outputs: [Output] = []
  /// Why the cell failed, in one line.
  public var error: String?
  /// How long it took.
  public var seconds: Double = 0
  /// When the results were computed, where they came from the cache.
  public var computed: Date?
}

/// A setting or a version.
public struct NamedValue: Sendable, Equatable, Codable {
  /// What it is: `seed`, `libtorch`.
  public var name: String
  /// Its value as text.
  public var value: String

  /// Creates a named value.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
