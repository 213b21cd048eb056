import BasinCore
import Datasets
import Foundation

/// Notes what commands read of a session and of files, and what they change, so that the same can be
/// done again without them.
public final class Tracer {
  /// What was read before it was made: all that decides results besides the commands, the settings
  /// and the versions. Equal values encode to equal bytes.
  public struct Conditions: Codable, Sendable, Equatable {
    /// What one name in the session stands for.
    public struct Named: Codable, Sendable, Equatable {
      /// The name.
      public var name: String
      /// The value's identity; `nil` when there was no such name.
      public var identity: String?
    }

    /// What a pattern of file names meant.
    public struct Listing: Codable, Sendable, Equatable {
      /// The pattern.
      public var pattern: String
      /// The files, in order.
      public var paths: [String]
    }

    /// Session values that were asked for, by name.
    public var values: [Named] = []
    /// All names there were, when they were asked for.
    public var names: [String]?
    /// Whether the dataset in use was asked for.
    public var usesDataset = false
    /// The identity of the dataset in use; `nil` also when there was none.
    public var dataset: String?
    /// Files that were opened, by path.
    public var files: [InputFile] = []
    /// Patterns of file names.
    public var listings: [Listing] = []
  }

  /// A change to the session.
  public enum Change: Sendable {
    /// A name was bound.
    case bound(String, any SessionValue)
    /// A setting was changed.
    case set(String, String)
  }

  /// What was read.
  public private(set) var conditions = Conditions()
  /// What changed, in order.
  public private(set) var changes: [Change] = []
  /// Files and folders that were written.
  public private(set) var written: [String] = []
  /// Whether all was noted that there is to know.
  public private(set) var isComplete = true

  private var bound: Set<String> = []
  private var read: Set<String> = []
  private var hasDataset = false

  /// Has noted nothing.
  public init() {}

  func read(_ name: String, _ value: (any SessionValue)?) {
    // What these commands bound themselves is no condition.
    guard !bound.contains(name), read.insert(name).inserted else { return }
    if value != nil, value?.identity == nil { isComplete = false }
    conditions.values.append(.init(name: name, identity: value?.identity))
    conditions.values.sort { $0.name < $1.name }
  }

  func read(all values: [String: any SessionValue]) {
    for (name, value) in values { read(name, value) }
    if conditions.names == nil {
      conditions.names = values.keys.filter { !bound.contains($0) }.sorted()
    }
    // Names that were replaced before they were listed cannot be told from new ones.
    if !bound.isEmpty { isComplete = false }
  }

  func read(dataset: Dataset?) {
    guard !hasDataset, !conditions.usesDataset else { return }
    if dataset != nil, dataset?.identity == nil { isComplete = false }
    conditions.usesDataset = true
    conditions.dataset = dataset?.identity
  }

  func read(_ file: InputFile) {
    if !conditions.files.contains(file) {
      conditions.files.append(file)
      conditions.files.sort { ($0.path, $0.sha256) < ($1.path, $1.sha256) }
    }
  }

  func read(_ pattern: String, matching paths: [String]) {
    let listing = Conditions.Listing(pattern: pattern, paths: paths)
    if !conditions.listings.contains(listing) {
      conditions.listings.append(listing)
      conditions.listings.sort { $0.pattern < $1.pattern }
    }
  }

  func bound(_ name: String, _ value: any SessionValue) {
    bound.insert(name)
    changes.append(.bound(name, value))
    if value is Dataset { hasDataset = true }
  }

  func set(_ name: String, _ value: String) { changes.append(.set(name, value)) }

  func wrote(_ path: String) { if !written.contains(path) { written.append(path) } }

  func refuse() { isComplete = false }
}
