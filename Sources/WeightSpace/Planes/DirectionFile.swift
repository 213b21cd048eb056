import Checkpoints
import Networks
import Torch

/// Directions in weight space that a file gives: `direction0`, `direction1`, …
///
/// Each is one flat vector `[P]` under that name, in the order of the network's parameters, or a tensor for
/// every parameter, `direction0.conv1.weight`, with the parameter's shape. They are taken as they are:
/// nothing is normalised. A tensor `origin`, where a subspace begins, and `sizes`, how many values each parameter
/// has, are left alone.
public enum DirectionFile {
  private static let besides: Set = ["origin", "sizes"]

  /// The directions of a file, flat `[P]` in double precision.
  ///
  /// - Parameters:
  ///   - file: The file, opened as a checkpoint.
  ///   - layout: Where the network's parameters lie.
  /// - Throws: ``DirectionFileError`` where names or shapes do not fit, or values are not finite.
  public static func directions(
    in file: Checkpoint, for layout: ParameterLayout
  ) throws -> [Tensor] {
    guard case .stored(let state) = file.weights else { return [] }
    func fail(_ text: String) -> DirectionFileError { DirectionFileError("\(file.label): \(text)") }
    func values(_ tensor: StoredTensor) throws -> [Double] {
      let values = try tensor.floats()
      let bad = values.count { !$0.isFinite }
      guard bad == 0 else {
        throw fail("\(bad) of the values of \(tensor.name) are NaN or infinite")
      }
      return values.map(Double.init)
    }
    var directions: [Tensor] = []
    var used = 0
    while true {
      let name = "direction\(directions.count)"
      if let flat = state[name] {
        let count = flat.shape.reduce(1, *)
        guard flat.shape.count == 1, count == layout.count else {
          throw fail(
            "\(name) has the shape \(flat.shape), and the network has \(layout.count) parameters; "
              + "give a vector of that length, or tensors named \(name).PARAMETER")
        }
        directions.append(try Tensor(values(flat), shape: [count]))
        used += 1
        continue
      }
      guard state.tensors.contains(where: { $0.name.hasPrefix(name + ".") }) else { break }
      var all: [Double] = []
      for entry in layout.entries {
        let names = ([entry.name] + entry.aliases).map { "\(name).\($0)" }
        guard let stored = names.lazy.compactMap({ state[$0] }).first else {
          throw fail("\(names[0]) is missing; give zeros where a parameter is to stay")
        }
        guard stored.shape == entry.shape else {
          throw fail(
            "\(stored.name) has the shape \(stored.shape), and the parameter has \(entry.shape)")
        }
        all += try values(stored)
        used += 1
      }
      directions.append(try Tensor(all, shape: [all.count]))
    }
    guard !directions.isEmpty else {
      throw fail(
        "it has no tensor named direction0 or direction0.PARAMETER; docs/formats.md says how "
          + "directions are named")
    }
    guard used == state.tensors.count(where: { !besides.contains($0.name) }) else {
      let known = Set(
        directions.indices.flatMap { index in
          ["direction\(index)"] + layout.entries.map { "direction\(index).\($0.name)" }
        })
      let other =
        state.tensors.first { !besides.contains($0.name) && !known.contains($0.name) }?.name ?? ""
      throw fail("'\(other)' is no direction of this network; rename it or leave it out")
    }
    return directions
  }
}

/// A file that gives no usable directions.
public struct DirectionFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The one-line reason, with the file.
  public var description: String

  init(_ description: String) { self.description = description }
}
