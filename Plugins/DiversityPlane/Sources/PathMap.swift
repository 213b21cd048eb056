import BasinKit
import Landscape

/// Checkpoints as points of a plane: the snapshots of a run as a path, independent ones on their own.
struct PathMap {
  var title: String
  var x: String
  var y: String
  var aspect: Figure.Panel.Aspect
  var caption: String
  var checkpoints: [SelectedCheckpoint]
  /// `[N][2]`
  var coordinates: [[Double]]

  /// The figure, and the coordinates as a table.
  var result: Result {
    var result = Result()
    result.add(figure)
    var table = Table(
      title,
      columns: [.text("checkpoint"), .text("name"), .number("x"), .number("y")])
    for (one, point) in zip(checkpoints, coordinates) {
      table.append([
        .text(one.label), .text(one.checkpoint.name), .number(point[0]), .number(point[1]),
      ])
    }
    result.add(table)
    return result
  }

  /// A set's checkpoints, or those of one run in it.
  private struct Group {
    var name: String
    var places: [Int]
    var isPath: Bool
  }

  // A run is what has one seed and epochs that rise.
  private var groups: [Group] {
    var sets: [(name: String, places: [Int])] = []
    for (place, one) in checkpoints.enumerated() {
      if let index = sets.firstIndex(where: { $0.name == one.set }) {
        sets[index].places.append(place)
      } else {
        sets.append((one.set, [place]))
      }
    }
    return sets.flatMap { set -> [Group] in
      var runs: [[Int]] = []
      for place in set.places {
        if let last = runs.last?.last, follows(last, place) {
          runs[runs.count - 1].append(place)
        } else {
          runs.append([place])
        }
      }
      guard runs.contains(where: { $0.count > 1 }) else {
        return [Group(name: set.name, places: set.places, isPath: false)]
      }
      return runs.enumerated().map { index, run in
        Group(
          name: runs.count == 1 ? set.name : "\(set.name), run \(index)", places: run,
          isPath: run.count > 1)
      }
    }
  }

  private func follows(_ first: Int, _ second: Int) -> Bool {
    func number(_ place: Int, _ key: String) -> Double? {
      checkpoints[place].checkpoint.metadata[key].flatMap(Double.init)
    }
    guard let before = number(first, "epoch"), let after = number(second, "epoch") else {
      return false
    }
    return after > before && number(first, "seed") == number(second, "seed")
  }

  private var figure: Figure {
    var panel = Figure.Panel("", x: .init(x), y: .init(y), aspect: aspect)
    for (index, group) in groups.enumerated() {
      let xs = group.places.map { coordinates[$0][0] }
      let ys = group.places.map { coordinates[$0][1] }
      let color = Figure.ColorRole.series(index)
      guard group.isPath, let x = xs.first, let y = ys.first, let endX = xs.last, let endY = ys.last
      else {
        panel.add(.scatter(group.name, x: xs, y: ys, color: color))
        continue
      }
      panel.add(.line(group.name, x: xs, y: ys, color: color, marker: .circle))
      panel.add(.scatter(x: [x], y: [y], color: color, marker: .square, sizes: [1.6]))
      panel.add(.scatter(x: [endX], y: [endY], color: color, marker: .star, sizes: [1.8]))
    }
    return Figure(title, panel, legend: .right, caption: caption)
  }
}
