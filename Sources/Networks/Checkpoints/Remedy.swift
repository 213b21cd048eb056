import BasinCore

/// What makes the tensors of a file those of an architecture, as options of `load`.
enum Remedy {
  typealias Tensors = [(name: String, shape: [Int])]

  /// The options, where some help: a prefix that all names have, a group of names that is the network, or
  /// names that are too many and do not look like a part of it.
  ///
  /// - Parameters:
  ///   - tensors: Names and shapes, as the file has them.
  ///   - place: The keys in the file that lead to them; empty for the outermost dictionary.
  ///   - fits: Whether tensors are those of the architecture, or of one of them. The last that it takes are
  ///     those that the options leave.
  ///   - refused: Called with names that may be a part of the network, without which the others would fit.
  /// - Returns: `--strip net.`, `--key state_dict.net`, `--ignore 'criterion.*'` or several of them; `nil` where
  ///   none helps.
  static func option(
    for tensors: Tensors, under place: String, refused: ([String]) -> Void = { _ in },
    fits: (Tensors) -> Bool
  ) -> String? {
    let (prefix, rest) = commonPrefix(of: tensors)
    if let prefix = shortest(prefix, of: tensors, fits: fits) { return "--strip \(typed(prefix))" }
    if !prefix.isEmpty, let ignored = ignoring(in: rest, refused, fits: fits) {
      return "--strip \(typed(prefix)) \(ignored)"
    }
    let groups = groups(of: tensors)
    guard groups.count > 1 else { return nil }
    // Each costs a comparison.
    for group in groups.prefix(mostGroups) where isTypable(group) {
      let own = tensors.filter { $0.name.hasPrefix(group + ".") && $0.name.count > group.count + 1 }
        .map { (name: String($0.name.dropFirst(group.count + 1)), shape: $0.shape) }
      guard !own.isEmpty else { continue }
      let left = tensors.filter { self.group(of: $0.name) != group }
      let (further, inner) = commonPrefix(of: own)
      let usual = shortest(further, of: own, fits: fits) ?? (fits(own) ? "" : nil)
      let ignored = usual == nil ? ignoring(in: inner, refused, fits: fits) : nil
      guard let deeper = usual ?? (ignored == nil ? nil : further),
        !Leftover(left, beside: deeper.isEmpty ? own : inner).isPart
      else { continue }
      let keys = [place, group, String(deeper.dropLast())].filter { !$0.isEmpty }
      return ["--key \(typed(keys.joined(separator: ".")))", ignored].compactMap(\.self)
        .joined(separator: " ")
    }
    return ignoring(in: tensors, refused, fits: fits)
  }

  private static let mostGroups = 16

  // Names to leave out: those that begin alike, as those of averages do, or up to three groups.
  private static func ignoring(
    in tensors: Tensors, _ refused: ([String]) -> Void, fits: (Tensors) -> Bool
  ) -> String? {
    func option(leavingOut left: Tensors, by patterns: [String]) -> String? {
      let names = Set(left.map(\.name))
      let rest = tensors.filter { !names.contains($0.name) }
      guard !rest.isEmpty, fits(rest) else { return nil }
      let parts = Leftover(left, beside: rest).parts
      guard parts.isEmpty else {
        refused(parts)
        return nil
      }
      return patterns.map { "--ignore \(typed($0))" }.joined(separator: " ")
    }
    let costs = tensors.filter { Bystander.isCost($0.name) }
    if !costs.isEmpty {
      let patterns = Bystander.costs.filter { end in costs.contains { $0.name.hasSuffix(end) } }
        .map { "*\($0)" }
      if let found = option(leavingOut: costs, by: patterns) { return found }
      let others = tensors.filter { !Bystander.isCost($0.name) }
      return ignoring(in: others, refused, fits: fits).map { more in
        (patterns.map { "--ignore \(typed($0))" } + [more]).joined(separator: " ")
      }
    }
    for stem in stems(of: tensors).prefix(mostGroups) where isPlain(stem) {
      let left = tensors.filter { $0.name.hasPrefix(stem) }
      if let found = option(leavingOut: left, by: ["\(stem)*"]) { return found }
    }
    let groups = groups(of: tensors)
    guard groups.count > 1, groups.count <= mostGroups else { return nil }
    for set in subsets(of: groups, most: min(3, groups.count - 1)) where set.allSatisfy(isPlain) {
      let left = tensors.filter { set.contains(group(of: $0.name)) }
      let patterns = set.map { group in
        tensors.contains { $0.name == group } ? group : "\(group).*"
      }
      if let found = option(leavingOut: left, by: patterns) { return found }
    }
    return nil
  }

  // Sets of one element first.
  private static func subsets(of all: [String], most: Int) -> [[String]] {
    var sets: [[String]] = [[]]
    var found: [[String]] = []
    for _ in 0..<max(0, most) {
      sets = sets.flatMap { set in
        let next = set.last.flatMap { all.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        return all[next...].map { set + [$0] }
      }
      found += sets
    }
    return found
  }

  // Names are typed in quotes where they need them, but for what no line may have, and what would be an option.
  private static func isTypable(_ name: String) -> Bool {
    !name.hasPrefix("-") && ControlCharacter.first(in: name) == nil
      && HiddenCharacter.first(in: name) == nil
      && !name.unicodeScalars.contains { "\t\r\n".unicodeScalars.contains($0) }
  }

  // A part of a pattern that stands for itself alone.
  private static func isPlain(_ name: String) -> Bool {
    isTypable(name) && !NamePattern.isPattern(name)
  }

  private static func typed(_ word: String) -> String {
    word.hasOnlyLetters(and: "_-.") ? word : word.inSingleQuotes
  }

  /// What a quoted word stands for.
  static func unquoted(_ word: String) -> String {
    guard word.hasPrefix("'"), word.hasSuffix("'"), word.count > 1 else { return word }
    return String(word.dropFirst().dropLast()).replacingScalars(#"'\''"#, with: "'")
  }

  static func group(of name: String) -> String { String(name.prefix { $0 != "." }) }

  private static func groups(of tensors: Tensors) -> [String] {
    var groups: [String] = []
    for tensor in tensors where groups.last != group(of: tensor.name) {
      let group = group(of: tensor.name)
      if !groups.contains(group) { groups.append(group) }
      if groups.count > 2 * mostGroups { break }
    }
    return groups
  }

  // `ema_`, where several groups begin with it and others do not.
  private static func stems(of tensors: Tensors) -> [String] {
    var groups: [String: Set<String>] = [:]
    for tensor in tensors {
      let group = group(of: tensor.name)
      guard let bar = group.dropFirst().firstIndex(of: "_") else { continue }
      groups[String(group[...bar]), default: []].insert(group)
    }
    return groups.filter { $0.value.count > 1 }.keys.sorted()
  }

  // What all names begin with, up to their last common dot, and the names without it.
  private static func commonPrefix(of tensors: Tensors) -> (prefix: String, rest: Tensors) {
    var (prefix, rest) = ("", tensors)
    while let first = rest.first?.name, let dot = first.firstIndex(of: ".") {
      let next = String(first[...dot])
      let isCommon = rest.allSatisfy { $0.name.hasPrefix(next) && $0.name.count > next.count }
      guard isCommon else { break }
      rest = rest.map { (String($0.name.dropFirst(next.count)), $0.shape) }
      prefix += next
    }
    return (isTypable(prefix) ? prefix : "", isTypable(prefix) ? rest : tensors)
  }

  // The longest beginning of a common prefix without which the tensors fit.
  private static func shortest(
    _ prefix: String, of tensors: Tensors, fits: (Tensors) -> Bool
  ) -> String? {
    let ends = prefix.indices.filter { prefix[$0] == "." }.reversed()
    return ends.lazy.map { String(prefix[...$0]) }.first { prefix in
      fits(tensors.map { (String($0.name.dropFirst(prefix.count)), $0.shape) })
    }
  }
}
