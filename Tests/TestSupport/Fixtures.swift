import BasinCore
import Foundation

/// Folders of files that other programs wrote.
public enum Fixtures {
  /// All of them.
  public static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures").path

  /// Checkpoints of real PyTorch, and damaged ones.
  public static let checkpoints = folder + "/checkpoints"
  /// Networks as PyTorch saved them.
  public static let networks = folder + "/networks"

  /// A TorchScript file among ``networks``, known by its content as programs are that run.
  public static func program(_ name: String) throws -> InputFile {
    let content = try Data(contentsOf: URL(fileURLWithPath: "\(networks)/\(name)"))
    return InputFile(
      path: "\(networks)/\(name)", sha256: SHA256.hexadecimal(of: content), size: content.count)
  }
  /// Files of arrays.
  public static let datasets = folder + "/datasets"
  /// Small images, and the pixels that Pillow sees in them.
  public static let images = folder + "/images"

  /// Networks of one's own, with the digits that they were trained on.
  public static let own = folder + "/own"

  /// Data of several shapes and types, with a network for each.
  public static let shapes = folder + "/shapes"

  /// Networks with tensors of several types, and programs that give no logits.
  public static let types = folder + "/types"

  /// Checkpoints that are folders, and those of two papers' code.
  public static let folders = folder + "/folders"

  /// Checkpoints as Lightning, OpenMMLab and others write them, and crafted ones.
  public static let programs = folder + "/programs"

  /// Points, and what other programs make of them.
  public static let embedding = folder + "/embedding"

  /// Features of networks, and how alike other programs find them.
  public static let representations = folder + "/representations"

  /// Small networks on the digits, and what PyTorch finds between them.
  public static let landscape = folder + "/landscape"

  /// TorchScript networks with dropout before batch norm, dropout that is always on, and batch norm
  /// without running statistics.
  public static let random = folder + "/random"

  /// A file under ``checkpoints``.
  public static func path(_ name: String) -> String { "\(checkpoints)/\(name)" }
}
