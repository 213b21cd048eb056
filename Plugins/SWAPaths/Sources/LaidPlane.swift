import BasinKit
import Landscape
import Torch

/// A plane, and what its figure says about it.
struct LaidPlane {
  var plane: ParameterPlane
  /// Places that must be shown besides the checkpoints.
  var corners: [ParameterPlane.Projection] = []
  var title: String
  var note: String?
}

extension PlaneCommand {
  /// The plane that the arguments ask for.
  func lay(_ anchors: [SelectedCheckpoint], _ context: Context) throws -> LaidPlane {
    do {
      return try pca
        ? principal(anchors, context)
        : random
          ? randomly(anchors, context)
          : directions.map { try along($0, anchors, context) } ?? through(anchors, context)
    } catch let error as PlaneError {
      throw CommandError("\(error.description); choose other checkpoints")
    } catch let error as SubspaceError {
      throw CommandError(error.description)
    }
  }

  private func through(
    _ anchors: [SelectedCheckpoint], _ context: Context
  ) throws -> LaidPlane {
    guard anchors.count == 3 else {
      throw CommandError(
        "a plane goes through three checkpoints, and "
          + "\(checkpoints.map(\.text).joined(separator: " ")) is \(anchors.count); give three, or "
          + "--pca for a run's snapshots, or --random for one checkpoint")
    }
    let vectors = try anchors.map { try context.parameters($0) }
    let names = anchors.map(\.label)
    return LaidPlane(
      plane: try ParameterPlane(
        through: vectors[0], vectors[1], vectors[2],
        names: ["towards \(names[1])", "across, towards \(names[2])"]),
      title: "The plane of \(names[0]), \(names[1]) and \(names[2])")
  }

  private func principal(
    _ anchors: [SelectedCheckpoint], _ context: Context
  ) throws -> LaidPlane {
    guard anchors.count >= 3 else {
      throw CommandError(
        "--pca needs three or more snapshots, and "
          + "\(checkpoints.map(\.text).joined(separator: " ")) is \(anchors.count)")
    }
    let vectors = try anchors.map { try context.parameters($0) }
    let subspace = try SnapshotSubspace(
      vectors, rank: anchors.count - 1, cancellation: context.cancellation)
    guard subspace.deviations.count >= 2 else {
      throw try CommandError(farAway(anchors, vectors, context) ?? Self.onOneLine(anchors.count))
    }
    let variances = subspace.deviations.map { $0 * $0 }
    let parts = variances.map { $0 / variances.reduce(0, +) }
    let percent = NumberFormat.percent(1)
    return LaidPlane(
      plane: try ParameterPlane(
        at: subspace.mean, along: subspace.components.basis.select(0, 0),
        subspace.components.basis.select(0, 1),
        names: ["first principal component", "second principal component"]),
      title: "The plane of \(checkpoints.map(\.text).joined(separator: ", "))",
      note: "the plane goes through the mean of \(anchors.count) snapshots; its components have "
        + "\(percent.text(parts[0])) and \(percent.text(parts[1])) of their variance")
  }

  private static func onOneLine(_ count: Int) -> String {
    "the \(count) snapshots lie on one line, or at one or two places, and span no plane; choose others"
  }

  // A snapshot beside whose distance those of the others are rounding; `nil` without one.
  private func farAway(
    _ anchors: [SelectedCheckpoint], _ vectors: [Tensor], _ context: Context
  ) throws -> String? {
    let norms: [Double] = try vectors.map { try $0.to(.float64).norm().item() }
    let middle = norms.sorted()[norms.count / 2]
    guard let place = norms.indices.max(by: { norms[$0] < norms[$1] }), norms[place] > 1e6 * middle
    else { return nil }
    let format = NumberFormat.significant(3)
    let remedy =
      context.line { $0.label == anchors[place].label }.map { "leave it out: `\($0)`" }
      ?? "choose others"
    return
      "the weights of \(anchors[place].label) have the norm \(format.text(norms[place])), and those of "
      + "the others about \(format.text(middle)): beside it they are one place, and span no plane; \(remedy)"
  }

  private func along(
    _ path: String, _ anchors: [SelectedCheckpoint], _ context: Context
  ) throws -> LaidPlane {
    guard anchors.count == 1 else {
      throw CommandError(
        "--directions takes one checkpoint, and \(checkpoints.map(\.text).joined(separator: " ")) is "
          + "\(anchors.count)" + (anchors.last.map { "; give for instance \($0.label)" } ?? ""))
    }
    let found = try context.directions(in: path, for: anchors[0])
    guard found.count == 2 else {
      throw CommandError(
        "\(path) has \(found.count) \(found.count == 1 ? "direction" : "directions"), and a plane "
          + "takes two, direction0 and direction1")
    }
    let far = reach ?? 1
    return LaidPlane(
      plane: try ParameterPlane(
        at: context.parameters(anchors[0]), steps: found[0], found[1],
        names: ["multiples of direction0", "multiples of direction1"]),
      corners: [.init(x: -far, y: -far), .init(x: far, y: far)],
      title: "Given directions from \(anchors[0].label)",
      note: "the directions are those of \(path), as they are: not normalised and not made "
        + "orthogonal")
  }

  private func randomly(
    _ anchors: [SelectedCheckpoint], _ context: Context
  ) throws -> LaidPlane {
    guard anchors.count == 1 else {
      throw CommandError(
        "--random takes one checkpoint, and \(checkpoints.map(\.text).joined(separator: " ")) is "
          + "\(anchors.count)" + (anchors.last.map { "; give for instance \($0.label)" } ?? ""))
    }
    let layout = try context.evaluator(for: anchors[0].architecture).network.parameterLayout
    let start = try context.parameters(anchors[0]).to(device: "cpu")
    if filterNormalised || reach == nil, try start.countNonzero() == 0 {
      throw CommandError(
        "the weights of \(anchors[0].label) are all zero, "
          + (filterNormalised
            ? "and so are directions with the norms of their filters; leave out --filter-normalised "
              + "and give --reach 1"
            : "and half their norm is no reach; give for instance --reach 1"))
    }
    // Of what decides the directions alone: what is measured along them moves none.
    let seed = context.seed(for: "random directions", "plane")
    let directions = try ["first", "second"].map { name in
      let generator = seed.derived("direction", name).generator()
      return try filterNormalised
        ? RandomDirections.filterNormalised(around: start, layout, generator)
        : RandomDirections.unit(count: layout.count, generator)
    }
    let norm = try start.to(.float64).norm().item()
    let far = reach ?? (filterNormalised ? 1 : norm / 2)
    let device = context.workspace.settings.device
    let origin = try start.to(device: device)
    let (first, second) = (
      try directions[0].to(device: device), try directions[1].to(device: device)
    )
    // Orthogonal directions would have other norms, filter by filter (Li et al. do not make them so).
    let plane =
      try filterNormalised
      ? ParameterPlane(
        at: origin, steps: first, second,
        names: ["multiples of the first direction", "multiples of the second direction"])
      : ParameterPlane(
        at: origin, along: first, second, names: ["first direction", "second direction"])
    let cosine =
      try directions[0].dot(directions[1]).item()
      / (directions[0].norm().item() * directions[1].norm().item())
    return LaidPlane(
      plane: plane, corners: [.init(x: -far, y: -far), .init(x: far, y: far)],
      title: "Random directions from \(anchors[0].label)",
      note: filterNormalised
        ? "filter by filter both directions have the norms of \(anchors[0].label); biases and scales "
          + "of norms stay. The directions are not made orthogonal: the cosine between them is "
          + NumberFormat.significant(3).text(cosine) : nil)
  }
}
