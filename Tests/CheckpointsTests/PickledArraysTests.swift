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

  /// What Python 3.11 and NumPy 2.4 write of
  /// `{b"data": array([[0, 1, 2], [253, 254, 255]], uint8), b"labels": [7, 9], b"filenames": [b"a.png", b"b.png"]}`
  /// (protocol 4: with `str` for keys).
  @Test(arguments: [
    "gAJ9cQAoY19jb2RlY3MKZW5jb2RlCnEBWAQAAABkYXRhcQJYBgAAAGxhdGluMXEDhnEEUnEFY251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEGY251bXB5Cm5kYXJyYXkKcQdLAIVxCGgBWAEAAABicQloA4ZxClJxC4dxDFJxDShLAUsCSwOGcQ5jbnVtcHkKZHR5cGUKcQ9YAgAAAHUxcRCJiIdxEVJxEihLA1gBAAAAfHETTk5OSv////9K/////0sAdHEUYoloAVgJAAAAAAECw73DvsO/cRVoA4ZxFlJxF3RxGGJoAVgGAAAAbGFiZWxzcRloA4ZxGlJxG11xHChLB0sJZWgBWAkAAABmaWxlbmFtZXNxHWgDhnEeUnEfXXEgKGgBWAUAAABhLnBuZ3EhaAOGcSJScSNoAVgFAAAAYi5wbmdxJGgDhnElUnEmZXUu",
    "gAN9cQAoQwRkYXRhcQFjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQJjbnVtcHkKbmRhcnJheQpxA0sAhXEEQwFicQWHcQZScQcoSwFLAksDhnEIY251bXB5CmR0eXBlCnEJWAIAAAB1MXEKiYiHcQtScQwoSwNYAQAAAHxxDU5OTkr/////Sv////9LAHRxDmKJQwYAAQL9/v9xD3RxEGJDBmxhYmVsc3ERXXESKEsHSwllQwlmaWxlbmFtZXNxE11xFChDBWEucG5ncRVDBWIucG5ncRZldS4=",
    "gASVzQAAAAAAAAB9lCiMBGRhdGGUjBZudW1weS5fY29yZS5tdWx0aWFycmF5lIwMX3JlY29uc3RydWN0lJOUjAVudW1weZSMB25kYXJyYXmUk5RLAIWUQwFilIeUUpQoSwFLAksDhpRoBYwFZHR5cGWUk5SMAnUxlImIh5RSlChLA4wBfJROTk5K/////0r/////SwB0lGKJQwYAAQL9/v+UdJRijAZsYWJlbHOUXZQoSwdLCWWMCWZpbGVuYW1lc5RdlChDBWEucG5nlEMFYi5wbmeUZXUu",
    "gAWVuAAAAAAAAAB9lChDBGRhdGGUjBNudW1weS5fY29yZS5udW1lcmljlIwLX2Zyb21idWZmZXKUk5QolgYAAAAAAAAAAAEC/f7/lIwFbnVtcHmUjAVkdHlwZZSTlIwCdTGUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LAHSUYksCSwOGlIwBQ5R0lFKUQwZsYWJlbHOUXZQoSwdLCWVDCWZpbGVuYW1lc5RdlChDBWEucG5nlEMFYi5wbmeUZXUu",
  ])
  func whatPython3WritesIsRead(text: String) throws {
    let arrays = try PickledArrays(
      data: try #require(Data(base64Encoded: text)), name: "batch")
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
