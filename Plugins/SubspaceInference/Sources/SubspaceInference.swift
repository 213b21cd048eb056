// SubspaceInference owns SWAG and Bayesian inference in subspaces of the weights (arXiv 1902.02476, 1907.07504). It
// sees BasinKit and the science of Landscape, and nothing of the prompt, notebooks or plotting.

import BasinKit

/// SWAG and Bayesian inference in subspaces.
public let subspaceInference = Plugin(
  name: "subspace-inference", version: "1.3",
  summary: "SWAG and Bayesian inference in subspaces (arXiv 1902.02476, 1907.07504)",
  commands: [SWAGCommand.self, SubspaceCommand.self])
