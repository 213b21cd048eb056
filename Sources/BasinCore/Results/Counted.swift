/// Counts before nouns: `1 input`, `2 inputs`.
public enum Counted {
  /// A count and what is counted: `1 test input`, `3 test inputs`.
  ///
  /// - Parameters:
  ///   - count: How many there are.
  ///   - plural: What they are, in the plural.
  public static func text(_ count: some BinaryInteger, _ plural: String) -> String {
    "\(count) \(count == 1 ? singular(plural) : plural)"
  }

  /// The same with the verb: `1 input is`, `3 inputs are`.
  public static func subject(_ count: some BinaryInteger, _ plural: String) -> String {
    "\(text(count, plural)) \(count == 1 ? "is" : "are")"
  }

  /// `entry` of `entries`, `class` of `classes`, `batch` of `batches`, `input` of `inputs`.
  static func singular(_ plural: String) -> String {
    if plural.hasSuffix("ies") { return plural.dropLast(3) + "y" }
    let endings = ["sses", "ches", "shes", "xes"]
    if endings.contains(where: plural.hasSuffix) { return String(plural.dropLast(2)) }
    return plural.hasSuffix("s") ? String(plural.dropLast()) : plural
  }
}
