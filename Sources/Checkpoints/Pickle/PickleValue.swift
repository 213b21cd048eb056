/// A pickle as a tree of inert values. Nothing in it has been called: a `REDUCE` is an ``object``
/// that says what would have been.
struct Pickle {
  /// A value; containers are places in ``nodes``, so that shared and even cyclic ones are plain data.
  enum Value {
    case none
    case bool(Bool)
    case int(Int)
    /// An integer of more than 64 bits, of which only that much is kept.
    case bigInteger
    case real(Double)
    case text(String)
    /// Bytes, as a range of the pickle.
    case bytes(Range<Int>)
    /// A name, as a place in ``Pickle/globals``.
    case global(Int)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    case object(Int)
    /// A persistent id: the tuple that names a storage.
    case storage(Int)
  }

  /// A name that a pickle mentions.
  struct Global: Hashable {
    var module: String
    var name: String
    var text: String { "\(module).\(name)" }
  }

  struct Node {
    /// Elements of a tuple or list; keys and values in turn of a dictionary; arguments of an object.
    var items: [Value] = []
    /// What would have been called, as a place in ``Pickle/globals``.
    var callable: Int?
    var depth = 1
  }

  var nodes: [Node] = []
  /// What `BUILD` gave an object, by its node.
  var states: [Int: Value] = [:]
  /// The tuples that were used as persistent ids, in order.
  var storages: [Int] = []
  /// The names that the pickle mentions, each once.
  var globals: [Global] = []
  var root: Value = .none

  /// The name that a value is.
  func global(_ value: Value) -> Global? {
    guard case .global(let place) = value else { return nil }
    return globals[place]
  }

  /// Elements of a tuple or list.
  func elements(_ value: Value) -> [Value]? {
    switch value {
    case .tuple(let node), .list(let node), .storage(let node): nodes[node].items
    default: nil
    }
  }

  /// Keys and values of a dictionary whose keys are all strings, in the order they were set.
  func pairs(_ value: Value) -> [(key: String, value: Value)]? {
    guard case .dictionary(let node) = value else { return nil }
    let items = nodes[node].items
    var pairs: [(key: String, value: Value)] = []
    for index in stride(from: 0, to: items.count - 1, by: 2) {
      guard case .text(let key) = items[index] else { return nil }
      pairs.append((key, items[index + 1]))
    }
    return pairs
  }

  /// An object's parts.
  func object(_ value: Value) -> (callable: Global, arguments: [Value], state: Value?)? {
    guard case .object(let node) = value, let callable = nodes[node].callable else { return nil }
    return (globals[callable], nodes[node].items, states[node])
  }
}
