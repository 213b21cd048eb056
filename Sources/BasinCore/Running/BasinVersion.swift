/// Basin's own version.
public enum BasinVersion {
  /// As the CHANGELOG counts it.
  public static let text = "0.1.0"
}
