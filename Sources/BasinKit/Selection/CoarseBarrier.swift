import BasinCore

extension Note {
  /// A warning that barriers are from one or two places only; `nil` where there are more.
  ///
  /// - Parameter count: How many measured places lie between the ends.
  public static func coarse(barriersFrom count: Int) -> Note? {
    guard count < 3 else { return nil }
    return Note(
      "\(barrierPlaces(count)): what is higher elsewhere is not seen; raise --points",
      level: .warning)
  }

  /// From how many places barriers are, a clause.
  ///
  /// - Parameter count: How many measured places lie between the ends.
  public static func barrierPlaces(_ count: Int) -> String {
    "barriers are from \(Counted.text(count, "places")) between the ends"
  }
}
