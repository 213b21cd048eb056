import Foundation

/// The links in a page of Basin's.
///
/// Such a page is well-formed, `<` stands in it only where a tag begins, and `"` and `>` in text and
/// values are escaped: so tags can be found without parsing all of it.
enum PageLinks {
  /// The page with the address of each `<a href="…">` replaced.
  ///
  /// - Parameter address: takes the address as it stands in the page, escaped, and returns the new
  ///   one, escaped, too; `nil` takes the address away.
  static func rewriting(_ html: Data, _ address: (String) -> String?) -> Data {
    var result = Data(capacity: html.count)
    var rest = html[...]
    while let start = rest.range(of: opening),
      let end = rest[start.lowerBound...].firstIndex(of: UInt8(ascii: ">"))
    {
      let tag = rest[start.lowerBound...end]
      result += rest[..<start.lowerBound]
      rest = rest[(end + 1)...]
      guard let name = tag.range(of: attribute),
        let close = tag[name.upperBound...].firstIndex(of: UInt8(ascii: "\""))
      else {
        result += tag
        continue
      }
      if let new = address(String(decoding: tag[name.upperBound..<close], as: UTF8.self)) {
        result += tag[..<name.upperBound] + Data(new.utf8) + tag[close...]
      } else {
        result += tag[..<name.lowerBound] + tag[(close + 1)...]
      }
    }
    return result + rest
  }

  private static let opening = Data("<a ".utf8)
  private static let attribute = Data(" href=\"".utf8)
}
