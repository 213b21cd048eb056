import CEdit
import CSixel

/// Versions of the libraries that the prompt is made with.
public enum PromptLibraries {
  /// libedit's, as its header has it: `2.11`.
  public static var editVersion: String { "\(LIBEDIT_MAJOR).\(LIBEDIT_MINOR)" }
  /// libsixel's: `1.10.3`.
  public static var sixelVersion: String { String(cString: csixel_version()) }
}
