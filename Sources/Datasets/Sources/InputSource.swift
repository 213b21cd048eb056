/// Where a part's inputs come from: they are computed for a range when it is asked for.
///
/// The numbers of an example are the same whatever range it is asked for in.
public protocol InputSource: Sendable {
  /// Inputs of a range of examples, row-major `[range.count, …input shape]`.
  ///
  /// - Throws: ``DatasetError`` when a file behind them cannot be read any more.
  func inputs(_ range: Range<Int>) throws -> [Float]
}

/// Inputs that are in memory as they are.
struct MemoryInputs: InputSource {
  var values: [Float]
  /// Numbers in one input.
  var width: Int

  func inputs(_ range: Range<Int>) -> [Float] {
    Array(values[(range.lowerBound * width)..<(range.upperBound * width)])
  }
}

/// Pixels that are kept as bytes, divided by 255 when they are asked for.
struct ByteInputs: InputSource {
  var bytes: [UInt8]
  /// Where the first input starts, how far the next is from it, and how many bytes it has.
  var offset: Int
  var stride: Int
  var width: Int

  func inputs(_ range: Range<Int>) -> [Float] {
    let count = range.count * width
    return [Float](unsafeUninitializedCapacity: count) { target, filled in
      bytes.withUnsafeBufferPointer { bytes in
        var position = 0
        for example in range {
          let start = offset + example * stride
          for index in start..<(start + width) {
            target[position] = Float(bytes[index]) / 255
            position += 1
          }
        }
      }
      filled = count
    }
  }
}

/// Several sources one after the other.
struct ConcatenatedInputs: InputSource {
  var parts: [(source: any InputSource, count: Int)]

  func inputs(_ range: Range<Int>) throws -> [Float] {
    var result: [Float] = []
    var start = 0
    for part in parts {
      let own = range.clamped(to: start..<(start + part.count))
      if !own.isEmpty {
        result += try part.source.inputs((own.lowerBound - start)..<(own.upperBound - start))
      }
      start += part.count
    }
    return result
  }
}

/// Some of a source's inputs, in an order of their own.
struct SelectedInputs: InputSource {
  var base: any InputSource
  var indices: [Int]

  func inputs(_ range: Range<Int>) throws -> [Float] {
    var result: [Float] = []
    var position = range.lowerBound
    while position < range.upperBound {
      // Neighbours are read together.
      var end = position + 1
      while end < range.upperBound, indices[end] == indices[end - 1] + 1 { end += 1 }
      result += try base.inputs(indices[position]..<(indices[end - 1] + 1))
      position = end
    }
    return result
  }
}
