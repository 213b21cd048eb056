import Foundation
import Synchronization

extension StoredTensor {
  /// Bytes that tensors are views of: a range of a file, checked and if need be inflated before
  /// first use.
  struct Storage: Sendable {
    /// The file, for messages.
    var path: String
    /// The size of the file, or of what is made of it.
    var fileSize: Int
    /// Where the bytes lie in what ``open()`` gives.
    var range: Range<Int>
    var isBigEndian = false
    private let contents: Contents

    /// Bytes of a source as they are.
    ///
    /// - Parameter check: What is to hold before the first byte is used: a checksum.
    init(
      source: ByteSource, range: Range<Int>, isBigEndian: Bool = false,
      check: (@Sendable () throws -> Void)? = nil
    ) {
      path = source.path
      fileSize = source.count
      self.range = range
      self.isBigEndian = isBigEndian
      contents = Contents {
        try check?()
        return source
      }
    }

    /// Bytes that exist only once something is done, such as inflating: `range` is of its outcome.
    init(
      of source: ByteSource, range: Range<Int>, isBigEndian: Bool,
      made make: @escaping @Sendable () throws -> ByteSource
    ) {
      path = source.path
      // What is made may be larger than the file, and views of it are measured by it.
      fileSize = max(source.count, range.upperBound)
      self.range = range
      self.isBigEndian = isBigEndian
      contents = Contents(make)
    }

    var count: Int { range.count }

    /// Whether two are the same bytes of one file, and not only equal ones.
    func isSame(as other: Storage) -> Bool { contents === other.contents && range == other.range }

    /// The bytes that ``range`` is a range of.
    ///
    /// - Throws: ``CheckpointError`` when they fail their checksum or do not inflate.
    func open() throws -> ByteSource { try contents.source() }
  }

  // Made once, for all views of the storage.
  private final class Contents: Sendable {
    private let known = Mutex<ByteSource?>(nil)
    private let make: @Sendable () throws -> ByteSource

    init(_ make: @escaping @Sendable () throws -> ByteSource) { self.make = make }

    func source() throws -> ByteSource {
      try known.withLock { known in
        if let known { return known }
        let source = try make()
        known = source
        return source
      }
    }
  }
}
