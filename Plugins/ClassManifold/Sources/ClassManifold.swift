// ClassManifold owns the measurements of "What does a deep neural network confidently perceive?" (Fort, Cubuk,
// Ganguli & Schoenholz, arXiv 2210.05546). It sees BasinKit and the science of Landscape, and nothing of
// the prompt, notebooks or plotting.

import BasinKit

/// The dimension of class manifolds by cutting planes.
public let classManifold = Plugin(
  name: "class-manifold", version: "1.3",
  summary: "dimension of class manifolds by cutting planes (arXiv 2210.05546)",
  commands: [Manifold.self, ManifoldSweep.self, Gordon.self, Adversary.self])
