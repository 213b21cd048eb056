/// What git leaves in a file's place until git-lfs fetches it.
enum LFSPointer {
  private static let start = Array("version https://git-lfs.github.com/spec/".utf8)

  /// - Throws: ``CheckpointError`` for a pointer, with what fetches the file.
  static func refuse(_ source: ByteSource) throws {
    guard source.count >= start.count, source.count < 1024,
      try Array(source.bytes(0..<start.count)) == start
    else { return }
    throw CheckpointError(
      source.path,
      "it is git-LFS's pointer to the file and not the file; `git lfs pull` in its repository fetches it"
    )
  }
}
