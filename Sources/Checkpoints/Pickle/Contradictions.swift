extension Pickle {
  /// Why a pickle means two things at once: a dictionary with one name twice, anywhere in it, or a
  /// storage claimed as two types or of two sizes; `nil` where it does not.
  ///
  /// PyTorch never writes such files, and readers disagree about what they hold.
  var contradiction: String? {
    var ids: [String: StorageID] = [:]
    for node in storages {
      guard let id = try? StorageID(self, node, { CheckpointError("", $0) }) else { continue }
      if let known = ids[id.key], known.type != id.type || known.byteCount != id.byteCount {
        return
          "storage '\(shown(id.key))' is claimed \(known.type == id.type ? "of two sizes" : "as two types")"
      }
      ids[id.key] = id
    }
    var seen = Set<Int>()
    var waiting = [root] + states.values
    while let value = waiting.popLast() {
      switch value {
      case .dictionary(let node):
        guard seen.insert(node).inserted else { continue }
        let items = nodes[node].items
        var names = Set<String>()
        for index in stride(from: 0, to: items.count - 1, by: 2) {
          if case .text(let name) = items[index], !names.insert(name).inserted {
            return "a dictionary in it has two entries named '\(shown(name))'"
          }
          waiting.append(items[index + 1])
        }
      case .tuple(let node), .list(let node), .object(let node), .storage(let node):
        if seen.insert(node).inserted { waiting += nodes[node].items }
      default: break
      }
    }
    return nil
  }
}
