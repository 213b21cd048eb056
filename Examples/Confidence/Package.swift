// swift-tools-version: 6.2
import PackageDescription

// A package outside Basin's tree with a plugin of its own, and a `basin` that has it beside Basin's.
let package = Package(
  name: "confidence",
  dependencies: [.package(name: "basin", path: "../..")],
  targets: [
    .target(name: "Confidence", dependencies: [.product(name: "BasinKit", package: "basin")]),
    .executableTarget(
      name: "my-basin",
      dependencies: [
        "Confidence", .product(name: "BasinMain", package: "basin"),
        .product(name: "BasinPlugins", package: "basin"),
      ]),
  ],
  cxxLanguageStandard: .cxx17
)
