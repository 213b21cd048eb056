import BasinCore
import Foundation
import TestSupport
import Testing

/// Somebody else's folder in which symbolic links stand where Basin itself writes.
@Suite(.serialized) struct PlantedLinkTests {
  private let folder: TemporaryFolder
  private let program: BuiltProgram
  private let real: String

  init() throws {
    folder = try TemporaryFolder()
    program = try BuiltProgram("basin")
    for name in ["work/inside", "outside"] { try AtomicFile.makeFolder("\(folder.path)/\(name)") }
    try AtomicFile.write("```basin id=a\ndata digits\n```\n", to: folder.path + "/work/n.md")
    real = FilePath.real(folder.path)
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/work/\(name)", withDestinationPath: target)
  }

  private func basin(_ arguments: String...) throws -> (status: Int32, output: String) {
    let outcome = try program.run(
      arguments, in: folder.path + "/work", environment: ["BASIN_CACHE": folder.path + "/cache"])
    return (outcome.status, outcome.output)
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(self.folder.path)/\(folder)").sorted()
  }

  @Test(arguments: [("../outside", "outside"), ("../new", "new")])
  func theReportStaysInTheWorkingFolder(target: (written: String, name: String)) throws {
    try link("Reports", to: target.written)
    let message =
      "nothing is written to Reports/n: a symbolic link leads from there to \(real)/\(target.name)/n, and it is "
      + "outside the working folder; if you want that, give --out Reports/n or --allow-write FOLDER\n"
    #expect(try basin("run", "n.md") == (2, "error: " + message))
    let forecast = try basin("run", "n.md", "--dry-run").output
    #expect(forecast.contains("Reports/n, which is \(real)/\(target.name)/n"), "\(forecast)")
    #expect(forecast.contains(message.dropLast()), "\(forecast)")
    #expect(try names("outside").isEmpty && names(".") == ["outside", "work"])
    // Both remedies work.
    try AtomicFile.makeFolder(folder.path + "/" + target.name)
    #expect(try basin("run", "n.md", "--quiet", "--out", "Reports/n") == (0, ""))
    #expect(try names(target.name) == ["n"])
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(target.name)/n")
    #expect(try basin("run", "n.md", "--quiet", "--allow-write", "../\(target.name)") == (0, ""))
    #expect(try names(target.name) == ["n"])
  }

  @Test func aLinkWithinTheWorkingFolderLeadsThere() throws {
    try link("Reports", to: "inside")
    #expect(try basin("run", "n.md", "--quiet") == (0, ""))
    #expect(try names("work/inside") == ["n"])
    let forecast = try basin("run", "n.md", "--dry-run").output
    #expect(forecast.contains("Reports/n, which is \(real)/work/inside/n"), "\(forecast)")
    // Not where other programs read.
    try FileManager.default.removeItem(atPath: folder.path + "/work/Reports")
    try link("Reports", to: ".git")
    #expect(try basin("run", "n.md").output.contains("a name in it begins with a dot"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/work/.git"))
  }

  @Test func aNotebookThatIsALinkElsewhereKeepsItsOutputsOut() throws {
    try FileManager.default.moveItem(
      atPath: folder.path + "/work/n.md", toPath: folder.path + "/outside/n.md")
    try link("n.md", to: "../outside/n.md")
    let before = FileManager.default.contents(atPath: folder.path + "/outside/n.md")
    let (status, output) = try basin("run", "n.md", "--in-place")
    #expect(status == 2)
    #expect(
      output.contains("leads from there to \(real)/outside/n.md")
        && output.contains("run that file by its own path"), "\(output)")
    #expect(FileManager.default.contents(atPath: folder.path + "/outside/n.md") == before)
    #expect(!(try names("work").contains("Reports")))
    #expect(try basin("run", "n.md", "--quiet") == (0, ""))
    #expect(try basin("run", "../outside/n.md", "--in-place", "--quiet") == (0, ""))
    #expect(FileManager.default.contents(atPath: folder.path + "/outside/n.md") != before)
    #expect(try names("outside") == ["n.md"])
  }

  @Test func theSiteStaysInTheWorkingFolder() throws {
    #expect(try basin("run", "n.md", "--quiet") == (0, ""))
    try link("Site", to: "../outside")
    let (status, output) = try basin("publish")
    #expect(status == 1)
    #expect(
      output.contains(
        "nothing is written to Site: a symbolic link leads from there to \(real)/outside"),
      "\(output)")
    #expect(try names("outside").isEmpty)
    #expect(try basin("publish", "--quiet", "--out", "Site").status == 0)
    #expect(try names("outside").contains("index.html"))
  }

  /// A folder of figures that is a link could lead to anyone's files.
  @Test func noFileBehindALinkIsPublished() throws {
    #expect(try basin("run", "n.md", "--quiet") == (0, ""))
    try AtomicFile.write("secret", to: folder.path + "/outside/key.svg")
    try FileManager.default.removeItem(atPath: folder.path + "/work/Reports/n/figures")
    try link("Reports/n/figures", to: "../../../outside")
    #expect(try basin("publish", "--quiet").status == 0)
    let published = try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/work/Site")
    #expect(published.contains("n/index.html") && !published.contains { $0.contains("key") })
  }
}
