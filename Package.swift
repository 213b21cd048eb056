// swift-tools-version: 6.2
import Foundation
import PackageDescription

// MARK: libtorch

// Debian's libtorch-dev by default; BASIN_LIBTORCH=<…/site-packages/torch> builds against a PyTorch
// wheel instead. Its headers need C++20 (2.x) where Debian's 1.13 needs C++17.
let wheel = Context.environment["BASIN_LIBTORCH"].flatMap { $0.isEmpty ? nil : $0 }
let torchCxxFlags =
  if let wheel {
    ["-isystem", "\(wheel)/include", "-isystem", "\(wheel)/include/torch/csrc/api/include"]
  } else {
    ["-isystem", "/usr/include/torch/csrc/api/include"]
  }
// A wheel's libraries are named by their paths: another -L may lead to Debian's first.
let torchLibraries: [LinkerSetting] =
  if let wheel {
    [
      .unsafeFlags(
        ["torch", "torch_cpu", "c10"].map { "\(wheel)/lib/lib\($0).so" }
          + ["-Xlinker", "-rpath", "-Xlinker", "\(wheel)/lib"])
    ]
  } else {
    ["torch", "torch_cpu", "c10"].map { .linkedLibrary($0) }
  }

// MARK: Settings shared by Basin's own targets

// CI turns warnings into errors; a user with a newer compiler is not stopped by them.
let strict: [SwiftSetting] =
  Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil,
  exclude: [String] = [], resources: [Resource]? = nil
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path, exclude: exclude, resources: resources,
    swiftSettings: strict)
}

func plugin(_ name: String) -> Target {
  module(
    name, ["BasinCore", "BasinKit", "Datasets", "Landscape", "Torch"],
    path: "Plugins/\(name)/Sources")
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func pluginTests(_ name: String, with others: [Target.Dependency] = []) -> Target {
  tests(
    "\(name)Tests",
    [.byName(name: name)] + others + [
      "BasinCore", "BasinKit", "BasinSession", "Checkpoints", "Datasets", "Landscape",
      "TestSupport", "Torch",
    ])
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

// Programs of Benchmarks/ are built when they are asked for, and not with the tests.
let benchmarks: [Target] =
  Context.environment["BASIN_BENCHMARKS"] == nil
  ? []
  : [
    .executableTarget(
      name: "bench-pairwise",
      dependencies: ["BasinKit", "BasinSession", "Datasets", "DiversityPlane", "Landscape"],
      path: "Benchmarks/Pairwise", swiftSettings: strict),
    .executableTarget(
      name: "bench-ensemble",
      dependencies: ["BasinKit", "BasinSession", "Datasets", "DiversityPlane", "Landscape"],
      path: "Benchmarks/Ensemble", swiftSettings: strict),
    .executableTarget(
      name: "bench-tsne",
      dependencies: ["BasinKit", "BasinSession", "Datasets", "Landscape", "Torch"],
      path: "Benchmarks/Embedding", swiftSettings: strict),
    .executableTarget(
      name: "bench-manifold",
      dependencies: ["BasinKit", "BasinSession", "Datasets", "Landscape", "Torch"],
      path: "Benchmarks/Manifold", swiftSettings: strict),
    .executableTarget(
      name: "bench-plane",
      dependencies: ["BasinCore", "BasinKit", "BasinSession", "Landscape", "SWAPaths"],
      path: "Benchmarks/Plane", swiftSettings: strict),
  ]

let package = Package(
  name: "basin",
  // For packages with plugins of their own, which build their own `basin`: see Examples/.
  products: [
    .executable(name: "basin", targets: ["basin"]),
    .library(name: "BasinKit", targets: ["BasinKit", "Datasets", "Landscape", "Torch"]),
    .library(name: "BasinMain", targets: ["BasinMain"]),
    .library(name: "BasinPlugins", targets: ["BasinPlugins"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CCrypto"),
    .systemLibrary(name: "CZlib"),
    module("BasinCore", ["CCrypto", "CZlib"]),

    // Files and engine.
    module("Checkpoints", ["BasinCore", "CZlib"]),
    .target(
      name: "CImages",
      linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg"), .linkedLibrary("webp")]),
    module(
      "Datasets", ["BasinCore", "Checkpoints", "CImages", "CZlib"],
      resources: [.embedInCode("Resources")]),
    .target(
      name: "CTorch",
      cxxSettings: [.unsafeFlags(torchCxxFlags)],
      linkerSettings: torchLibraries),
    module("Torch", ["CTorch"]),

    // The science, in layers: each sees those above it, and nothing below. `Landscape` is all of them.
    module("Statistics", ["BasinCore", "Torch"]),
    module("Networks", ["BasinCore", "Checkpoints", "Statistics", "Torch"]),
    module("Evaluation", ["BasinCore", "Datasets", "Networks", "Statistics", "Torch"]),
    module(
      "WeightSpace",
      ["BasinCore", "Checkpoints", "Datasets", "Evaluation", "Networks", "Statistics", "Torch"]),
    module("Training", ["BasinCore", "Datasets", "Evaluation", "Networks", "Statistics", "Torch"]),
    module("Curvature", ["Datasets", "Evaluation", "Networks", "Torch"]),
    module(
      "Landscape",
      ["Curvature", "Evaluation", "Networks", "Statistics", "Training", "WeightSpace"]),

    // Analyses.
    module("BasinKit", ["BasinCore", "Checkpoints", "Datasets", "Landscape", argumentParser, log]),
    plugin("DiversityPlane"), plugin("ClassManifold"), plugin("SWAPaths"),
    plugin("ModeConnectivity"),
    plugin("SubspaceInference"),
    module(
      "BasinPlugins",
      [
        "BasinKit", "ClassManifold", "DiversityPlane", "ModeConnectivity", "SWAPaths",
        "SubspaceInference",
      ]),

    // Other programs.
    .target(name: "CPrograms"),
    module("Programs", ["BasinCore", "CPrograms"]),

    // Figures, notebooks and reports.
    .target(
      name: "CGnuplot",
      linkerSettings: [
        .linkedLibrary("boost_iostreams"), .linkedLibrary("boost_system"),
        .linkedLibrary("boost_filesystem"),
      ]),
    module("Plotting", ["BasinCore", "CGnuplot", "Programs"]),
    .systemLibrary(name: "CCmark", pkgConfig: "libcmark", providers: [.apt(["libcmark-dev"])]),
    module("Notebooks", ["BasinCore", "CCmark", "Plotting", "Programs", yams]),

    // Fronts.
    module(
      "BasinSession",
      ["BasinKit", "Checkpoints", "Datasets", "Landscape", "Notebooks", argumentParser, log]
    ),

    .target(name: "CEdit", linkerSettings: [.linkedLibrary("edit")]),
    .target(name: "CSixel", linkerSettings: [.linkedLibrary("sixel")]),
    module("BasinREPL", ["BasinCore", "CEdit", "CImages", "CSixel"]),
    module(
      "BasinMain",
      [
        "BasinKit", "BasinREPL", "BasinSession", "Landscape", "Notebooks", "Plotting", "Torch",
        argumentParser, log,
      ]),
    .executableTarget(
      name: "basin", dependencies: ["BasinMain", "BasinPlugins"], swiftSettings: strict),

    .executableTarget(
      name: "fuzz", dependencies: ["Checkpoints", "CZlib", "Datasets", argumentParser],
      path: "Tests/Fuzzing", swiftSettings: strict),

    tests("BasinCoreTests", ["BasinCore"]),
    tests("CheckpointsTests", ["BasinCore", "Checkpoints", "TestSupport", "fuzz"]),
    tests("TorchTests", ["CTorch", "Torch"]),
    .target(
      name: "TestSupport", dependencies: ["Datasets", "Torch"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests(
      "LandscapeTests",
      ["BasinCore", "Checkpoints", "Datasets", "Landscape", "TestSupport", "Torch"]),
    tests("DatasetsTests", ["BasinCore", "Checkpoints", "Datasets", "TestSupport"]),
    tests(
      "BasinKitTests",
      ["BasinCore", "BasinKit", "BasinSession", "Datasets", "Landscape", "TestSupport", "Torch"]),
    pluginTests("DiversityPlane"), pluginTests("ClassManifold"),
    pluginTests("ModeConnectivity", with: ["SWAPaths"]),
    pluginTests("SWAPaths"),
    pluginTests("SubspaceInference"),
    tests(
      "BasinSessionTests",
      [
        "BasinKit", "BasinPlugins", "BasinSession", "Checkpoints", "Datasets", "DiversityPlane",
        "Landscape",
        "Notebooks", "TestSupport", "Torch",
      ]),
    tests("BrowserTests", ["BasinCore", "TestSupport", "basin"]),
    tests("ProgramTests", ["BasinCore", "TestSupport", "basin"]),
    tests("BasinREPLTests", ["BasinCore", "BasinREPL", "CSixel", "TestSupport"]),
    tests("NotebooksTests", ["BasinCore", "Notebooks", "Plotting", "TestSupport"]),
    tests("PlottingTests", ["BasinCore", "Plotting", "Programs"]),
  ] + benchmarks,
  cxxLanguageStandard: wheel == nil ? .cxx17 : .cxx20
)
