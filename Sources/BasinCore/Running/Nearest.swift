/// The word that a mistyped one was most likely meant to be: the nearest by Levenshtein distance,
/// where at most a third of its letters (and at least one) differ.
public func nearest(_ word: String, in words: [String]) -> String? {
  // No name is as long as that.
  guard word.utf8.count <= 256 else { return nil }
  let allowed = max(1, word.count / 3)
  let ranked = words.map { ($0, distance(Array(word.lowercased()), Array($0.lowercased()))) }
  guard let best = ranked.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }), best.1 <= allowed else {
    return words.filter { !word.isEmpty && $0.hasPrefix(word) }.min()
  }
  return best.0
}

private func distance(_ a: [Character], _ b: [Character]) -> Int {
  var row = Array(0...b.count)
  for (i, left) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in b.enumerated() {
      let substituted = diagonal + (left == right ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
