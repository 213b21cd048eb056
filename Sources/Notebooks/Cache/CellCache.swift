import BasinCore
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Results of cells that were computed before.
///
/// An entry is a folder of its own, `KEY/CONDITIONS/`. The key is a SHA-256 over the cell's commands
/// with parameters filled in, the settings (the seed is one) and the versions. The conditions are
/// what the commands read: session values by identity, files by SHA-256, the meaning of file
/// patterns. An entry counts where all of them hold: nothing that a user must declare, and nothing
/// that prose, captions or the order of other cells change.
///
/// Entries are made beside their place and renamed into it; one that is there is never changed. Any
/// number of processes can use one cache at once: what one removes while another reads is computed
/// again. Each file is checked by its SHA-256 when it is read.
public final class CellCache {
  /// The folder.
  public let folder: String
  /// Bytes that all entries may take.
  public let capacity: Int

  /// Told in one line of what is wrong with the cache: an entry that was damaged, a full disk.
  public var onNote: (String) -> Void = { _ in }

  private let stamp: String
  private var size: Int?
  private var hasFailed = false

  /// A cache in a folder, which is made when something is stored.
  ///
  /// - Parameters:
  ///   - folder: where entries are.
  ///   - capacity: bytes that all entries may take; the ones used least recently go first.
  ///   - program: what computes: results of another build of it are not used.
  public init(
    folder: String, capacity: Int, program: String = CellCache.program
  ) {
    (self.folder, self.capacity, stamp) = (folder, capacity, program)
  }

  /// The running program's size and time of building.
  public static let program: String = {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return "" }
    return "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
  }()

  /// What decides a cell's results, besides what its commands read.
  func key(of cell: Notebook.Cell, settings: [NamedValue], versions: [NamedValue]) -> String {
    SHA256.hexadecimal(
      ofParts: [stamp] + cell.lines.map(\.text) + ["settings"]
        + settings.flatMap { [$0.name, $0.value] } + ["versions"]
        + versions.flatMap { [$0.name, $0.value] })
  }

  /// The entry that counts now, with its effects done; `nil` when the cell must be computed.
  ///
  /// - Throws: `Cancelled`.
  func bringBack(
    _ key: String, of cell: Notebook.Cell, with interpreter: any KeepingInterpreter
  ) throws -> KeptCell? {
    for place in CacheFolder.entries(of: key, in: folder) {
      guard let conditions = FileManager.default.contents(atPath: place + "/conditions"),
        FilePath.name(of: place) == SHA256.hexadecimal(of: conditions)
      else {
        drop(place, of: cell)
        continue
      }
      guard interpreter.holds(conditions) else { continue }
      do {
        let kept = try KeptCell(contentsOf: place + "/cell")
        let effects = KeptEffects(conditions: conditions, outcome: kept.outcome)
        guard try interpreter.bringBack(effects, of: cell.lines.map(\.text), from: place) else {
          continue
        }
        CacheFolder.touch(place)
        return kept
      } catch let cancelled as Cancelled {
        throw cancelled
      } catch {
        drop(place, of: cell)
      }
    }
    return nil
  }

  // Another process may have removed it just now: that is no damage.
  private func drop(_ place: String, of cell: Notebook.Cell) {
    guard FileManager.default.fileExists(atPath: place) else { return }
    onNote("cache: the entry of cell '\(cell.id)' is damaged; the cell is computed again")
    CacheFolder.remove(place, in: folder)
  }

  /// Ends the interpreter's keeping, and stores what a cell returned and did, if that can be.
  func store(
    _ key: String, _ kept: KeptCell, with interpreter: any KeepingInterpreter
  ) {
    if hasFailed { return interpreter.stopKeeping() }
    WritePolicy.withoutPolicy { storeNow(key, kept, with: interpreter) }
  }

  private func storeNow(
    _ key: String, _ kept: KeptCell, with interpreter: any KeepingInterpreter
  ) {
    do {
      let building = try CacheFolder.makeBuilding(in: folder)
      defer { try? FileManager.default.removeItem(atPath: building) }
      guard let effects = try interpreter.finishKeeping(in: building) else { return }
      var kept = kept
      kept.outcome = effects.outcome
      try CacheFolder.write(effects.conditions, to: building + "/conditions")
      try CacheFolder.write(try kept.data(), to: building + "/cell")
      let bytes = CacheFolder.size(of: building)
      guard bytes <= capacity else { return }
      try CacheFolder.place(
        building, at: key, SHA256.hexadecimal(of: effects.conditions), in: folder)
      let total = (size ?? CacheFolder.size(ofEntriesIn: folder)) + bytes
      size = total > capacity ? CacheFolder.evict(in: folder, to: capacity) : total
    } catch {
      interpreter.stopKeeping()
      hasFailed = true
      onNote("cache: \(error); results of this run are not kept")
    }
  }

  /// Removes what was used least recently until the rest fits.
  public func trim() {
    if CacheFolder.size(ofEntriesIn: folder) > capacity {
      size = CacheFolder.evict(in: folder, to: capacity)
    }
  }

  /// All entries, the ones used last first.
  public func entries() -> [Entry] {
    CacheFolder.entries(in: folder).compactMap { place, used in
      guard let kept = try? KeptCell(contentsOf: place + "/cell") else { return nil }
      return Entry(
        notebook: kept.notebook, cell: kept.cell, computed: kept.computed, used: used,
        seconds: kept.seconds, bytes: CacheFolder.size(of: place))
    }
  }

  /// Removes all entries; says how many, and how many bytes they took.
  ///
  /// - Throws: `FileError` when one cannot be removed.
  public func clear() throws -> (entries: Int, bytes: Int) {
    let places = CacheFolder.entries(in: folder).map(\.place)
    var bytes = 0
    for place in places {
      bytes += CacheFolder.size(of: place)
      guard CacheFolder.remove(place, in: folder) else {
        throw FileError("cannot remove", place, errno)
      }
    }
    CacheFolder.removeLeftovers(in: folder)
    size = nil
    return (places.count, bytes)
  }

  /// What is known of an entry.
  public struct Entry: Sendable {
    /// The notebook whose run stored it.
    public var notebook: String
    /// The cell in it.
    public var cell: String
    /// When it was computed.
    public var computed: Date
    /// When it was used last.
    public var used: Date
    /// How long computing it took.
    public var seconds: Double
    /// How many bytes it takes.
    public var bytes: Int
  }
}
