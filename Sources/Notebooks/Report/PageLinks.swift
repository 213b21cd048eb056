/// The links in a page of Basin's.
///
/// Such a page is well-formed, `<` stands in it only where a tag begins, and `"` in text and values is
/// escaped: so tags can be found without parsing all of it.
enum PageLinks {
  /// The page with the address of each `<a href="…">` replaced.
  ///
  /// - Parameter address: takes the address as it stands in the page, escaped, and returns the new
  ///   one, escaped, too; `nil` takes the address away.
  static func rewriting(_ html: String, _ address: (String) -> String?) -> String {
    let opening = "<a ", attribute = " href=\""
    var result = ""
    result.reserveCapacity(html.utf8.count)
    var rest = html[...]
    while let start = rest.firstRange(of: opening) {
      result += rest[..<start.lowerBound]
      rest = rest[start.lowerBound...]
      guard let end = rest.firstIndex(of: ">") else { break }
      let tag = rest[...end]
      rest = rest[rest.index(after: end)...]
      guard let name = tag.firstRange(of: attribute),
        let close = tag[name.upperBound...].firstIndex(of: "\"")
      else {
        result += tag
        continue
      }
      let old = String(tag[name.upperBound..<close])
      if let new = address(old) {
        result += tag[..<name.upperBound] + new + tag[close...]
      } else {
        result += tag[..<name.lowerBound] + tag[tag.index(after: close)...]
      }
    }
    return result + rest
  }
}
