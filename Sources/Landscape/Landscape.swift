// All layers of the science under one name, for commands, which use most of them. A layer itself
// imports the layers that it needs.
@_exported import Curvature
@_exported import Evaluation
@_exported import Networks
@_exported import Statistics
@_exported import Training
@_exported import WeightSpace
