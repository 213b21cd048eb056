import BasinCore
import Foundation
import TestSupport
import Testing

/// A report made in a folder whose name tells whose it is, with files named by their whole paths.
@Suite struct TellingFolderTests {
  @Test func theReportDoesNotSayWhereItWasMade() throws {
    let folder = try TemporaryFolder()
    let home = FilePath.real(folder.path) + "/jane.doe"
    let work = home + "/secret-project"
    for name in [work, home + "/cache"] { try AtomicFile.makeFolder(name) }
    try AtomicFile.write(
      """
      ```basin id=a
      data digits --subset 60 --test-subset 30
      train mlp:hidden=2 --epochs 1 --seeds 0..1 --out runs --as s
      eval s
      load \(work)/runs/seed0/last.safetensors --as p
      convert runs/seed0/last.safetensors \(work)/c.safetensors
      inspect \(work)/runs/seed0/last.safetensors
      histogram \(work)/runs/seed0/last.safetensors
      show p
      ```

      ```basin id=b
      load \(home)/nowhere/x.pt --as q
      ```

      ```basin id=c
      convert runs/seed0/last.safetensors \(home)/../x.safetensors
      ```
      """, to: work + "/n.md")
    // Another home than the system's: shells take the environment's.
    let outcome = try BuiltProgram("basin").run(
      ["run", work + "/n.md", "--format", "html,md,ipynb,json", "--out", work + "/Reports/n"],
      in: work,
      environment: ["HOME": home, "USER": "jane.doe", "BASIN_CACHE": home + "/cache"])
    #expect(outcome.status == 1 && outcome.output.contains("2 cells failed"), "\(outcome.output)")
    var count = 0
    for name in try FileManager.default.subpathsOfDirectory(atPath: work + "/Reports/n") {
      guard let data = FileManager.default.contents(atPath: "\(work)/Reports/n/\(name)") else {
        continue
      }
      count += 1
      for telling in ["jane", "secret-project"] {
        #expect(data.range(of: Foundation.Data(telling.utf8)) == nil, "\(name) has \(telling)")
      }
    }
    #expect(count > 10)
  }
}
