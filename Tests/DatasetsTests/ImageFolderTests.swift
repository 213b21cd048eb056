import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct ImageFolderTests {
  private struct Expected: Decodable {
    var rgb: [Float]
    var grey: [Float]
    var resized: [Float]
  }

  private let expected: [String: Expected]

  init() throws {
    expected = try JSONDecoder().decode(
      [String: Expected].self,
      from: Data(contentsOf: URL(fileURLWithPath: Fixtures.images + "/expected.json")))
  }

  private func largest(_ inputs: [Float], _ expected: [Float]) -> Float {
    #expect(inputs.count == expected.count)
    return zip(inputs, expected).map { abs($0 * 255 - $1) }.max() ?? .infinity
  }

  // In the order of a dataset's labels and names.
  private static let train = ["cat/grey.png", "cat/rgb.png", "dog/palette.png", "dog/rgba.png"]
  private static let test = ["cat/colour.jpg", "dog/grey.jpeg", "dog/progressive.JPG"]

  /// PNG exactly as Pillow reads it; JPEG within what two builds of libjpeg may differ by.
  @Test func pixelsAreThoseOfAnIndependentDecoder() throws {
    let dataset = try Dataset.open(Fixtures.images + "/split")
    #expect(dataset.inputShape == [3, 6, 8] && dataset.classNames == ["cat", "dog"])
    #expect(dataset.train.labels == [0, 0, 1, 1] && dataset.test.labels == [0, 1, 1])
    for (index, name) in Self.train.enumerated() {
      let pixels = try #require(expected["split/train/" + name]).rgb
      #expect(largest(try dataset.train.inputs(index..<(index + 1)), pixels) < 1e-3, "\(name)")
    }
    for (index, name) in Self.test.enumerated() {
      let pixels = try #require(expected["split/val/" + name]).rgb
      #expect(largest(try dataset.test.inputs(index..<(index + 1)), pixels) < 2.01, "\(name)")
    }
    try InputSourceTests.expectSame(dataset.train, width: 3 * 6 * 8)
  }

  @Test("Folders of splits are known by other usual names, in capitals or not")
  func splitNames() throws {
    let right = try Dataset.open(Fixtures.images + "/split")
    for (train, held) in [("Train", "Test"), ("training", "validation"), ("TRAIN", "valid")] {
      let folder = try TemporaryFolder()
      for (name, own) in [("train", train), ("val", held)] {
        try FileManager.default.copyItem(
          atPath: "\(Fixtures.images)/split/\(name)", toPath: "\(folder.path)/\(own)")
      }
      let dataset = try Dataset.open(folder.path)
      #expect(dataset.classNames == right.classNames, "\(train)")
      #expect(
        dataset.train.labels == right.train.labels && dataset.test.labels == right.test.labels)
    }
  }

  @Test(
    "An image that is cut off is refused when the folder is opened",
    arguments: ["train/cat/rgb.png", "val/cat/colour.jpg"])
  func cutOff(name: String) throws {
    let folder = try TemporaryFolder()
    for split in ["train", "val"] {
      try FileManager.default.copyItem(
        atPath: "\(Fixtures.images)/split/\(split)", toPath: "\(folder.path)/\(split)")
    }
    let file = URL(fileURLWithPath: "\(folder.path)/\(name)")
    let whole = try Data(contentsOf: file)
    try whole.dropLast(12).write(to: file)
    let error = #expect(throws: DatasetError.self) { try Dataset.open(folder.path) }
    #expect(error?.reason == "its image cannot be read: it is cut off", "\(name)")
  }

  @Test func greyIsLumaAndResizingIsBilinear() throws {
    let grey = try Dataset.open(Fixtures.images + "/split", OpenOptions(isGrey: true))
    #expect(grey.inputShape == [1, 6, 8])
    let resized = try Dataset.open(
      Fixtures.images + "/split",
      OpenOptions(resize: ImageSize(width: 5, height: 7), isGrey: true))
    #expect(resized.inputShape == [1, 7, 5] && resized.sha256 != grey.sha256)
    for (index, name) in Self.train.enumerated() {
      let pixels = try #require(expected["split/train/" + name])
      let range = index..<(index + 1)
      #expect(largest(try grey.train.inputs(range), pixels.grey) < 1e-3, "\(name)")
      #expect(largest(try resized.train.inputs(range), pixels.resized) < 0.01, "\(name)")
    }
    let shrunk = try Dataset.open(
      Fixtures.images + "/sizes",
      OpenOptions(trainSize: 1, resize: ImageSize(width: 5, height: 7)))
    let both = try shrunk.train.inputs() + shrunk.test.inputs()
    let names = shrunk.train.labels + shrunk.test.labels
    let wanted = try names.flatMap {
      try #require(expected[$0 == 0 ? "sizes/a/small.png" : "sizes/b/large.png"]).resized
    }
    #expect(largest(both, wanted) < 0.01)
  }

  /// Classes keep the numbers that a network trained on the training split has for them.
  @Test func classesOfTheTestSplitAloneComeLast() throws {
    let folder = try TemporaryFolder()
    let image = try Data(contentsOf: URL(fileURLWithPath: Fixtures.images + "/plain/ant/0.png"))
    for place in ["train/bee", "train/dog", "val/ant", "val/dog", "val/cat"] {
      try write([UInt8](image), "\(place)/0.png", in: folder)
    }
    let dataset = try Dataset.open(folder.path)
    #expect(dataset.classNames == ["bee", "dog", "ant", "cat"])
    #expect(dataset.train.labels == [0, 1] && dataset.test.labels == [2, 3, 1])
    #expect(
      dataset.notes.contains(
        "\(folder.path)/val has 2 classes that \(folder.path)/train lacks: index 'ant' 2, 'cat' 3, after those "
          + "of the training split, 'bee' 0 to 'dog' 1, whose order networks trained on it have; torchvision's "
          + "ImageFolder numbers each split by itself"))
  }

  /// PNG of 16 bits and of 1, with gamma (which Pillow ignores) and interlaced: values as they were put in.
  @Test func valuesOfEveryKindOfPNGAreTheFiles() throws {
    let dataset = try Dataset.open(Fixtures.images + "/values", OpenOptions(trainSize: 0))
    let wanted = try JSONDecoder().decode(
      [String: [Float]].self,
      from: Data(contentsOf: URL(fileURLWithPath: Fixtures.images + "/values.json")))
    #expect(dataset.inputShape == [3, 5, 7] && dataset.test.count == 9)
    let read = try (0..<9).map { try dataset.test.inputs($0..<($0 + 1)) }
    // A folder without a split is shuffled.
    for (name, values) in wanted {
      let place = read.firstIndex { zip($0, values).allSatisfy { abs($0 - $1) < 1e-7 } }
      let index = try #require(place, "\(name)")
      #expect(dataset.test.labels[index] == (name.hasPrefix("a") ? 0 : 1))
    }
    #expect(
      dataset.notes.contains(
        "4 of 9 images have 16 bits a value, divided by 65535; Pillow, which torchvision's ImageFolder reads "
          + "with, clips grey ones at 255 and keeps the upper byte of colours"))
    // Luma in 16 bits.
    let grey = try Dataset.open(
      Fixtures.images + "/values", OpenOptions(trainSize: 0, isGrey: true))
    let colour = try #require(wanted["b/rgb16.png"])
    let place = try #require(
      read.firstIndex { zip($0, colour).allSatisfy { abs($0 - $1) < 1e-7 } })
    let luma = try grey.test.inputs(place..<(place + 1))
    for pixel in 0..<35 {
      let right =
        0.299 * colour[pixel] + 0.587 * colour[35 + pixel] + 0.114 * colour[70 + pixel]
      #expect(abs(luma[pixel] - right) < 2e-5)
    }
  }

  @Test func whatIsNoImageThatIsReadIsAnsweredWithItsConversion() throws {
    let folder = try TemporaryFolder()
    for name in ["a/1.bmp", "b/1.bmp"] { try write([1], name, in: folder) }
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "/a: its images are .bmp, and .png, .jpg, .jpeg and .webp are read; `mogrify -format png *.bmp` of "
          + "ImageMagick, or Pillow's Image.open(FILE).save('FILE.png'), makes PNG of them"))
  }

  /// A JPEG by Pillow of 2×2 pixels in CMYK.
  @Test func aJPEGInCMYKIsAnsweredWithItsConversion() throws {
    let folder = try TemporaryFolder()
    let image = try #require(
      Data(
        base64Encoded:
          "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAQCwwODAoQDg0OEhEQExgoGhgWFhgxIyUdKDozPTw5Mzg3QEhcTkBEV0U3OFBtUVdf"
          + "YmdoZz5NcXlwZHhcZWdj/8AAFAgAAgACBEMRAE0RAFkRAEsRAP/EABQAAQAAAAAAAAAAAAAAAAAAAAb/xAAUEAEAAAAAAAAA"
          + "AAAAAAAAAAAA/9oADgRDAE0AWQBLAAA/AHZsYlj/2Q=="))
    for name in ["a/1.jpg", "b/1.jpg"] { try write([UInt8](image), name, in: folder) }
    #expect(
      message { try Dataset.open(folder.path, OpenOptions(trainSize: 0)).test.inputs() }.hasSuffix(
        "/a/1.jpg: its image cannot be read: it is a JPEG in CMYK; save it in RGB, as Pillow's "
          + "Image.open(FILE).convert('RGB').save(FILE) does"))
  }

  /// Lossless WebP exactly as Pillow reads it, transparency left out; other kinds are counted.
  @Test func webPIsReadAndOtherKindsAreCounted() throws {
    let dataset = try Dataset.open(Fixtures.images + "/webp", OpenOptions(trainSize: 0))
    #expect(dataset.inputShape == [3, 6, 8] && dataset.train.count == 0)
    #expect(
      dataset.notes.contains(
        "4 files were left out: 1 .bmp, 1 .gif, 1 .ppm, 1 .tif; .png, .jpg, .jpeg and .webp are read"
      ))
    let wanted = try ["cat/lossless", "cat/lossy", "dog/alpha", "dog/grey"].map {
      try #require(expected["webp/\($0).webp"]).rgb
    }
    let inputs = try dataset.test.inputs()
    let found = (0..<4).map { Array(inputs[($0 * 144)..<($0 * 144 + 144)]) }
    for pixels in wanted {
      let tolerance: Float = pixels == wanted[1] ? 2.01 : 1e-3
      #expect(found.contains { largest($0, pixels) < tolerance })
    }
    #expect(
      message { try Dataset.open(Fixtures.images + "/animated") }.hasSuffix(
        "two.webp: its image cannot be read: it is an animation"))
  }

  @Test func oneSplitAloneIsSaidByItsFolder() throws {
    let folder = try TemporaryFolder()
    let png = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: Fixtures.images + "/plain/ant/0.png")))
    for name in ["a/1.png", "a/2.png", "b/1.png"] { try write(png, "val/\(name)", in: folder) }
    let held = try Dataset.open(folder.path)
    #expect(
      held.train.count == 0 && held.test.labels == [0, 0, 1] && held.classNames == ["a", "b"])
    #expect(held.notes.contains { $0.hasPrefix("it has no training split") })
    try write(png, "train/a/1.png", in: folder)
    try write(png, "train/b/1.png", in: folder)
    try write(png, "test/b/1.png", in: folder)
    let whole = try Dataset.open(folder.path)
    #expect(whole.train.count == 2 && whole.test.labels == [1])
    #expect(whole.notes == ["folders beside those of the splits were left out: val"])
    try FileManager.default.removeItem(atPath: folder.path + "/val")
    try FileManager.default.removeItem(atPath: folder.path + "/test")
    let split = try Dataset.open(folder.path)
    #expect(split.train.count == 1 && split.test.count == 1 && split.classNames == ["a", "b"])
  }

  /// Folders within a class are its images, as in torchvision's ImageFolder; images beside the classes are counted.
  @Test func foldersWithinClassesAreRead() throws {
    let folder = try TemporaryFolder()
    let bytes = try ["ant/0", "ant/1", "bee/3", "bee/4"].map {
      let url = URL(fileURLWithPath: Fixtures.images + "/plain/\($0).png")
      return [UInt8](try Data(contentsOf: url))
    }
    for (index, name) in ["a/b-2/1.png", "a/2.png", "a/b/1.png", "b/1.png"].enumerated() {
      try write(bytes[index], "train/\(name)", in: folder)
    }
    for name in ["a/1.png", "b/1.png"] { try write(bytes[0], "test/\(name)", in: folder) }
    for name in ["cover.png", "train/1.png", "test/a.jpg"] { try write(bytes[0], name, in: folder) }
    let dataset = try Dataset.open(folder.path)
    #expect(dataset.train.labels == [0, 0, 0, 1])
    // sorted(os.walk(…)): a, then a/b and a/b-2 by their paths.
    let inputs = try dataset.train.inputs()
    let single = try bytes.map { bytes in
      let own = try TemporaryFolder()
      for name in ["a/1.png", "b/1.png"] { try write(bytes, name, in: own) }
      return Array(try Dataset.open(own.path, OpenOptions(trainSize: 0)).test.inputs()[0..<4])
    }
    #expect(inputs == single[1] + single[2] + single[0] + single[3])
    #expect(dataset.notes.contains("3 images beside the folders of classes were left out"))
  }

  @Test func foldersOfClassesAreSplitAtRandom() throws {
    let path = Fixtures.images + "/plain"
    let dataset = try Dataset.open(path, OpenOptions(trainSize: 4))
    #expect(dataset.classNames == ["ant", "bee"] && dataset.inputShape == [1, 2, 2])
    #expect(
      dataset.notes == [
        "it has no split of its own: 4 images at random (seed 0) train, the other 2 test"
      ])
    let all = try dataset.train.inputs() + dataset.test.inputs()
    let levels: [Float] = (0..<24).map { Float($0 / 4 * 40) / 255 }
    #expect(all.sorted() == levels)
    for (index, label) in (dataset.train.labels + dataset.test.labels).enumerated() {
      let isBee = all[4 * index] > 100.0 / 255
      #expect(isBee == (label == 1))
    }
    let again = try Dataset.open(path, OpenOptions(trainSize: 4))
    #expect(try again.train.inputs() == dataset.train.inputs() && again.sha256 == dataset.sha256)
    let others = try (1...5).map { seed in
      try Dataset.open(path, OpenOptions(trainSize: 4, seed: seed)).train.inputs()
    }
    #expect(try others.contains { try $0 != dataset.train.inputs() })
  }

  @Test func whatIsWrongIsSaidWithTheFile() throws {
    let text = message { try Dataset.open(Fixtures.images + "/sizes") }
    #expect(text.contains("sizes/b/large.png: it has 14x9 pixels where"))
    #expect(text.hasSuffix("--resize WxH brings all to one size"))
    #expect(
      message {
        try Dataset.open(Fixtures.images + "/split", OpenOptions(trainSize: 3))
      }.hasSuffix("a folder of images with a split of its own"))
  }

  /// Cut off anywhere, or with any byte changed, an image is read or refused by name.
  @Test(arguments: [
    "split/train/cat/rgb.png", "split/val/cat/colour.jpg", "split/val/dog/progressive.JPG",
    "webp/cat/lossless.webp", "webp/cat/lossy.webp",
  ])
  func brokenImagesAreRefusedByName(name: String) throws {
    let folder = try TemporaryFolder()
    let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Fixtures.images)/\(name)")))
    let ending = name.hasSuffix("JPG") ? "jpg" : String(name.suffix(4))
    let broken = "b/broken.\(ending)"
    try write(good, "a/good.\(ending)", in: folder)
    func refusal(_ bytes: [UInt8]) throws -> String? {
      try write(bytes, broken, in: folder)
      do {
        let dataset = try Dataset.open(folder.path, OpenOptions(trainSize: 1))
        _ = try dataset.train.inputs() + dataset.test.inputs()
        return nil
      } catch let error as DatasetError {
        return error.description
      }
    }
    #expect(try refusal(good) == nil)
    for count in stride(from: 0, to: good.count - 2, by: max(1, good.count / 60)) {
      let text = try refusal(Array(good.prefix(count)))
      // Without PNG's end mark, all pixels are there.
      guard let text else {
        #expect(count > good.count - 20)
        continue
      }
      #expect(text.contains(broken) && !text.contains("\n"))
    }
    for index in stride(from: 0, to: good.count, by: max(1, good.count / 150)) {
      var bytes = good
      bytes[index] ^= 0xff
      if let text = try refusal(bytes) { #expect(text.contains("\(folder.path)/")) }
    }
  }

  @Test func hugeImagesAreRefusedBeforeTheyAreDecoded() throws {
    let folder = try TemporaryFolder()
    var png = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: Fixtures.images + "/plain/ant/0.png")))
    // Width and height of the header chunk, whose CRC-32 is computed again.
    png.replaceSubrange(16..<24, with: [0, 0, 0x30, 0, 0, 0, 0x30, 0])
    var crc: UInt32 = 0xffff_ffff
    for byte in png[12..<29] {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    png.replaceSubrange(
      29..<33, with: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ~crc >> $0) })
    try write(png, "a/huge.png", in: folder)
    try write(png, "b/huge.png", in: folder)
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "a/huge.png: its image cannot be read: its 12288×12288 pixels take more than 256 MiB"))
  }
}
