import BasinKit
import Landscape

/// Values along rays from several checkpoints.
///
/// Directions that were drawn are a sample: their means and deviations are shown. Directions that were given are
/// what they are, each is shown by itself, and nothing is inferred from them to others.
struct RayReport {
  /// Whose rays they are: a checkpoint, and for given directions a checkpoint and a direction.
  var checkpoints: [String]
  var distances: [Double]
  /// `[checkpoints][rays][distances]`; given directions have one ray each.
  var rays: [[[LandscapeValues]]]
  /// What distances are in.
  var unit: String
  /// The number of directions.
  var directions: Int
  /// Whether directions were drawn, and not given.
  var isRandom: Bool
  /// The L2 term of training losses.
  var regularizer: Regularizer?
  /// What was measured with which batch-norm statistics, as a sentence.
  var about: String
  /// With which batch-norm statistics, as a clause.
  var statistics: String

  private static let metrics: [LandscapeMetric] = [
    .trainLoss, .testLoss, .trainError, .testError,
  ]

  private func values(_ checkpoint: Int, _ metric: LandscapeMetric, at index: Int) -> [Double] {
    rays[checkpoint].map { $0[index][metric] ?? .nan }
  }

  /// The mean over rays, and bands of one standard deviation to both sides within their extremes.
  var figure: Figure {
    let panels = [LandscapeMetric.trainLoss, .testError].map { metric in
      let scale = metric.isLoss ? 1.0 : 100
      var panel = Figure.Panel(
        "",
        x: .init(unit),
        y: .init(metric.name(regularizer) + (metric.isLoss ? " (nats)" : " (%)")))
      for (index, name) in checkpoints.enumerated() {
        let each = distances.indices.map { values(index, metric, at: $0).map { $0 * scale } }
        let spread = each.map { MeanAndSpread($0) }
        if rays[index].count > 1 {
          for ray in each.first?.indices ?? 0..<0 {
            panel.add(
              .line(x: distances, y: each.map { $0[ray] }, color: .series(index), dash: .dotted))
          }
          panel.add(
            .band(
              x: distances,
              lower: zip(spread, each).map { max($0.mean - $0.deviation, $1.min() ?? .nan) },
              upper: zip(spread, each).map { min($0.mean + $0.deviation, $1.max() ?? .nan) },
              color: .series(index)))
        }
        panel.add(.line(name, x: distances, y: spread.map(\.mean), color: .series(index)))
      }
      return panel
    }
    return Figure(
      "Along \(directions) \(isRandom ? "random" : "given") direction"
        + (directions == 1 ? "" : "s"),
      panels: panels, columns: 2,
      size: .wide,
      caption: isRandom && directions > 1
        ? "Means over \(Counted.text(directions, "directions")); dotted lines are single directions; bands are "
          + "one standard deviation to both sides. \(about)"
        : about)
  }

  /// Each checkpoint against the first at the same distance along the same directions, averaged over
  /// the distances; `nil` for given directions, which are no sample.
  var comparison: Table? {
    guard isRandom, checkpoints.count > 1 else { return nil }
    let exact = NumberFormat.significant(3)
    func means(_ checkpoint: Int, _ metric: LandscapeMetric) -> [Double] {
      rays[checkpoint].map { ray in
        ray.reduce(0) { $0 + ($1[metric] ?? .nan) } / Double(ray.count)
      }
    }
    let compared = Self.metrics.flatMap { metric in
      checkpoints.indices.dropFirst().map { other in
        (
          metric, other,
          Estimate.mean(
            of: zip(means(0, metric), means(other, metric)).map { $0 - $1 }, unit: "directions",
            given: "these checkpoints", bounds: metric.differenceBounds)
        )
      }
    }
    var table = Table(
      "Means over distances, compared (\(Estimate.caption(of: compared.map(\.2)))\(statistics))",
      columns: [
        .text("quantity"), .text("of"), .text("minus"), .number("difference", format: exact),
        .number("from", format: exact), .number("to", format: exact),
      ])
    for (metric, other, estimate) in compared {
      table.append(
        [
          .text(metric.name(regularizer)), .text(checkpoints[0]), .text(checkpoints[other]),
          .number(estimate.value),
        ] + estimate.endCells)
    }
    return table
  }

  /// Mean and standard deviation over rays at every distance, or the values of each given direction.
  var table: Table {
    var table = Table(
      "Along the rays"
        + (isRandom ? " (mean ± standard deviation, n − 1, over directions)" : "") + statistics,
      columns: [.text("from"), .number("distance")]
        + Self.metrics.map {
          .number($0.name(regularizer), format: $0.isLoss ? .significant(4) : .percent(2))
        })
    for (place, name) in checkpoints.enumerated() {
      for (index, distance) in distances.enumerated() {
        table.append(
          [.text(name), .number(distance)]
            + Self.metrics.map { metric in
              let spread = MeanAndSpread(values(place, metric, at: index))
              return rays[place].count > 1
                ? .interval(spread.mean, halfWidth: spread.deviation) : .number(spread.mean)
            })
      }
    }
    return table
  }
}
