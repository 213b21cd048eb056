import Foundation
import TestSupport
import Testing

/// The same commands in two fresh processes.
@Suite struct FreshProcessTests {
  /// `script/fresh-twice --short`: networks with dropout before batch norm, in two orders of commands and on
  /// one thread and two.
  @Test func theSameBytesEveryTime() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let basin = try BuiltProgram("basin").path
    let outcome = try BuiltProgram.run(
      "/usr/bin/env", ["BASIN=\(basin)", "\(root)/script/fresh-twice", "--short"])
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("commands give the same bytes in two fresh processes"))
  }
}
