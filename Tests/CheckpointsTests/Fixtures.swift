import Foundation

/// Files under Tests/Fixtures/checkpoints.
enum Fixtures {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/checkpoints").path

  static func path(_ name: String) -> String { "\(folder)/\(name)" }
}
