import BasinCore
import Foundation

/// Bringing inputs to mean 0 and standard deviation 1, channel by channel.
public enum Normalization: Sendable, Equatable {
  /// By the training split's own means and standard deviations.
  case training
  /// By given ones, one a channel.
  case given(means: [Double], deviations: [Double])

  /// Reads `training`, or `0.49,0.48,0.44:0.24,0.24,0.26`: means, then standard deviations.
  public init?(_ text: String) {
    if text == "training" {
      self = .training
      return
    }
    let lists = text.split(separator: ":", omittingEmptySubsequences: false).map { list in
      list.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    }
    guard lists.count == 2, lists[0].count == lists[1].count, !lists[0].isEmpty,
      (lists[0] + lists[1]).allSatisfy({ $0?.isFinite == true }),
      lists[1].allSatisfy({ ($0 ?? 0) > 0 })
    else { return nil }
    self = .given(means: lists[0].compactMap(\.self), deviations: lists[1].compactMap(\.self))
  }

  /// As ``init(_:)`` reads it.
  public var text: String {
    switch self {
    case .training: "training"
    case .given(let means, let deviations):
      [means, deviations].map { $0.map { "\($0)" }.joined(separator: ",") }.joined(separator: ":")
    }
  }

  // Over all inputs and pixels; the variance is divided by the count.
  static func statistics(
    of part: Dataset.Part, shape: [Int], _ cancellation: Cancellation
  ) throws -> (means: [Double], deviations: [Double]) {
    let channels = shape[0]
    let size = shape.reduce(1, *)
    let area = size / channels
    let step = max(1, (1 << 20) / size)
    func sums(_ value: (Double, Int) -> Double) throws -> [Double] {
      var sums = [Double](repeating: 0, count: channels)
      for start in stride(from: 0, to: part.count, by: step) {
        try cancellation.check()
        let values = try part.inputs(start..<min(start + step, part.count))
        for block in 0..<(values.count / area) {
          let channel = block % channels
          var sum = 0.0
          for index in (block * area)..<((block + 1) * area) {
            sum += value(Double(values[index]), channel)
          }
          sums[channel] += sum
        }
      }
      return sums.map { $0 / (Double(part.count) * Double(area)) }
    }
    let means = try sums { value, _ in value }
    let variances = try sums { value, channel in
      (value - means[channel]) * (value - means[channel])
    }
    return (means, variances.map { sqrt($0) })
  }
}

/// Inputs of a source, normalised.
struct NormalizedInputs: InputSource {
  var base: any InputSource
  var means: [Double]
  /// Where it is 0, the channel is only shifted.
  var deviations: [Double]
  var shape: [Int]

  func inputs(_ range: Range<Int>) throws -> [Float] {
    var values = try base.inputs(range)
    let channels = shape[0]
    let area = shape.dropFirst().reduce(1, *)
    for block in 0..<(range.count * channels) {
      let mean = means[block % channels]
      let deviation = deviations[block % channels]
      let factor = deviation > 0 ? 1 / deviation : 1
      for index in (block * area)..<((block + 1) * area) {
        values[index] = Float((Double(values[index]) - mean) * factor)
      }
    }
    return values
  }
}
