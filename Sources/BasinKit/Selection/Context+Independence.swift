import Landscape
import Torch

extension Context {
  /// What metadata and weights say about the independence of checkpoints.
  ///
  /// Cosines are over the parameters with two dimensions or more, which start at random and around zero:
  /// biases and the scales of norms start alike in every run. At most 2¹⁸ of them are compared, evenly
  /// spaced. Two checkpoints are similar above ``Independence/level``, and above six standard deviations
  /// of the cosine of random directions, 6/√P. A network with one such parameter is not judged: its
  /// loss may be convex, and independent runs then end at the same weights.
  ///
  /// - Throws: What ``parameters(_:alone:)`` throws.
  public func independence(of selected: [SelectedCheckpoint]) throws -> Independence {
    var found = Independence()
    found.contents = try contents(of: selected)
    // Fewer have no interval.
    guard selected.count >= Estimate.fewestUnits else { return found }
    var groups: [Architecture: [SelectedCheckpoint]] = [:]
    var seen: Set<String> = []
    for one in selected
    where one.isJudgedByWeights && seen.insert(one.checkpoint.identity).inserted {
      groups[one.architecture, default: []].append(one)
    }
    for members in groups.values where members.count > 1 {
      guard let (cosines, level) = try cosines(of: members) else { continue }
      for (row, first) in members.enumerated() {
        for (column, second) in members.enumerated()
        where row != column && cosines[row][column] > level {
          found.similar[first.checkpoint.identity, default: [:]][second.checkpoint.identity] =
            cosines[row][column]
        }
      }
    }
    return found
  }

  /// Warns where checkpoints that a command takes for the snapshots of one run are not like that.
  ///
  /// The weights of each and the next are compared as in ``independence(of:)``. A run goes far from its start within
  /// its first epochs, so one such step says nothing: all must be below the level.
  ///
  /// - Throws: What ``parameters(_:alone:)`` throws.
  public func warnUnlessOneRun(_ selected: [SelectedCheckpoint]) throws {
    guard selected.count > 1, selected.allSatisfy(\.isJudgedByWeights),
      selected.allSatisfy({ $0.architecture == selected[0].architecture }),
      let (cosines, level) = try cosines(of: selected)
    else { return }
    let steps = (1..<selected.count).map { cosines[$0 - 1][$0] }
    // NaN is no objection: what has diverged is said elsewhere.
    guard let closest = steps.enumerated().max(by: { $0.element < $1.element }),
      steps.allSatisfy({ $0 <= level })
    else { return }
    warn(
      "these are not like snapshots of one run: the weights of \(selected[closest.offset].label) and "
        + "\(selected[closest.offset + 1].label), the next, have a cosine of "
        + "\(NumberFormat.fixed(2).text(closest.element)), and no others a higher one; independent "
        + "networks have no useful mean, and intervals of one run do not hold for them")
  }

  // Cosines of weights, and the level above which they are similar; `nil` where the network is not judged.
  private func cosines(
    of members: [SelectedCheckpoint]
  ) throws -> (cosines: [[Double]], level: Double)? {
    let places = try places(of: members[0])
    guard !places.isEmpty else { return nil }
    let level = max(Independence.level, 6 / Double(places.count).squareRoot())
    let order = try Tensor(places, shape: [places.count])
    let weights = try members.map { one in
      try cancellation.check()
      return try parameters(one, alone: true).to(device: "cpu").indexSelect(0, order)
    }
    return (try Pairwise.cosineSimilarity(weights, cancellation: cancellation), level)
  }

  // Where the parameters that are compared lie; none where they say nothing.
  private func places(of one: SelectedCheckpoint) throws -> [Int64] {
    _ = try parameters(one, alone: true)
    let matrices = try workspace.network(for: one.architecture).parameterLayout.entries.filter {
      $0.shape.count { $0 > 1 } >= 2
    }
    guard matrices.count > 1 else { return [] }
    let all = matrices.reduce(0) { $0 + $1.count }
    let step = max(1, (all + (1 << 18) - 1) / (1 << 18))
    var places: [Int64] = []
    // The places of all matrices one after the other, and the next one that counts.
    var (start, next) = (0, 0)
    for matrix in matrices {
      while next < start + matrix.count {
        places.append(Int64(matrix.offset + next - start))
        next += step
      }
      start += matrix.count
    }
    return places
  }
}
