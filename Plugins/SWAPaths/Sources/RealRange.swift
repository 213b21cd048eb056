import BasinKit
import Landscape

/// Two numbers as they are typed: `0..1`, `-0.5..1.5`.
struct RealRange: ExpressibleByArgument, Sendable, Equatable {
  var bounds: ClosedRange<Double>

  init(_ bounds: ClosedRange<Double>) { self.bounds = bounds }

  init?(argument: String) {
    guard let dots = argument.firstRange(of: ".."),
      let low = Double(argument[..<dots.lowerBound]),
      let high = Double(argument[dots.upperBound...]), low.isFinite, high.isFinite, low < high
    else { return nil }
    bounds = low...high
  }

  var defaultValueDescription: String {
    NumberFormat.significant(6).text(bounds.lowerBound) + ".."
      + NumberFormat.significant(6).text(bounds.upperBound)
  }
}

extension LandscapeMetric: ExpressibleByArgument {}

/// Metrics as they are typed: `train-loss,test-error`.
struct MetricList: ExpressibleByArgument, Sendable, Equatable {
  var metrics: [LandscapeMetric]

  init(_ metrics: [LandscapeMetric]) { self.metrics = metrics }

  init?(argument: String) {
    metrics = []
    for name in argument.split(separator: ",") {
      guard let metric = LandscapeMetric(rawValue: String(name)) else { return nil }
      if !metrics.contains(metric) { metrics.append(metric) }
    }
    guard !metrics.isEmpty else { return nil }
  }

  static var defaultCompletionKind: CompletionKind {
    .list(LandscapeMetric.allCases.map(\.rawValue))
  }

  var defaultValueDescription: String { metrics.map(\.rawValue).joined(separator: ",") }
}
