import Landscape

/// Values of a grid, as many as have been computed: a command that was stopped goes on from them when
/// the same line is typed again.
final class StoredSurface {
  /// A value for each point of the grid; `nil` where it has not been computed.
  var values: [LandscapeValues?]

  init(count: Int) { values = [LandscapeValues?](repeating: nil, count: count) }

  /// The points that have no value yet.
  var missing: [Int] { values.indices.filter { values[$0] == nil } }
}
