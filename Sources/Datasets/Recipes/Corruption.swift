import Foundation

/// A corruption of images with a severity from 1 to 5, as CIFAR-10-C defines them (Hendrycks &
/// Dietterich, arXiv 1903.12261); `translate` is Basin's own. Pixels are in [0, 1] before and after.
public struct Corruption: Sendable, Equatable {
  /// What is done to an image x.
  public enum Kind: String, Sendable, CaseIterable {
    /// x + σ·N(0, 1).
    case gaussianNoise = "gaussian-noise"
    /// Poisson(c·x) / c.
    case shotNoise = "shot-noise"
    /// A Gaussian of σ pixels, cut off at 4σ; pixels beyond the edge are the edge's.
    case gaussianBlur = "gaussian-blur"
    /// (x − m)·c + m, with the mean m of the image's channel.
    case contrast
    /// HSV's value + c; for grey images x + c.
    case brightness
    /// A shift by 1 to 5 pixels in one of eight directions; zeros move in.
    case translate
  }

  /// What is done.
  public var kind: Kind
  /// From 1 to 5.
  public var severity: Int

  /// Creates a corruption.
  ///
  /// - Returns: `nil` when the severity is not from 1 to 5.
  public init?(_ kind: Kind, severity: Int) {
    guard (1...5).contains(severity) else { return nil }
    self.kind = kind
    self.severity = severity
  }

  /// Reads `gaussian-noise:3`.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let kind = Kind(rawValue: parts[0]), let severity = Int(parts[1]) else {
      return nil
    }
    self.init(kind, severity: severity)
  }

  /// `gaussian-noise:3`
  public var text: String { "\(kind.rawValue):\(severity)" }

  /// The constant of the kind at the severity: σ, c, or pixels.
  public var strength: Double {
    let strengths: [Double] =
      switch kind {
      case .gaussianNoise: [0.04, 0.06, 0.08, 0.09, 0.10]
      case .shotNoise: [500, 250, 100, 75, 50]
      case .gaussianBlur: [0.4, 0.6, 0.7, 0.8, 1]
      case .contrast: [0.75, 0.5, 0.4, 0.3, 0.15]
      case .brightness: [0.05, 0.1, 0.15, 0.2, 0.3]
      case .translate: [1, 2, 3, 4, 5]
      }
    return strengths[severity - 1]
  }

  // One image `[channels, height, width]`, before it is clipped to [0, 1].
  func applied(
    to image: [Float], shape: [Int], _ generator: inout ExampleGenerator
  ) -> [Float] {
    let strength = strength
    switch kind {
    case .gaussianNoise: return image.map { Float(Double($0) + strength * generator.normal()) }
    case .shotNoise:
      return image.map { Float(Double(generator.poisson(Double($0) * strength)) / strength) }
    case .gaussianBlur: return blurred(image, shape, strength)
    case .contrast: return contrasted(image, shape, strength)
    case .brightness: return brightened(image, shape, Float(strength))
    case .translate: return shifted(image, shape, Int(strength), generator.below(8))
    }
  }

  private func contrasted(_ image: [Float], _ shape: [Int], _ factor: Double) -> [Float] {
    let size = shape[1] * shape[2]
    var image = image
    for start in stride(from: 0, to: image.count, by: size) {
      let mean = image[start..<(start + size)].reduce(0) { $0 + Double($1) } / Double(size)
      for index in start..<(start + size) {
        image[index] = Float((Double(image[index]) - mean) * factor + mean)
      }
    }
    return image
  }

  // HSV's value is the largest of the three; hue and saturation stay when all are scaled alike.
  private func brightened(_ image: [Float], _ shape: [Int], _ step: Float) -> [Float] {
    guard shape[0] == 3 else { return image.map { $0 + step } }
    let size = shape[1] * shape[2]
    var image = image
    for index in 0..<size {
      let value = max(image[index], image[size + index], image[2 * size + index])
      let brighter = min(1, value + step)
      for place in [index, size + index, 2 * size + index] {
        image[place] = value > 0 ? image[place] * (brighter / value) : brighter
      }
    }
    return image
  }

  private func blurred(_ image: [Float], _ shape: [Int], _ sigma: Double) -> [Float] {
    let radius = Int(4 * sigma + 0.5)
    let raw = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = raw.reduce(0, +)
    let kernel = raw.map { $0 / sum }
    let (height, width) = (shape[1], shape[2])
    // Along one dimension, whose neighbours are `step` apart.
    func along(_ values: [Double], length: Int, step: Int) -> [Double] {
      values.indices.map { index in
        let place = index / step % length
        return kernel.indices.reduce(0) { sum, offset in
          let other = min(max(place + offset - radius, 0), length - 1)
          return sum + kernel[offset] * values[index + (other - place) * step]
        }
      }
    }
    let rows = along(image.map(Double.init), length: height, step: width)
    return along(rows, length: width, step: 1).map { Float($0) }
  }

  private func shifted(
    _ image: [Float], _ shape: [Int], _ pixels: Int, _ direction: Int
  ) -> [Float] {
    let directions = [(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)]
    let (down, right) = (directions[direction].0 * pixels, directions[direction].1 * pixels)
    let (height, width) = (shape[1], shape[2])
    return image.indices.map { index in
      let row = index / width % height - down
      let column = index % width - right
      guard (0..<height).contains(row), (0..<width).contains(column) else { return 0 }
      return image[index - down * width - right]
    }
  }
}

/// Images of a source, corrupted.
struct CorruptedInputs: InputSource {
  var base: any InputSource
  var name: String
  var corruption: Corruption
  var shape: [Int]
  var seed: UInt64
  var split: Split

  func inputs(_ range: Range<Int>) throws -> [Float] {
    let clean = try base.inputs(range)
    let size = shape.reduce(1, *)
    var result: [Float] = []
    result.reserveCapacity(clean.count)
    for (place, example) in range.enumerated() {
      let image = Array(clean[(place * size)..<((place + 1) * size)])
      if let value = image.first(where: { !(0...1).contains($0) }) {
        throw DatasetError(
          name,
          "input \(example) of the \(split.rawValue) split has the value \(value); corruptions are of "
            + "pixels from 0 to 1")
      }
      var generator = ExampleGenerator(
        seed: seed, "corrupt", corruption.kind.rawValue, split.rawValue, String(example))
      result += corruption.applied(to: image, shape: shape, &generator)
        .map { min(1, max(0, $0)) }
    }
    return result
  }
}
