import Foundation

/// Levels of contours that lie close where a loss is low (T. Garipov, code of arXiv 1802.10026,
/// `plane_plot.py`): with the values clipped at `most`, level i is
/// min + exp(log α + i·(log(max − min) − log α)/N) for i = 1 … N, and the min for i = 0.
public enum LogarithmicLevels {
  /// The authors' log α for a loss in nats.
  public static let loss = -5.0
  /// The authors' log α for an error in per cent.
  public static let error = -1.0

  /// The levels for some values.
  ///
  /// - Parameters:
  ///   - values: Those that are not finite do not count.
  ///   - most: Values above it belong to one band, beyond the last level. It is not used where no value
  ///     is below it (``ValueCap``).
  ///   - logAlpha: log α, the logarithm of the first band's width; where the values extend over less
  ///     than e·α, log(max − min) − 5 takes its place.
  ///   - bands: N, the number of bands up to the last level.
  /// - Returns: N + 1 increasing levels; the one value where all are the same, none for no value.
  public static func levels(
    of values: [Double], most: Double, logAlpha: Double, bands: Int = 7
  ) -> [Double] {
    let cap = ValueCap(of: values, limit: most)
    guard let low = cap.lowest, let high = cap.highest else { return [] }
    guard low < high else { return [low] }
    let width = log(high - low)
    let start = width > logAlpha + 1 ? logAlpha : width - 5
    let step = (width - start) / Double(bands)
    let inner = (1..<bands).map { low + exp(start + Double($0) * step) }
    return [low] + inner + [high]
  }
}
