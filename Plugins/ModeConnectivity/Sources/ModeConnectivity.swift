// ModeConnectivity owns trained curves between solutions, fast geometric ensembling and the large-scale structure
// of several optima (arXiv 1802.10026, 1906.04724). It sees BasinKit and the science of Landscape, and nothing
// of the prompt, notebooks or plotting.

import BasinKit

/// Trained curves between solutions.
public let modeConnectivity = Plugin(
  name: "mode-connectivity", version: "1.3",
  summary: "curves of low loss between solutions, FGE (arXiv 1802.10026, 1906.04724)",
  commands: [Connect.self, CurveCommand.self, FGE.self])
