import BasinCore

/// The colours of a colour axis, evenly spaced from its lower to its upper end.
struct ColorMap: Sendable {
  var stops: [Color]

  init(_ map: Figure.ColorAxis.Map) {
    switch map {
    case .sequential: stops = Self.viridis
    case .diverging: stops = Self.blueRed
    }
  }

  /// For `set palette`.
  var definition: String {
    let list = stops.enumerated().map { "\($0.offset) '#\($0.element.digits)'" }
    return "defined (\(list.joined(separator: ", ")))"
  }

  /// The colour at a position from 0 to 1.
  func color(at position: Double) -> Color {
    let place = min(max(position, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], place - Double(index))
  }

  // matplotlib's viridis (CC0), every sixteenth entry.
  private static let viridis = [
    0x440154, 0x481A6C, 0x472F7D, 0x414487, 0x39568C, 0x31688E, 0x2A788E, 0x23888E, 0x1F988B,
    0x22A884, 0x35B779, 0x54C568, 0x7AD151, 0xA5DB36, 0xD2E21B, 0xFDE725,
  ].map(Color.init)

  // Blue to red through near-white, darkening evenly to both sides (ColorBrewer RdBu, reversed).
  private static let blueRed = [
    0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D,
    0xB2182B, 0x67001F,
  ].map(Color.init)
}
