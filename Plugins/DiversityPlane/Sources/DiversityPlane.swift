// DiversityPlane owns the measurements of "Deep Ensembles: A Loss Landscape Perspective" (Fort, Hu
// & Lakshminarayanan, arXiv 1912.02757): how far apart checkpoints lie in weight space and in
// function space. It sees BasinKit and the science of Landscape, and nothing of the prompt,
// notebooks or plotting.

import BasinKit

/// Weight similarity, disagreement and the diversity–accuracy plane.
public let diversityPlane = Plugin(
  name: "diversity-plane", version: "1.4",
  summary: "similarity, disagreement, samples, ensembles and the diversity–accuracy plane "
    + "(arXiv 1912.02757)",
  commands: [
    Similarity.self, Disagreement.self, DivergenceCommand.self, Sample.self, Diversity.self,
    CKACommand.self, Embed.self, Radial.self, Ensemble.self, Calibrate.self, MIMO.self,
  ])
