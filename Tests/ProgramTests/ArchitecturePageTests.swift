import Foundation
import Testing

/// The picture of docs/architecture.md against what `Package.swift` says.
@Suite struct ArchitecturePageTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private struct Manifest: Decodable {
    struct Target: Decodable {
      struct Dependency: Decodable {
        var byName: [String?]?
        var target: [String?]?
      }
      var name: String
      var type: String
      var path: String?
      var dependencies: [Dependency]
    }
    var targets: [Target]
  }

  private func manifest() throws -> Manifest {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // The build that runs the tests holds the lock of its folder.
    process.arguments = [
      "swift", "package", "--ignore-lock", "--package-path", Self.root.path, "dump-package",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(Manifest.self, from: data)
  }

  /// Direct dependencies that do not follow from others, among the modules of the product.
  private func arrows(_ manifest: Manifest) -> Set<String> {
    let product = manifest.targets.filter {
      $0.type != "test" && $0.path?.hasPrefix("Tests") != true
        && $0.path?.hasPrefix("Benchmarks") != true
    }
    let names = Set(product.map(\.name))
    let direct = Dictionary(
      uniqueKeysWithValues: product.map { target in
        let all = target.dependencies.compactMap { ($0.byName ?? $0.target)?.first ?? nil }
        return (target.name, Set(all).intersection(names))
      })
    func reached(from name: String) -> Set<String> {
      (direct[name] ?? []).reduce(into: direct[name] ?? []) { $0.formUnion(reached(from: $1)) }
    }
    return Set(
      direct.flatMap { name, others in
        others.filter { other in
          !others.contains { $0 != other && reached(from: $0).contains(other) }
        }.map { "\(name) --> \($0)" }
      })
  }

  @Test func thePictureIsWhatThePackageSays() throws {
    let page = try String(
      contentsOf: Self.root.appendingPathComponent("docs/architecture.md"), encoding: .utf8)
    let block = try #require(
      page.components(separatedBy: "```mermaid\n").last?.components(separatedBy: "```").first)
    let drawn = block.split(separator: "\n").filter { $0.contains("-->") }
      .map { $0.trimmingCharacters(in: .whitespaces) }
    let said = arrows(try manifest())
    #expect(said.count > 30)
    #expect(drawn.count == Set(drawn).count)
    #expect(Set(drawn).subtracting(said).sorted() == [])
    #expect(said.subtracting(drawn).sorted() == [])
  }

  /// The science calls typed methods of `Tensor`; names of operators stay in Torch.
  @Test func operatorsAreNamedInTorchAlone() throws {
    var named: [String] = []
    for folder in ["Sources", "Plugins", "Examples"] {
      let place = Self.root.appendingPathComponent(folder)
      let files = try #require(
        FileManager.default.enumerator(at: place, includingPropertiesForKeys: nil))
      for case let file as URL in files where file.pathExtension == "swift" {
        if file.path.contains("/Sources/Torch/") || file.path.contains("/.build/") { continue }
        if try String(contentsOf: file, encoding: .utf8).contains("\"aten::") {
          named.append(file.lastPathComponent)
        }
      }
    }
    #expect(named == [])
  }
}
