/// Gives each heading an anchor of its own, as GitHub makes them, apart from those of cells, figures, tables and
/// notes, and from the ids inside of figures; and says where links to headings lead.
struct HeadingAnchors {
  private let kept: [String]
  private var taken: Set<String>
  // By what a link may say: GitHub's anchor, and the words alone.
  private var byName: [String: String] = [:]
  private var byWords: [String: String] = [:]
  private var counts: [String: Int] = [:]

  /// - Parameters:
  ///   - figures: their names.
  ///   - others: the anchors that the page has besides those of headings.
  init(figures: [String], others: some Sequence<String>) {
    let inner = figures.flatMap { ["\($0.lowercased())-light-", "\($0.lowercased())-dark-"] }
    kept = ["cell-", "figure-", "table-", "footnote-"] + inner
    taken = Set(["provenance", "contents", "footnotes"]).union(others)
  }

  /// An anchor for the next heading.
  mutating func next(for text: String) -> String {
    var name = Self.name(of: text)
    if name.isEmpty { name = "section" }
    let isKept = kept.contains(where: name.hasPrefix)
    let base = isKept ? "section-" + name : name
    var anchor = base
    while taken.contains(anchor) {
      counts[base, default: 0] += 1
      anchor = "\(base)-\(counts[base] ?? 0)"
    }
    taken.insert(anchor)
    let typed = isKept ? String(anchor.dropFirst("section-".count)) : anchor
    if byName[typed] == nil { byName[typed] = anchor }
    let words = CellSlug.slug(text)
    if !words.isEmpty, byWords[words] == nil { byWords[words] = anchor }
    return anchor
  }

  /// The anchor that a link to `#name` means; `nil` when the page has none.
  func anchor(for name: String) -> String? {
    let name = name.removingPercentEncoding ?? name
    if name.isEmpty || name == "top" || taken.contains(name) { return name }
    return byName[name] ?? byName[name.lowercased()] ?? byWords[CellSlug.slug(name)]
  }

  /// The heading's anchor that is nearest to a name that there is not.
  func suggestion(for name: String) -> String? {
    Notebooks.suggestion(for: name, among: byName.keys.sorted())
  }

  /// A heading's anchor as GitHub makes it: in lower case, without punctuation but `-` and `_`, with `-` for
  /// spaces.
  static func name(of text: String) -> String {
    var name = String.UnicodeScalarView()
    for scalar in text.lowercased().unicodeScalars {
      if scalar == " " || scalar == "-" {
        name.append("-")
        continue
      }
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
        name.append(scalar)
      default: continue
      }
    }
    return String(name)
  }
}
