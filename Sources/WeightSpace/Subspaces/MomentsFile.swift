import BasinCore
import Checkpoints
import Foundation
import Networks
import Torch

/// The Gaussian of SWAG from a file: what `swag --moments` wrote as safetensors, or a checkpoint of
/// wjmaddox/swa_gaussian.
public struct MomentsFile {
  /// The Gaussian.
  public let swag: SWAG
  /// How many weights have a variance within the rounding of the file's numbers.
  public let unresolved: Int

  /// Reads it.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - layout: Where the network's parameters lie; names and shapes of the file are matched with it.
  ///   - rank: Deviations that are kept, the latest.
  /// - Throws: ``MomentsFileError`` where names, shapes or values do not fit; `CheckpointError`.
  public init(_ file: CheckpointFile, for layout: ParameterLayout, rank: Int) throws {
    func fail(_ text: String) -> MomentsFileError { MomentsFileError("\(file.path): \(text)") }
    func values(_ tensor: StoredTensor) throws -> Tensor {
      guard let dtype = tensor.scalarType.dtype, dtype.isFloatingPoint else {
        throw fail("\(tensor.name) holds no floating-point numbers")
      }
      return try Tensor(bytes: tensor.bytes(), shape: tensor.shape, dtype: dtype).to(.float64)
    }
    let state = file.stateDict
    let (mean, squares, deviations): (Tensor, Tensor, Tensor?)
    let (count, precision): (Int, Double)
    if let moments = file.moments {
      var (means, others, rows) = ([Tensor](), [Tensor](), [Tensor]())
      var kept: Int?
      var isCoarse = false
      for entry in layout.entries {
        let names = [entry.name] + entry.aliases
        guard let name = names.first(where: { moments.squares[$0] != nil }), let own = state[name],
          let square = moments.squares[name]
        else {
          throw fail(
            "it has no moments of the parameter \(entry.name); PATH must be of the architecture of the run"
          )
        }
        for tensor in [own, square] where tensor.shape != entry.shape {
          throw fail(
            "the moments of \(entry.name) have the shape \(tensor.shape), and the parameter has \(entry.shape)"
          )
        }
        means.append(try values(own).flattened())
        others.append(try values(square).flattened())
        isCoarse = isCoarse || square.scalarType != .float64
        if let stored = moments.deviations[name] {
          guard stored.shape.count == 2, stored.shape[1] == entry.count,
            kept == nil || kept == stored.shape[0]
          else {
            throw fail(
              "the deviations of \(entry.name) have the shape \(stored.shape), and [\(kept.map(String.init) ?? "K"), "
                + "\(entry.count)] is needed")
          }
          kept = stored.shape[0]
          rows.append(try values(stored))
        }
      }
      let spare = Set(moments.squares.keys).subtracting(
        layout.entries.flatMap { [$0.name] + $0.aliases })
      if let name = spare.min() {
        throw fail(
          "it has moments of \(name), which is no trained parameter of the network; PATH must be of the "
            + "architecture of the run")
      }
      guard rows.isEmpty || rows.count == layout.entries.count else {
        throw fail("it has the deviations of \(rows.count) of \(layout.entries.count) parameters")
      }
      guard let number = moments.count else {
        throw fail("it has no n_models, the number of networks")
      }
      (mean, squares) = try (Tensor.cat(means), Tensor.cat(others))
      deviations = rows.isEmpty ? nil : try Tensor.cat(rows, dimension: 1)
      (count, precision) = (number, isCoarse ? 0x1p-23 : 0x1p-52)
    } else if let own = state["mean"], let square = state["squares"],
      let stored = state["deviations"], let number = state["snapshots"]
    {
      let names = layout.entries.map(\.name)
      guard file.metadata["parameters"].map({ Self.names($0) == names }) ?? false else {
        throw fail(
          "its parameters are not those of the network; PATH must be of the architecture of the run"
        )
      }
      guard own.shape == [layout.count], square.shape == own.shape else {
        throw fail(
          "mean and squares have the shapes \(own.shape) and \(square.shape), and the network has "
            + "\(layout.count) parameters")
      }
      (mean, squares, deviations) = try (values(own), values(square), values(stored))
      (count, precision) = (try number.floats().first.flatMap { Int(exactly: $0) } ?? 0, 0x1p-52)
    } else {
      throw fail(
        "it holds no moments: neither what `swag PATH --moments FILE.safetensors` writes, nor NAME_mean and "
          + "NAME_sq_mean as swa_gaussian saves them")
    }
    guard count >= 2 else {
      throw fail("it is of \(Counted.text(count, "networks")), and SWAG needs two or more")
    }
    do {
      swag = try SWAG(
        mean: mean, squares: squares, deviations: deviations, count: count, rank: rank)
    } catch let error as SubspaceError {
      throw fail(error.description)
    }
    let rest = try (squares - mean * mean - squares * precision).array(of: Double.self)
    unresolved = rest.count { $0 <= 0 }
  }

  // A JSON list of texts.
  private static func names(_ json: String) -> [String]? {
    try? JSONDecoder().decode([String].self, from: Data(json.utf8))
  }
}

/// A file that gives no usable Gaussian.
public struct MomentsFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The one-line reason, with the file.
  public var description: String

  init(_ description: String) { self.description = description }
}
