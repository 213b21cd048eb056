/// A file could not be read as a checkpoint or an array.
public struct CheckpointError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public var path: String
  /// What is wrong, where in the file, and what to do.
  public var reason: String

  /// Creates the error.
  public init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  /// `runs/a.pt: record data/3 fails its CRC-32 check; …`
  public var description: String { "\(path): \(reason)" }
}

/// Names from files as messages may show them: control characters replaced, length bounded.
func shown(_ name: String) -> String {
  let clean = String(
    name.unicodeScalars.prefix(120).map {
      $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
        ? "\u{FFFD}" : Character($0)
    })
  return name.unicodeScalars.count > 120 ? clean + "…" : clean
}

/// What a reader accepts at most; beyond, a file is refused.
public struct ReadLimits: Sendable, Equatable {
  /// Tensors in a file.
  public var tensors = 200_000
  /// Bytes of one name.
  public var nameBytes = 4096
  /// Bytes of a pickle.
  public var pickleBytes = 64 << 20
  /// Levels of nested containers in a pickle.
  public var nesting = 200
  /// Entries of a pickle's memo.
  public var memo = 4_000_000
  /// Bytes that the values of a pickle may take, besides three times the file's own.
  public var valueBytes = 32 << 20
  /// Members of a zip archive.
  public var members = 1_000_000
  /// Bytes of the inflated members of an npz archive.
  public var inflatedBytes = 8 << 30
  /// Bytes to which an npz archive may inflate whatever its own size.
  public var inflatedBytesOfAny = 1 << 30
  /// How often the inflated members of a larger archive may exceed its size.
  public var archiveRatio = 100
  /// How often an inflated member may be larger than its deflated form.
  public var inflationRatio = 1100
  /// Bytes of one tensor, views that repeat elements included, over those of the file.
  public var expansion = 4

  /// The limits used unless others are given.
  public static let `default` = ReadLimits()
}
