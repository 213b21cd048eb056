import Landscape

/// Values of a grid, as many as have been computed: a command that was stopped goes on from them when
/// the same line is typed again.
public final class StoredSurface {
  /// A value for each point of the grid; `nil` where it has not been computed.
  public var values: [LandscapeValues?]

  init(count: Int) { values = [LandscapeValues?](repeating: nil, count: count) }

  /// The points that have no value yet.
  public var missing: [Int] { values.indices.filter { values[$0] == nil } }
}

/// Grids by what decides their values, the most recently used ones up to a number of points.
final class SurfaceStore {
  private let capacity: Int
  private var entries: [String: (surface: StoredSurface, used: Int)] = [:]
  private var clock = 0

  init(capacity: Int) { self.capacity = capacity }

  func surface(for key: String, count: Int) -> StoredSurface {
    clock += 1
    let surface = entries[key]?.surface ?? StoredSurface(count: count)
    entries[key] = (surface, clock)
    var total = entries.values.reduce(0) { $0 + $1.surface.values.count }
    while total > capacity, entries.count > 1,
      let oldest = entries.min(by: { $0.value.used < $1.value.used })
    {
      total -= oldest.value.surface.values.count
      entries[oldest.key] = nil
    }
    return surface
  }

  func removeAll() { entries = [:] }
}

extension Context {
  /// The values of a grid that were computed in this session, to be completed in place.
  ///
  /// - Parameters:
  ///   - key: What decides the values: weights, data, batch size. Settings that do so too forget
  ///     every grid when they change.
  ///   - count: How many points the grid has.
  public func surface(for key: String, count: Int) -> StoredSurface {
    workspace.surfaces.surface(for: key, count: count)
  }
}
