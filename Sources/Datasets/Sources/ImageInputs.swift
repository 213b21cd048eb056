import BasinCore
import CImages

/// Images in files of their own, decoded when they are asked for, pixels divided by 255, or by 65,535 in a
/// PNG of 16 bits.
struct ImageInputs: InputSource {
  var paths: [String]
  /// What the files were when the dataset was opened, by path.
  var sums: [String: String]
  /// 1 or 3, height, width.
  var shape: [Int]
  /// Whether images are brought to that size; otherwise they have it.
  var isResized: Bool

  func inputs(_ range: Range<Int>) throws -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(range.count * shape.reduce(1, *))
    for index in range { result += try image(paths[index]) }
    return result
  }

  private func image(_ path: String) throws -> [Float] {
    let bytes = try RawFile.read(path)
    guard sums[path] == SHA256.hexadecimal(of: bytes) else {
      throw DatasetError(path, "it has changed since the dataset was opened; open it again")
    }
    let image = try DecodedImage(bytes, path)
    let planes = image.planes(channels: shape[0])
    let maximum = Float(image.maximum)
    guard isResized else { return planes.map { $0 / maximum } }
    return Resampling.bilinear(
      planes, channels: shape[0], from: (image.height, image.width), to: (shape[1], shape[2])
    ).map { $0 / maximum }
  }
}

/// A PNG, JPEG or WebP file as pixels.
struct DecodedImage {
  var width: Int
  var height: Int
  /// 1 or 3.
  var channels: Int
  /// Rows from the top, channels interleaved, 0 to ``maximum``.
  var pixels: [UInt16]
  /// 255, or 65,535 in a PNG of 16 bits.
  var maximum: Int

  /// What a file's header says.
  ///
  /// - Throws: ``DatasetError`` naming the file.
  static func inspect(_ bytes: [UInt8], _ path: String) throws -> cimages_info {
    var info = cimages_info()
    try call(path) { cimages_inspect(bytes, bytes.count, &info, $0, $1) }
    guard ImageEnd(of: bytes).isThere else {
      throw DatasetError(path, "its image cannot be read: it is cut off")
    }
    return info
  }

  /// Decodes a file.
  ///
  /// - Throws: ``DatasetError`` naming the file.
  init(_ bytes: [UInt8], _ path: String) throws {
    var info = try Self.inspect(bytes, path)
    width = Int(info.width)
    height = Int(info.height)
    channels = Int(info.channels)
    maximum = info.bits == 16 ? 65_535 : 255
    let count = width * height * channels
    guard info.bits == 16 else {
      var pixels = [UInt8](repeating: 0, count: count)
      try Self.call(path) { cimages_decode(bytes, bytes.count, &info, &pixels, $0, $1) }
      self.pixels = pixels.map(UInt16.init)
      return
    }
    var pixels = [UInt16](repeating: 0, count: count)
    try pixels.withUnsafeMutableBytes { raw in
      let target = raw.bindMemory(to: UInt8.self).baseAddress
      try Self.call(path) { cimages_decode(bytes, bytes.count, &info, target, $0, $1) }
    }
    self.pixels = pixels
  }

  private static func call(
    _ path: String, _ body: (UnsafeMutablePointer<CChar>?, Int) -> Int32
  ) throws {
    var message = [CChar](repeating: 0, count: 256)
    let status = message.withUnsafeMutableBufferPointer { body($0.baseAddress, $0.count) }
    guard status == 0 else {
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let line = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
      throw DatasetError(path, "its image cannot be read: \(line.joined(separator: " "))")
    }
  }

  /// Channels one after the other, 0 to ``maximum``; a colour image as a grey one by ITU-R 601's luma,
  /// rounded as Pillow does, a grey image as three equal channels.
  func planes(channels wanted: Int) -> [Float] {
    let count = width * height
    return [Float](unsafeUninitializedCapacity: wanted * count) { target, filled in
      for index in 0..<count {
        if channels == 1 {
          for channel in 0..<wanted { target[channel * count + index] = Float(pixels[index]) }
        } else if wanted == 1 {
          let red = Int(pixels[3 * index])
          let green = Int(pixels[3 * index + 1])
          let blue = Int(pixels[3 * index + 2])
          target[index] = Float((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16)
        } else {
          for channel in 0..<3 {
            target[channel * count + index] = Float(pixels[3 * index + channel])
          }
        }
      }
      filled = wanted * count
    }
  }
}

/// Images at another size.
enum Resampling {
  /// Bilinear interpolation; where an image shrinks, the triangle is widened by the factor, so that
  /// every pixel counts (as Pillow's `BILINEAR` and torchvision's antialiased resizing).
  ///
  /// - Parameter values: `[channels, height, width]`.
  static func bilinear(
    _ values: [Float], channels: Int, from: (height: Int, width: Int), to: (height: Int, width: Int)
  ) -> [Float] {
    let columns = weights(from.width, to.width)
    let rows = weights(from.height, to.height)
    var wide = [Float](repeating: 0, count: channels * from.height * to.width)
    for row in 0..<(channels * from.height) {
      for column in 0..<to.width {
        var sum: Float = 0
        for (offset, weight) in columns[column].weights.enumerated() {
          sum += weight * values[row * from.width + columns[column].start + offset]
        }
        wide[row * to.width + column] = sum
      }
    }
    var result = [Float](repeating: 0, count: channels * to.height * to.width)
    for channel in 0..<channels {
      for row in 0..<to.height {
        for (offset, weight) in rows[row].weights.enumerated() {
          let source = (channel * from.height + rows[row].start + offset) * to.width
          let target = (channel * to.height + row) * to.width
          for column in 0..<to.width { result[target + column] += weight * wide[source + column] }
        }
      }
    }
    return result
  }

  private static func weights(_ from: Int, _ to: Int) -> [(start: Int, weights: [Float])] {
    let scale = Double(from) / Double(to)
    let support = max(scale, 1)
    return (0..<to).map { index in
      let centre = (Double(index) + 0.5) * scale
      let start = max(0, Int(centre - support + 0.5))
      let end = min(from, Int(centre + support + 0.5))
      let raw = (start..<end).map { max(0, 1 - abs((Double($0) + 0.5 - centre) / support)) }
      let sum = raw.reduce(0, +)
      return (start, raw.map { Float($0 / sum) })
    }
  }
}
