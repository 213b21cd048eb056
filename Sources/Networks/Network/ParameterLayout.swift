/// Where each named tensor lies in a flat vector.
public struct ParameterLayout: Sendable, Equatable {
  /// A named slice of the flat vector.
  public struct Entry: Sendable, Equatable {
    /// The dotted name; the first one where tied tensors have several.
    public var name: String
    /// Further names of the same tensor.
    public var aliases: [String] = []
    /// The shape.
    public var shape: [Int]
    /// Where the slice starts.
    public var offset: Int

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }
  }

  /// The slices, in the state dict's order and without gaps.
  public private(set) var entries: [Entry] = []
  /// The length of the flat vector.
  public private(set) var count = 0

  mutating func append(_ name: String, shape: [Int]) {
    entries.append(Entry(name: name, shape: shape, offset: count))
    count += entries[entries.count - 1].count
  }

  mutating func addAlias(_ name: String, to index: Int) { entries[index].aliases.append(name) }

  /// The slice of a name.
  public subscript(name: String) -> Entry? {
    entries.first { $0.name == name || $0.aliases.contains(name) }
  }
}
