// BasinPlugins owns the list of plugins that Basin comes with, and nothing else.

import BasinKit
import ClassManifold
import DiversityPlane
import ModeConnectivity
import SWAPaths
import SubspaceInference

/// The plugins that Basin comes with, in the order in which `plugins` lists them.
public let basinPlugins = [
  diversityPlane, classManifold, swaPaths, modeConnectivity, subspaceInference,
]
