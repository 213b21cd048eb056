import Datasets
import Foundation
import TestSupport
import Testing

/// Arrays as people save them: what their types and shapes mean.
@Suite struct ArrayShapeTests {
  private func open(_ name: String, _ options: OpenOptions = OpenOptions()) throws -> Dataset {
    try Dataset.open("\(Fixtures.shapes)/\(name).npz", options)
  }

  @Test("Images of bytes are divided by 255, channels last become channels first, and notes say so")
  func bytes() throws {
    let dataset = try open("colour")
    #expect(dataset.inputShape == [3, 12, 10] && dataset.classes == 5 && !dataset.holdsIntegers)
    #expect(
      dataset.notes == [
        "inputs [N, 12, 10, 3] are taken as images whose channels come last, and turned to "
          + "[N, 3, 12, 10]; --layout as-is leaves them",
        "inputs are bytes from 0 to 255, divided by 255 as pixels of other images are; --divide 1 "
          + "leaves them",
      ])
    try InputSourceTests.expectSame(dataset.train, width: 360)
    let raw = try open("colour", OpenOptions(layout: .asIs, divisor: 1))
    #expect(raw.inputShape == [12, 10, 3] && raw.sha256 != dataset.sha256 && raw.notes.isEmpty)
    let (own, there) = (try dataset.test.inputs(4..<5), try raw.test.inputs(4..<5))
    for channel in 0..<3 {
      for pixel in 0..<120 {
        #expect(own[channel * 120 + pixel] == there[pixel * 3 + channel] / 255)
      }
    }
  }

  // Two inputs (1, 2) and (3, 4), and labels of that shape, as safetensors.
  private func labelled(_ shape: [Int], _ labels: [UInt8], in folder: TemporaryFolder) throws
    -> String
  {
    let header =
      #"{"x_test":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"y_test":{"dtype":"U8","shape":\#(shape),"#
      + #""data_offsets":[16,\#(16 + labels.count)]}}"#
    var bytes = Data(withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) })
    bytes += Data(header.utf8)
    for value: Float in [1, 2, 3, 4] {
      bytes += withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) }
    }
    let path = "\(folder.path)/labels.safetensors"
    try (bytes + Data(labels)).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("A column of labels is labels; of one-hot rows the error says how to make them")
  func shapesOfLabels() throws {
    let folder = try TemporaryFolder()
    let column = try Dataset.open(labelled([2, 1], [1, 0], in: folder))
    #expect(column.test.labels == [1, 0])
    let path = try labelled([2, 3], [0, 1, 0, 1, 0, 0], in: folder)
    #expect(
      message { try Dataset.open(path) }.hasSuffix(
        "y_test has shape [2, 3] where x_test has 2 inputs; labels should be [2]; numpy.argmax(y, axis=1) makes "
          + "labels of one-hot rows or scores"))
  }

  @Test("A PyTorch file of data is answered with the line that makes an .npz of it")
  func pyTorchFile() {
    let error = #expect(throws: (any Error).self) { try Dataset.open(Fixtures.own + "/seq.pt") }
    #expect(
      "\(error as Any)".contains(
        "it is a PyTorch file, and data are read from .npz and .safetensors; numpy.savez('data.npz', "
      ))
  }

  @Test(
    "Splits of two scales are refused",
    arguments: ["two-scales", "two-floats", "sixteenth", "integers-and-floats", "standardised"])
  func scales(name: String) throws {
    let text = message { try open(name) }
    #expect(text.contains("x_train (") && text.contains("have different scales; save both splits"))
  }

  @Test(
    "Images of whole numbers that are no bytes stay as they are, and a note says how they are scaled"
  )
  func wholeNumbers() throws {
    let note =
      "inputs are whole numbers from 0 to 240 (int32) and stay as they are; --divide 255 scales them as pixels of "
      + "other images are"
    #expect(try open("whole").notes.contains(note))
    #expect(try open("whole").test.inputs().max() == 240)
    let scaled = try open("whole", OpenOptions(divisor: 255))
    #expect(!scaled.notes.contains(note))
    #expect(try scaled.test.inputs().max() == 240 / 255)
  }

  @Test("A test split with noise has the training split's scale, although it is negative in places")
  func noisyTestSplit() throws {
    let noisy = try open("noisy")
    let (train, test) = (try noisy.train.inputs(), try noisy.test.inputs())
    #expect(train.min() == 0 && (test.min() ?? 0) < -0.5)
  }

  @Test("Series keep their shape; square ones are grey images unless the user says otherwise")
  func series() throws {
    let series = try open("series")
    #expect(series.inputShape == [3, 20])
    #expect(series.notes.contains { $0.hasPrefix("inputs [N, 3, 20] stay as they are") })
    #expect(try open("series", OpenOptions(layout: .grey)).inputShape == [1, 3, 20])
    #expect(try open("square").inputShape == [1, 16, 16])
    #expect(try open("square", OpenOptions(layout: .asIs)).inputShape == [16, 16])
    #expect(
      message { try open("tokens", OpenOptions(layout: .channelsLast)) }.hasSuffix(
        "--layout channels-last is for inputs [N, height, width, channels], and it has [N, 12]"))
  }

  @Test("Integers stay integers, unless they are divided")
  func integers() throws {
    #expect(try open("tokens").holdsIntegers)
    let divided = try open("tokens", OpenOptions(divisor: 50))
    #expect(!divided.holdsIntegers)
    #expect(try divided.test.inputs() == open("tokens").test.inputs().map { $0 / 50 })
    #expect(try !open("series").holdsIntegers)
    #expect(
      message { try open("tokens", OpenOptions(divisor: .leastNonzeroMagnitude)) }.hasSuffix(
        "which makes inputs of it infinite"))
  }

  @Test("Test data alone is data, and the number of classes can be said")
  func testOnly() throws {
    let few = try open("few")
    #expect(few.train.count == 0 && few.test.count == 40 && few.classes == 3)
    #expect(few.summary == "40 test inputs of 6, no training split, 3 classes")
    let ten = try open("few", OpenOptions(classes: 10))
    #expect(ten.classNames == (0..<10).map(String.init))
    #expect(
      message { try open("few", OpenOptions(classes: 2)) }.contains(
        "--classes is 2, but its test split has the label 2 at index"))
    var recipe = Recipe()
    recipe.subset = 5
    #expect(
      message { try few.made(by: recipe) }.hasSuffix(
        "--subset 5 needs a training split, which it has not"))
    recipe.subset = nil
    recipe.normalization = .training
    #expect(message { try few.made(by: recipe) }.contains("needs a training split"))
    recipe.normalization = .given(
      means: Array(repeating: 1, count: 6), deviations: [2, 2, 2, 2, 2, 2])
    #expect(
      try few.made(by: recipe).test.inputs(0..<1) == few.test.inputs(0..<1).map { ($0 - 1) / 2 })
  }
}
