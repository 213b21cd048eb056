import Foundation

/// A PNG image in the kitty graphics protocol: base64 in pieces of at most 4096 bytes. The terminal is
/// told to answer nothing (`q=2`), because an answer would arrive as keys.
enum KittyImage {
  /// The image at the cursor, in its own size or in so many columns. The cursor ends behind it, on its
  /// last row.
  static func text(png: Data, columns: Int? = nil) -> String {
    let base64 = Array(png.base64EncodedData())
    var text = ""
    var start = 0
    repeat {
      let end = min(start + 4096, base64.count)
      let more = end < base64.count ? 1 : 0
      let first = "a=T,f=100,q=2,\(columns.map { "c=\($0)," } ?? "")"
      text += "\u{1B}_G\(start == 0 ? first : "q=2,")m=\(more);"
      text += String(decoding: base64[start..<end], as: UTF8.self) + "\u{1B}\\"
      start = end
    } while start < base64.count
    return text + "\n"
  }
}
