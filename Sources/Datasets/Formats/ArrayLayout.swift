import Checkpoints

/// What the dimensions of a file's inputs mean: the user's word, or what shapes tell.
struct ArrayLayout {
  /// The shape of one input as networks see it.
  private(set) var shape: [Int]
  /// Where channels come last: how many there are, and how many pixels.
  private(set) var channelsLast: (channels: Int, count: Int)?
  /// What was taken for granted, for the user.
  private(set) var note: String?
  /// What tells the inputs from those of the file; `nil` where they are the file's.
  private(set) var recipe: String?

  /// Whether an input is an image `[channels, height, width]`.
  var isImages: Bool { shape.count == 3 }

  /// - Parameters:
  ///   - shape: Of one input in the file.
  ///   - isBytes: Whether its numbers are unsigned bytes, as pixels are.
  ///   - given: The user's word.
  /// - Throws: ``DatasetError`` where the user's word does not fit the shape.
  init(_ source: String, _ shape: [Int], isBytes: Bool, _ given: OpenOptions.Layout?) throws {
    self.shape = shape
    let text = "[N, " + shape.map(String.init).joined(separator: ", ") + "]"
    switch (shape.count, given) {
    case (3, .channelsLast),
      (3, nil) where Self.endsInChannels(shape):
      self.shape = [shape[2], shape[0], shape[1]]
      channelsLast = (shape[2], shape[0] * shape[1])
      recipe = "channels last"
      if given == nil {
        note =
          "inputs \(text) are taken as images whose channels come last, and turned to "
          + "[N, \(self.shape.map(String.init).joined(separator: ", "))]; --layout as-is leaves them"
      }
    case (2, .grey),
      (2, nil) where isBytes || shape[0] == shape[1]:
      self.shape = [1] + shape
      if given == nil {
        note =
          "inputs \(text) are taken as grey images [N, 1, \(shape[0]), \(shape[1])]; --layout as-is "
          + "leaves them"
      }
    case (2, nil):
      recipe = "two dimensions"
      note =
        "inputs \(text) stay as they are: channels and steps, say; --layout grey makes images of one "
        + "channel of them"
    case (2, .asIs): recipe = "two dimensions"
    case (_, .channelsLast), (_, .grey):
      throw DatasetError(
        source,
        "--layout \(given?.rawValue ?? "") is for inputs "
          + (given == .grey ? "[N, height, width]" : "[N, height, width, channels]")
          + ", and it has \(text)")
    default: break
    }
  }

  // Height and width larger than any number of colours, and then 1, 3 or 4 of those.
  private static func endsInChannels(_ shape: [Int]) -> Bool {
    shape[0] > 4 && shape[1] > 4 && [1, 3, 4].contains(shape[2])
  }
}

/// One array of inputs, read through once: what is wrong with it is said when the file is opened.
struct ArrayReading {
  let name: String
  let scalarType: ScalarType
  private(set) var least: Float = .infinity
  private(set) var greatest: Float = -.infinity
  private(set) var meanSize = 0.0
  /// Whether all its numbers are whole.
  private(set) var isWhole = true
  /// How many numbers it has, and how many below 0.
  private(set) var (count, negatives) = (0, 0)
  private var (sum, squares) = (0.0, 0.0)

  /// Whether its numbers are whole by their type.
  var isInteger: Bool {
    [.int64, .int32, .int16, .int8, .uint8, .uint16, .uint32, .uint64].contains(scalarType)
  }

  /// - Throws: ``DatasetError`` naming a value that is no number, or an integer that single precision
  ///   has not; `CheckpointError` for complex numbers.
  init(_ array: StoredTensor, _ source: String) throws {
    (name, scalarType) = (array.name, array.scalarType)
    // Complex numbers are refused here.
    _ = try array.floats(0..<0)
    var pieces = try array.pieces()
    var start = 0
    while let values = try pieces.next() {
      for (index, value) in values.enumerated() {
        guard value.isFinite else {
          if let own = try array.double(at: start + index), own.isFinite {
            throw DatasetError(
              source,
              "\(name) has the value \(own) at element \(start + index), beyond float32's range (3.4e38); scale "
                + "the inputs down, or leave the input out")
          }
          throw DatasetError(
            source,
            "\(name) has the value \(value) at element \(start + index); fill it in (numpy.nan_to_num), or leave "
              + "the input out")
        }
        least = min(least, value)
        greatest = max(greatest, value)
        meanSize += Double(abs(value))
        sum += Double(value)
        squares += Double(value) * Double(value)
        if value < 0 { negatives += 1 }
        if isWhole, value != value.rounded() { isWhole = false }
      }
      start += values.count
    }
    count = start
    meanSize /= Double(max(1, start))
    if isInteger, max(abs(least), abs(greatest)) >= 16_777_216 {
      throw DatasetError(
        source, "\(name) has integers of 16777216 or more, which single precision has not all")
    }
  }

  /// Whether its numbers were standardised, as far as they tell: their mean is within a tenth of a standard deviation of 0,
  /// and a tenth of them are negative. Noise on numbers that are not negative leaves their mean where it is.
  private var isStandardised: Bool {
    let mean = sum / Double(max(1, count))
    let deviation = max(0, squares / Double(max(1, count)) - mean * mean).squareRoot()
    return negatives > 0 && negatives * 10 >= count && abs(mean) < 0.1 * deviation
  }

  /// Checks that the splits are scaled alike.
  ///
  /// - Throws: ``DatasetError`` where one has whole numbers by its type and the other has not, one has bytes and the other
  ///   has not, one's numbers are over 8 times the other's in the mean of their sizes, or one's are standardised and none of
  ///   the other's 1,000 or more is negative.
  static func requireOneScale(_ readings: [ArrayReading], _ source: String) throws {
    guard readings.count == 2 else { return }
    let (train, test) = (readings[0], readings[1])
    func range(_ one: ArrayReading) -> String {
      "\(one.name) (\(one.scalarType.rawValue), \(one.least) to \(one.greatest))"
    }
    let ratio = max(train.meanSize, test.meanSize) / min(train.meanSize, test.meanSize)
    // 0 to 16 beside 0 to 1 is 16.
    let differ = ratio.isFinite && ratio > 8
    // Standardised beside not.
    func isStandardised(_ one: ArrayReading, unlike other: ArrayReading) -> Bool {
      one.isStandardised && other.negatives == 0 && other.count >= 1000
    }
    guard (train.scalarType == .uint8) == (test.scalarType == .uint8),
      train.isInteger == test.isInteger, !differ,
      !isStandardised(train, unlike: test), !isStandardised(test, unlike: train)
    else {
      throw DatasetError(
        source,
        "\(range(train)) and \(range(test)) have different scales; save both splits in one type and on "
          + "one scale")
    }
  }
}

/// What inputs are divided by.
struct ArrayScaling {
  let divisor: Float
  private(set) var note: String?
  /// What tells the inputs from those of the file; `nil` where they are the file's.
  var recipe: String? { divisor == 1 ? nil : "divided by \(divisor)" }

  /// - Throws: ``DatasetError`` where quotients would not be finite.
  init(
    _ source: String, _ readings: [ArrayReading], isImages: Bool, divisor given: Float?
  ) throws {
    let isBytes = readings.allSatisfy { $0.scalarType == .uint8 }
    let divisor = given ?? (isBytes && isImages ? 255 : 1)
    self.divisor = divisor
    guard
      readings.allSatisfy({ ($0.least / divisor).isFinite && ($0.greatest / divisor).isFinite })
    else {
      throw DatasetError(source, "--divide is \(divisor), which makes inputs of it infinite")
    }
    guard given == nil else { return }
    guard isBytes else {
      note = Self.note(onWholeNumbers: readings, isImages: isImages)
      return
    }
    let least = Int(readings.map(\.least).min() ?? 0)
    let greatest = Int(readings.map(\.greatest).max() ?? 0)
    let range = "inputs are bytes from \(least) to \(greatest)"
    note =
      isImages
      ? "\(range), divided by 255 as pixels of other images are; --divide 1 leaves them"
      : "\(range) and not images, so they stay as they are; --divide 255 scales them"
  }

  // Images of another type whose numbers are those of bytes.
  private static func note(onWholeNumbers readings: [ArrayReading], isImages: Bool) -> String? {
    guard isImages, readings.allSatisfy(\.isWhole), let least = readings.map(\.least).min(),
      let greatest = readings.map(\.greatest).max(), least >= 0, greatest > 127, greatest <= 255
    else { return nil }
    return
      "inputs are whole numbers from \(Int(least)) to \(Int(greatest)) (\(readings[0].scalarType.rawValue)) and stay as "
      + "they are; --divide 255 scales them as pixels of other images are"
  }
}
