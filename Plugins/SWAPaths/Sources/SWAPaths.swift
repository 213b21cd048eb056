// SWAPaths owns averages of weights, straight paths and planes (arXiv 1803.05407, 1802.10026,
// 1712.09913). It sees BasinKit and the science of Landscape, and nothing of the prompt, notebooks
// or plotting.

import BasinKit

/// Averages, straight paths and planes.
public let swaPaths = Plugin(
  name: "swa-paths", version: "1.3",
  summary: "averages of weights, paths and planes (arXiv 1803.05407, 1802.10026)",
  commands: [
    Averaging.self, PathCommand.self, BarrierCommand.self, Rays.self, PlaneCommand.self,
    RecomputeBatchNorm.self,
  ])
