import BasinKit
import BasinREPL
import Foundation
import Notebooks

/// `basin run --jobs`: one cell of a notebook, computed for another process.
struct NotebookAhead {
  var command: Run
  var cell: String

  /// Computes the cell, if the cache does not have it, and stores it there. What goes wrong, the other
  /// process meets itself.
  func run() {
    guard let document = try? Notebook(contentsOf: command.notebook, overrides: command.overrides),
      let session = try? Workbench.session(), let cache = try? CachePlace.cache(),
      let permissions = try? NotebookPermissions(command, document)
    else { return }
    var replay = Replay(document, with: session)
    replay.cache = cache
    replay.scope = .ahead(cell)
    _ = try? permissions.during {
      try Interrupts(session.cancellation).during { try replay.run() }
    }
  }

  /// What starts such processes.
  static func work(for command: Run, processes: Int, in cache: CellCache) -> WorkAhead {
    WorkAhead(processes: processes) { cell in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments =
        ["run", command.notebook, "--ahead", cell]
        + command.parameters.flatMap { ["-P", $0] } + (command.trust ? ["--trust"] : [])
        + command.allowWrite.flatMap { ["--allow-write", $0] }
      process.environment = ProcessInfo.processInfo.environment.merging(
        ["BASIN_CACHE": cache.folder, "BASIN_CACHE_SIZE": "\(cache.capacity)"]) { $1 }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      return process
    }
  }
}

/// A cache for one run.
struct TemporaryCache {
  let cache: CellCache
  private let folder: ScratchFolder

  /// - Throws: `FileError` when its folder cannot be made.
  init() throws {
    folder = try ScratchFolder(for: "cache")
    cache = CellCache(folder: folder.path, capacity: 1 << 62)
  }
}
