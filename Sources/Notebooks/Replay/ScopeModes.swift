/// What a run does with each cell, by its place.
struct ScopeModes {
  enum Mode {
    /// Take it from the cache, or compute it.
    case cachedOrComputed
    /// Compute it whatever the cache has.
    case computed
    /// Take it from the cache, or leave it out.
    case cachedOrSkipped
    /// Leave it out.
    case left
  }

  private let modes: [Mode]

  /// - Throws: ``NotebookError`` when no cell has an id that is asked for.
  init(_ scope: Replay.Scope, _ notebook: Notebook) throws {
    func place(_ id: String) throws -> Int {
      if let place = notebook.cells.firstIndex(where: { $0.id == id }) { return place }
      let ids = notebook.cells.map(\.id)
      let known = ids.prefix(12).joined(separator: ", ") + (ids.count > 12 ? ", …" : "")
      throw NotebookError(
        file: notebook.file,
        "there is no cell “\(id)”; "
          + (suggestion(for: id, among: ids)
            ?? (ids.isEmpty ? "the notebook has none" : "there are \(known)")))
    }
    let places = notebook.cells.indices
    switch scope {
    case .all: modes = places.map { _ in .cachedOrComputed }
    case .from(let id):
      let first = try place(id)
      modes = places.map { $0 < first ? .cachedOrComputed : .computed }
    case .ahead(let id):
      let chosen = try place(id)
      modes = places.map {
        $0 < chosen ? .cachedOrSkipped : $0 == chosen ? .cachedOrComputed : .left
      }
    case .only(let ids):
      let chosen = Set(try ids.map(place))
      let last = chosen.max() ?? -1
      modes = places.map {
        chosen.contains($0) ? .computed : $0 < last ? .cachedOrComputed : .cachedOrSkipped
      }
    }
  }

  subscript(place: Int) -> Mode { modes[place] }
}
