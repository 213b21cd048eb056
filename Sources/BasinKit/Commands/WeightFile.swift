import Checkpoints
import Foundation
import Landscape
import Torch

/// A file of vectors in weight space that a command writes beside its result, and whether it may replace one.
public struct WeightFileOptions: ParsableArguments {
  /// Replace the file where it is there already.
  @Flag(help: "Replace an existing file.") public var force = false

  /// Nothing is replaced.
  public init() {}
}

extension Context {
  /// Writes vectors `[P]` or rows of them `[K, P]`, and how the network's parameters lie in them: their names
  /// (`parameters`) in order, and how many values each has (`sizes`).
  ///
  /// - Parameters:
  ///   - vectors: Named vectors, in double or single precision.
  ///   - layout: Where the network's parameters lie.
  ///   - path: A file that ends in .npz or .safetensors.
  ///   - replacing: Whether a file that is there is replaced.
  /// - Throws: `CommandError` for another ending or a file that is there; what writing throws.
  public func write(
    _ vectors: [(name: String, values: Tensor)], along layout: ParameterLayout, to path: String,
    replacing: Bool
  ) throws {
    try checkCanWrite(arrays: path, replacing: replacing)
    var arrays = try vectors.map { name, values in
      let elements: ArrayWriter.Array.Elements =
        values.dtype == .float32
        ? .floats(try values.array(of: Float.self)) : .doubles(try values.array(of: Double.self))
      return ArrayWriter.Array(name, values.shape, elements)
    }
    let entries = layout.entries
    arrays.append(.init("parameters", [entries.count], .texts(entries.map(\.name))))
    if !path.lowercased().hasSuffix(".safetensors") {
      // A tensor of its own would be one more direction; there, shapes say it.
      arrays.append(
        .init("sizes", [entries.count], .integers(entries.map { $0.shape.reduce(1, *) })))
    }
    try ArrayWriter.write(arrays, to: path)
    recordWritten(path)
  }
}
