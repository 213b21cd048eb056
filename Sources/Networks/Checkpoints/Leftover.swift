/// Tensors that would be left out beside others that fit an architecture.
struct Leftover {
  private let left: Remedy.Tensors
  private let rest: Remedy.Tensors

  init(_ left: Remedy.Tensors, beside rest: Remedy.Tensors) {
    // A copy, as that of an average or a teacher, is another network.
    let kept = Set(rest.map { Key(name: Self.ending($0.name), shape: $0.shape) })
    self.left = left.filter { tensor in
      if Bystander.isNamed(tensor.name) { return false }
      return !Bystander.isNamedCopy(tensor.name)
        || !kept.contains(Key(name: Self.ending(tensor.name), shape: tensor.shape))
    }
    self.rest = rest
  }

  /// The tensors of some names, beside all others.
  init(named names: some Sequence<String>, of tensors: Remedy.Tensors) {
    let own = Set(names)
    self.init(
      tensors.filter { own.contains($0.name) }, beside: tensors.filter { !own.contains($0.name) })
  }

  private struct Key: Hashable {
    var name: String
    var shape: [Int]
  }

  // `conv1.weight` of `teacher.conv1.weight`.
  private static func ending(_ name: String) -> String {
    name.split(separator: ".").suffix(2).joined(separator: ".")
  }

  /// Whether they may be a part of the network that the others are: then the others alone are another
  /// function, though they fit.
  var isPart: Bool { !parts.isEmpty }

  /// The names of those that may compute with the others: all but what names say to be beside a network, and
  /// what has no values.
  var parts: [String] {
    left.filter { !$0.shape.contains(0) || (isLinear && continues($0)) }.map(\.name)
  }

  // A chain of linear layers has a part that is one, too.
  private var isLinear: Bool { rest.allSatisfy { (1...2).contains($0.shape.count) } }

  private func continues(_ tensor: (name: String, shape: [Int])) -> Bool {
    let matrices = rest.filter { $0.shape.count == 2 }.map(\.shape)
    if isNext(tensor.name) { return true }
    guard tensor.shape.count > 1 else { return false }
    guard tensor.shape.count == 2, let first = matrices.first, let last = matrices.last else {
      return true
    }
    return tensor.shape[1] == last[0] || tensor.shape[0] == first[1]
  }

  // `fc2.bias` beside `fc1.weight`, `4.weight` beside `2.weight`.
  private func isNext(_ name: String) -> Bool {
    let group = Remedy.group(of: name)
    let stem = group.prefix { !$0.isNumber }
    guard let number = Int(group.dropFirst(stem.count)) else { return false }
    let own = rest.map { Remedy.group(of: $0.name) }.filter { $0.hasPrefix(stem) }
      .compactMap { Int($0.dropFirst(stem.count)) }
    return stem.isEmpty ? !own.isEmpty : own.contains(number - 1) || own.contains(number + 1)
  }
}
