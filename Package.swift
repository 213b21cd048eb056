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
let torchLinkFlags =
  wheel.map { ["-L\($0)/lib", "-Xlinker", "-rpath", "-Xlinker", "\($0)/lib"] } ?? []

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

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "basin",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    module("BasinCore"),
    .target(
      name: "CTorch",
      cxxSettings: [.unsafeFlags(torchCxxFlags)],
      linkerSettings: [
        .unsafeFlags(torchLinkFlags), .linkedLibrary("torch"), .linkedLibrary("torch_cpu"),
        .linkedLibrary("c10"),
      ]),
    module("Torch", ["CTorch"]),
    module("Datasets", ["BasinCore"]),
    module("Landscape", ["BasinCore", "Datasets", "Torch", crypto]),
    .target(name: "CEdit", linkerSettings: [.linkedLibrary("edit")]),
    module("BasinREPL", ["BasinCore", "CEdit"]),
    tests("BasinREPLTests", ["BasinCore", "BasinREPL"]),
    tests("BasinCoreTests", ["BasinCore"]),
    tests("TorchTests", ["Torch"]),
    .target(
      name: "TestSupport", dependencies: ["Datasets", "Torch"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("LandscapeTests", ["Landscape", "TestSupport"]),
  ],
  cxxLanguageStandard: wheel == nil ? .cxx17 : .cxx20
)
