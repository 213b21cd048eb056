import CImages
import CSixel
import Foundation

/// A PNG image as sixels, by libsixel.
enum SixelImage {
  /// The image at the cursor, one sixel pixel for one of its own, in at most 256 colours.
  ///
  /// - Throws: ``GraphicsError`` for what is no PNG image, or when libsixel refuses.
  static func text(png: Data) throws -> String {
    let (pixels, width, height) = try decoded(Array(png))
    var bytes: UnsafeMutablePointer<CChar>?
    var count = 0
    guard csixel_encode(pixels, Int32(width), Int32(height), &bytes, &count) == 0, let bytes else {
      throw GraphicsError("libsixel cannot encode the image; use `set figures text`")
    }
    defer { free(bytes) }
    return String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
      + "\n"
  }

  /// Red, green and blue, rows from the top.
  private static func decoded(
    _ png: [UInt8]
  ) throws -> (pixels: [UInt8], width: Int, height: Int) {
    var info = cimages_info()
    var message = [CChar](repeating: 0, count: 200)
    guard cimages_inspect(png, png.count, &info, &message, message.count) == 0 else {
      throw GraphicsError("the figure's image cannot be read")
    }
    let count = Int(info.width) * Int(info.height)
    var pixels = [UInt8](repeating: 0, count: count * Int(info.channels))
    guard cimages_decode(png, png.count, &info, &pixels, &message, message.count) == 0 else {
      throw GraphicsError("the figure's image cannot be read")
    }
    if info.channels == 1 { pixels = pixels.flatMap { [$0, $0, $0] } }
    return (pixels, Int(info.width), Int(info.height))
  }
}
