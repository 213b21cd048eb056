/// What a command does to anything but the session, known from its arguments before it runs.
///
/// `basin run --dry-run` lists it. Of a notebook's commands only those that say so can write files, and
/// those files only.
public protocol CommandEffects {
  /// The files that the command writes, and the folders into which it writes; empty unless given.
  var writes: [String] { get }
  /// The files that the command runs as programs (TorchScript); empty unless given.
  var programs: [String] { get }
}

extension CommandEffects {
  /// Nothing.
  public var writes: [String] { [] }
  /// Nothing.
  public var programs: [String] { [] }
}
