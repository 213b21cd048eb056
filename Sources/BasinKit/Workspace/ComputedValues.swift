/// What commands computed and may be asked for again in the session, by what decides it: the values used
/// last, up to a number of them. A command that was cancelled finds here what it had done.
final class ComputedValues {
  private let capacity: Int
  private var entries: [(key: [String], value: AnyObject)] = []

  init(capacity: Int) { self.capacity = capacity }

  func value<Value: AnyObject>(for key: [String], making make: () -> Value) -> Value {
    if let index = entries.firstIndex(where: { $0.key == key }),
      let known = entries[index].value as? Value
    {
      entries.append(entries.remove(at: index))
      return known
    }
    let made = make()
    entries.append((key, made))
    if entries.count > capacity { entries.removeFirst() }
    return made
  }

  func removeAll() { entries = [] }
}
