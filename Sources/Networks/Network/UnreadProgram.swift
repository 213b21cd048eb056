import BasinCore
import Torch

/// libtorch does not read a TorchScript file, often because a newer PyTorch wrote it.
public struct UnreadProgram: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public var path: String
  /// What is in the way, with what helps.
  public var reason: String

  init(_ path: String, _ error: TorchError) {
    self.path = path
    reason = Self.reason(error)
  }

  /// `net.ts: it calls aten::rms_norm, which libtorch 1.13.1 lacks; …`
  public var description: String { "\(path): \(reason)" }

  private static func reason(_ error: TorchError) -> String {
    let version = "libtorch \(Engine.version)"
    switch error.unread {
    case .lacking(let name, let isOwn):
      guard isOwn else {
        return
          "it calls \(name), an operator of another library than PyTorch, which Basin does not load; "
          + "write what it computes with PyTorch's own operators"
      }
      return "it calls \(name), which \(version) lacks; \(remedy(for: name))"
    case .otherArguments(let name):
      return "it calls \(name) with arguments that \(version) does not know; \(remedy(for: name))"
    case .newerFormat: return "it has a newer format than \(version) reads; \(newer)"
    case .other(let words): return "\(version) does not read it: \(words)"
    }
  }

  private static let newer =
    "build Basin against a newer PyTorch's, as README.md says under \"PyTorch's own libtorch\": export "
    + "BASIN_LIBTORCH=$(python3 -c 'import torch, os; print(os.path.dirname(torch.__file__))')"

  private static func remedy(for name: String) -> String {
    newer
      + (name.hasSuffix("::scaled_dot_product_attention")
        ? "; or write attention out before torch.jit.trace, with the lines that docs/architectures.md has under "
          + "\"Attention\""
        : "; or write the network with older operators")
  }
}
