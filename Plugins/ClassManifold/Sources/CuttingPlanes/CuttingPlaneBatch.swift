import BasinCore
import Foundation
import Torch

/// The state of many searches that move together.
struct CuttingPlaneBatch {
  private let search: CuttingPlaneSearch
  // Planes of one dimension, which are `planes[range]`; their coordinates are `[n·d]` numbers of the
  // flat vectors from `offset` on.
  private struct Group {
    var basis: CuttingBasis
    var dimension: Int
    var count: Int
  }
  private var groups: [Group] = []
  // Places in the list that the batch was made of.
  private var places: [Int] = []
  // Which of them ended and are still in the batch.
  private var isDone: [Bool]
  private(set) var outcomes: [CuttingPlane.Outcome]

  private var origins: Tensor
  private var targets: Tensor
  private var floors: Tensor
  // θ and Adam's moments, all groups one after another.
  private var theta: Tensor
  private var mean: Tensor
  private var square: Tensor
  // The last losses, newest first.
  private var losses: [Tensor] = []
  // The smallest losses up to each of them, newest first.
  private var lowest: [Tensor] = []
  // The steps of θ between them, newest first.
  private var moves: [Tensor] = []
  private var best: Best

  // What was reached so far, `[n]` each.
  private struct Best {
    var probability: Tensor
    var loss: Tensor
    var distance: Tensor
  }

  private static let recent = 5
  // The largest standard deviation of losses that stand still, in nats.
  private static let stillness = 0.001
  // The first step that may end a search early.
  private static let earliest = 6

  /// How many planes are still searched.
  var count: Int { places.count }

  init(
    _ planes: [CuttingPlane], search: CuttingPlaneSearch, origin: (CuttingPlane) throws -> [Float],
    cancellation: Cancellation
  ) throws {
    self.search = search
    outcomes = planes.map { _ in
      CuttingPlane.Outcome(
        probability: 0, loss: .infinity, distance: nil, steps: 0, ending: .limit(isFalling: true))
    }
    // Stable: planes of one dimension stay in their order.
    let order = planes.indices.sorted { (planes[$0].dimension, $0) < (planes[$1].dimension, $1) }
    places = order
    isDone = order.map { _ in false }
    var start = 0
    while start < order.count {
      let dimension = planes[order[start]].dimension
      let end = order[start...].firstIndex { planes[$0].dimension != dimension } ?? order.count
      let bases = try order[start..<end].map { place in
        try cancellation.check()
        return try search.options.basis.draw(
          dimension: dimension, inputs: search.inputs,
          search.seed.derived(planes[place].words + ["basis"]))
      }
      groups.append(
        Group(basis: try .joined(bases), dimension: dimension, count: end - start))
      start = end
    }
    let count = planes.count
    origins = try Tensor(
      order.flatMap { try origin(planes[$0]) }, shape: [count, search.inputs])
    targets = try Tensor(
      order.flatMap { place in
        let target = Set(planes[place].target)
        return (0..<search.classes).map { target.contains($0) ? 1 / Float(target.count) : 0 }
      }, shape: [count, search.classes])
    floors = try Tensor(
      order.map { Float(log(Double(Set(planes[$0].target).count))) }, shape: [count])
    let numbers = groups.reduce(0) { $0 + $1.count * $1.dimension }
    (theta, mean, square) = (
      try .zeros([numbers]), try .zeros([numbers]), try .zeros([numbers])
    )
    best = Best(
      probability: try .zeros([count]), loss: try .full([count], .infinity),
      distance: try .full([count], .infinity))
  }

  /// Evaluates all planes where they are, takes one step of Adam, and lets go of those that ended.
  mutating func advance(_ step: Int) throws {
    let steps = try coordinates { try $0.point($1) }
    var points = try origins + Tensor.cat(steps)
    var inside: Tensor?
    if let box = search.options.box {
      let free = points
      points = try free.clamped(min: Double(box.lowerBound), max: Double(box.upperBound))
      // What is clamped does not move with θ.
      inside = try points.equal(to: free)
    }
    var (loss, probability, gradient) = try search.evaluate(points, targets: targets, step: step)
    if let inside { gradient = try gradient * inside }
    try record(loss, probability, distance: points - origins)
    losses = [loss] + losses.prefix(Self.recent - 1)
    lowest = [best.loss] + lowest.prefix(Self.recent - 1)
    let slope = try slope(gradient)
    let isLast = step == search.options.steps
    let mayEnd = isLast || (search.options.stopsEarly && step >= Self.earliest)
    let endings = mayEnd ? try endings(slope) : []
    if !isLast { try descend(slope, step) }
    if mayEnd { try remove(endings, step, all: isLast) }
  }

  // The gradient by θ, all groups one after another.
  private func slope(_ gradient: Tensor) throws -> Tensor {
    var start = 0
    return try Tensor.cat(
      groups.map { group in
        defer { start += group.count }
        return try group.basis.coordinates(
          gradient.narrow(0, start: start, length: group.count)
        ).flattened()
      })
  }

  // A number of each plane, `[n]`, of its part of a flat vector: `body` gets each group's as `[n, d]`.
  private func perPlane(_ vector: Tensor, _ body: (Tensor) throws -> Tensor) throws -> Tensor {
    var offset = 0
    return try Tensor.cat(
      groups.map { group in
        let length = group.count * group.dimension
        defer { offset += length }
        return try body(
          vector.narrow(0, start: offset, length: length).view([group.count, group.dimension]))
      })
  }

  // Calls `body` with each group's basis and its part of θ as `[n, d]`.
  private func coordinates(
    _ body: (CuttingBasis, Tensor) throws -> Tensor
  ) throws -> [Tensor] {
    var offset = 0
    return try groups.map { group in
      let length = group.count * group.dimension
      let part = try theta.narrow(0, start: offset, length: length)
        .view([group.count, group.dimension])
      offset += length
      return try body(group.basis, part)
    }
  }

  private mutating func record(_ loss: Tensor, _ probability: Tensor, distance: Tensor) throws {
    best.probability = try best.probability.maximum(probability)
    best.loss = try best.loss.minimum(loss)
    let length = try distance.norm(1)
    let reached = try probability.greaterOrEqual(to: search.options.threshold)
    let shorter = try best.distance.minimum(length)
    best.distance = try reached.choose(shorter, best.distance)
  }

  // How the search of each plane would end now: at the limit, where it has not converged. This is the
  // one transfer of a step.
  private func endings(_ slope: Tensor) throws -> [CuttingPlane.Ending] {
    let gap = try (losses[0] - floors).absolute()
    let fall = try standardFall(slope)
    let flags = try Tensor.stack([
      gap.lessOrEqual(to: 0.01),
      Tensor.stack(losses).populationDeviation(0).lessOrEqual(to: Self.stillness),
      fall.absolute().lessOrEqual(to: Self.stillness), fall.greater(than: Self.stillness),
      (lowest[lowest.count - 1] - lowest[0]).greater(than: Self.stillness),
    ]).to(.int64).array(of: Int64.self)
    let count = places.count
    return (0..<count).map { row in
      func flag(_ index: Int) -> Bool { flags[index * count + row] != 0 }
      if flag(0) { return .reached }
      // Before there are five losses, they say nothing.
      let isSteady = losses.count == Self.recent && flag(1)
      if isSteady, flag(2) { return .still }
      return .limit(isFalling: flag(4) || (isSteady && flag(3)))
    }
  }

  // The standard deviation of five losses that fall evenly, by the gradient along the last four steps, if the
  // learning rate were the standard one: a loss that hardly changes over short steps need not be flat. 0 for steps
  // that are long enough. Adam's steps are as long as the learning rate, whatever the gradient's length, and
  // those to and fro, about a minimum, cancel.
  private func standardFall(_ slope: Tensor) throws -> Tensor {
    let ratio = search.options.standardRate / search.options.learningRate
    guard ratio > 1, let first = moves.first else { return try losses[0] * 0 }
    let path = try moves.dropFirst().reduce(first) { try $0 + $1 }
    return try perPlane(slope * path) { try $0.sum(1) }
      * (-ratio / Double(Self.recent - 1) * 2.0.squareRoot())
  }

  private mutating func descend(_ slope: Tensor, _ step: Int) throws {
    let (first, second, epsilon) = (0.9, 0.999, 1e-7)
    try mean.scale(by: first)
    try mean.add(slope, scale: 1 - first)
    try square.scale(by: second)
    try square.add(slope, times: slope, scale: 1 - second)
    let corrections: (Double, Double) =
      switch search.options.adam {
      case .standard: (1 - pow(first, Double(step)), 1 - pow(second, Double(step)))
      case .reference: (1 - first, 1 - second)
      }
    let scale = try (square / corrections.1).squareRoot() + epsilon
    let rate = -search.options.learningRate / corrections.0
    try theta.add(mean, dividedBy: scale, scale: rate)
    moves = [try mean / scale * rate] + moves.prefix(Self.recent - 2)
  }

  // Writes down what ended planes reached, and takes them out of every tensor once they are an eighth:
  // taking out copies the bases of those that stay.
  private mutating func remove(
    _ endings: [CuttingPlane.Ending], _ step: Int, all: Bool
  ) throws {
    let rows = places.indices.filter { row in
      if isDone[row] { return false }
      if case .limit = endings[row] { return all }
      return true
    }
    guard !rows.isEmpty else { return }
    let probability = try best.probability.array(of: Float.self)
    let loss = try best.loss.array(of: Float.self)
    let distance = try best.distance.array(of: Float.self)
    for row in rows {
      isDone[row] = true
      outcomes[places[row]] = CuttingPlane.Outcome(
        probability: min(1, Double(probability[row])), loss: Double(loss[row]),
        distance: distance[row].isFinite ? Double(distance[row]) : nil, steps: step,
        ending: endings[row])
    }
    let kept = places.indices.filter { !isDone[$0] }
    if kept.isEmpty || (places.count - kept.count) * 8 >= places.count { try keep(kept) }
  }

  private mutating func keep(_ kept: [Int]) throws {
    var (row, offset) = (0, 0)
    var remaining: [Group] = []
    let vectors = [theta, mean, square] + moves
    var numbers = [[Tensor]](repeating: [], count: vectors.count)
    var next = kept[...]
    for var group in groups {
      let own = next.prefix { $0 < row + group.count }
      next = next.dropFirst(own.count)
      let length = group.count * group.dimension
      if own.count == group.count {
        for (place, vector) in vectors.enumerated() {
          numbers[place].append(try vector.narrow(0, start: offset, length: length))
        }
        remaining.append(group)
      } else if !own.isEmpty {
        let index = try Tensor(own.map { Int64($0 - row) }, shape: [own.count])
        for (place, vector) in vectors.enumerated() {
          numbers[place].append(
            try vector.narrow(0, start: offset, length: length)
              .view([group.count, group.dimension]).indexSelect(0, index).flattened())
        }
        group.basis = try group.basis.selecting(index)
        row += group.count
        group.count = own.count
        remaining.append(group)
        offset += length
        continue
      }
      row += group.count
      offset += length
    }
    groups = remaining
    places = kept.map { places[$0] }
    isDone = kept.map { _ in false }
    guard !kept.isEmpty else { return }
    let joined = try numbers.map { try Tensor.cat($0) }
    (theta, mean, square) = (joined[0], joined[1], joined[2])
    moves = Array(joined.dropFirst(3))
    let index = try Tensor(kept.map(Int64.init), shape: [kept.count])
    func rows(_ tensor: Tensor) throws -> Tensor { try tensor.indexSelect(0, index) }
    (origins, targets, floors) = (try rows(origins), try rows(targets), try rows(floors))
    losses = try losses.map(rows)
    lowest = try lowest.map(rows)
    best = Best(
      probability: try rows(best.probability), loss: try rows(best.loss),
      distance: try rows(best.distance))
  }
}

extension CuttingPlane {
  /// What its random draws follow from.
  var words: [String] {
    [target.map(String.init).joined(separator: "+"), String(dimension), String(repetition)]
  }
}
