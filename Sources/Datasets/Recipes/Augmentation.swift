/// What happens to training batches, drawn again in every epoch: the network sees other images than the
/// dataset's. Evaluation never sees it.
public struct Augmentation: Sendable, Equatable {
  /// Whether images are mirrored left to right, each with probability ½.
  public var flips: Bool
  /// Pixels of zeros put around an image before a random window of its size is cut out; 0 for none.
  public var crop: Int

  /// Creates an augmentation.
  public init(flips: Bool = false, crop: Int = 0) {
    self.flips = flips
    self.crop = crop
  }

  /// Reads `flip`, `crop:4`, or both, in any order.
  ///
  /// - Returns: `nil` when the text is none of these.
  public init?(_ text: String) {
    self.init()
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: ":", omittingEmptySubsequences: false)
      if part == "flip", !flips {
        flips = true
      } else if words.count == 2, words[0] == "crop", crop == 0, let pixels = Int(words[1]),
        (1...64).contains(pixels)
      {
        crop = pixels
      } else {
        return nil
      }
    }
  }

  /// `flip,crop:4`
  public var text: String {
    ((flips ? ["flip"] : []) + (crop > 0 ? ["crop:\(crop)"] : [])).joined(separator: ",")
  }
}
