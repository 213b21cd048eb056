import CTorch

/// Facts and settings of the libtorch that Basin runs on.
public enum Engine {
  /// libtorch's version, for instance `1.13.1`.
  public static var version: String { String(cString: ct_version()) }

  /// Threads that one operator may use. Results of reductions can differ in the last bit between
  /// thread counts, so provenance records it.
  public static var threads: Int {
    get { Int(ct_threads()) }
    set {
      // libtorch refuses none below 1.
      guard ct_set_threads(Int32(clamping: max(1, newValue))) == nil else {
        preconditionFailure("libtorch does not take \(newValue) threads")
      }
    }
  }

  /// Whether tensors can live on a device such as `cpu`, `cuda` or `cuda:1`.
  public static func isAvailable(device: String) -> Bool { ct_device_available(device) }
}
