extension TorchError {
  /// Why libtorch did not read a program.
  public enum Unread: Sendable, Equatable {
    /// It lacks an operator, by its whole name: one of PyTorch's own, or of another library.
    case lacking(String, isOwn: Bool)
    /// It has the operator, with other arguments.
    case otherArguments(String)
    /// The file's format is newer.
    case newerFormat
    /// Its own words, without the lines of the program that follow them.
    case other(String)
  }

  /// What libtorch's words say about a program that it did not read.
  public var unread: Unread {
    if let found = message.firstMatch(of: /Unknown builtin op: ((\w+)::\w+)/) {
      return .lacking(String(found.1), isOwn: found.2 == "aten")
    }
    if let found = message.firstMatch(of: /Arguments for call are not valid.*?(\w+::\w+)\(/) {
      return .otherArguments(String(found.1))
    }
    if message.contains("maximum supported version") { return .newerFormat }
    let first = message.split(separator: "; ").first ?? Substring(message)
    return .other(String(first.trimmingSuffix { $0 == ":" || $0 == "." }))
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while isLeft: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, isLeft(last) { text.removeLast() }
    return text
  }
}
