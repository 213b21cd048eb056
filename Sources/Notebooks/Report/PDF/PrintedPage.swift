import Foundation

/// What keeps the machine and the time out of a printed page.
enum PrintedPage {
  /// The page without the addresses of links that are relative: Chromium would write them with the
  /// folder in which it found the page.
  static func withoutRelativeLinks(_ html: String) -> Data {
    PageLinks.rewriting(Data(html.utf8)) { address in
      let isKept =
        address.hasPrefix("#")
        || address.firstMatch(of: /^(https?|mailto|doi):/.ignoresCase()) != nil
      return isKept ? address : nil
    }
  }

  /// The PDF with each date in it set to the first second of 1970, which takes as many bytes.
  static func withoutTimes(_ pdf: Data) -> Data {
    var pdf = pdf
    for key in ["/CreationDate (D:", "/ModDate (D:"] {
      var start = pdf.startIndex
      while let found = pdf.range(of: Data(key.utf8), in: start..<pdf.endIndex) {
        start = found.upperBound
        let digits = pdf[start...].prefix(14).prefix { (0x30...0x39).contains($0) }
        let epoch = Data("19700101000000".utf8).prefix(digits.count)
        pdf.replaceSubrange(digits.startIndex..<digits.endIndex, with: epoch)
      }
    }
    return pdf
  }
}
