import Checkpoints
import Foundation
import Testing

/// Dictionaries of arrays as Python 2's cPickle wrote them (CIFAR's Python form), opcode by opcode.
@Suite struct PickledArraysTests {
  private func short(_ text: String) -> [UInt8] {
    [UInt8(ascii: "U"), UInt8(text.utf8.count)] + Array(text.utf8)
  }

  private func name(_ module: String, _ name: String) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8)
  }

  // numpy's array of uint8 `[2, 3]`.
  private func array(_ bytes: [UInt8], type: String = "u1", rows: UInt8 = 2) -> [UInt8] {
    let state: [UInt8] =
      Array("(K".utf8) + [1] + Array("(K".utf8) + [rows] + Array("K".utf8) + [3]
      + Array("t".utf8) + name("numpy", "dtype") + short(type) + Array("K".utf8) + [0]
      + Array("K".utf8) + [1] + [0x87] + Array("R(K".utf8) + [3] + short("|")
      + Array("NNNJ".utf8) + [255, 255, 255, 255] + Array("J".utf8) + [255, 255, 255, 255]
      + Array("K".utf8) + [0] + Array("tb".utf8) + [0x89] + Array("T".utf8)
      + [UInt8(bytes.count), 0, 0, 0] + bytes + Array("tb".utf8)
    return name("numpy.core.multiarray", "_reconstruct") + name("numpy", "ndarray")
      + Array("K".utf8) + [0, 0x85] + short("b") + [0x87] + Array("R".utf8) + state
  }

  private func file(_ members: [UInt8]) -> Data {
    Data([0x80, 2] + Array("}q".utf8) + [1] + Array("(".utf8) + members + Array("u.".utf8))
  }

  @Test func arraysAndListsAreRead() throws {
    let data = file(
      short("data") + array([0, 1, 2, 253, 254, 255]) + short("labels")
        + Array("](K".utf8) + [7] + Array("K".utf8) + [9] + Array("e".utf8) + short("filenames")
        + Array("](".utf8) + short("a.png") + short("b.png") + Array("e".utf8)
        + short("batch_label") + short("training batch 1 of 5"))
    let arrays = try PickledArrays(data: data, name: "data_batch_1")
    guard case .array(let pixels)? = arrays["data"], case .integers(let labels)? = arrays["labels"],
      case .texts(let names)? = arrays["filenames"]
    else {
      Issue.record("\(arrays.values)")
      return
    }
    #expect(pixels.shape == [2, 3] && pixels.scalarType == .uint8)
    #expect(try pixels.bytes() == [0, 1, 2, 253, 254, 255])
    #expect(labels == [7, 9])
    #expect(names == ["a.png", "b.png"])
    #expect(arrays["batch_label"] == nil)
  }

  @Test func whatDoesNotAddUpIsRefused() {
    func reason(_ data: Data) -> String {
      let error = #expect(throws: CheckpointError.self) {
        _ = try PickledArrays(data: data, name: "batch")
      }
      return error?.reason ?? ""
    }
    let bytes: [UInt8] = [1, 2, 3, 200, 5, 6]
    #expect(
      reason(file(short("data") + array(bytes, rows: 3))).contains("reaches element 8"))
    #expect(
      reason(file(short("data") + array(bytes, type: "O8")))
        == "array 'data' has the type 'O8', which is not read")
    #expect(
      reason(file(short("data") + array(Array(bytes.dropLast()) + [6, 7]))).contains(
        "has 7 bytes where 6 are needed"))
    #expect(
      reason(Data([0x80, 2]) + Data("](K".utf8) + Data([1]) + Data("e.".utf8))
        == "it is a pickle of something that is no dictionary")
  }

  /// A pickle that names a shell is a pickle like any other: nothing is called.
  @Test func nothingIsCalled() throws {
    let call = name("posix", "system") + short("touch /tmp/called") + [0x85] + Array("R".utf8)
    let arrays = try PickledArrays(data: file(short("x") + call), name: "batch")
    #expect(arrays.values.isEmpty)
  }
}
