import ArgumentParser
import BasinKit
import BasinREPL
import Foundation

/// `basin doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check what Basin needs, and show how to install what is missing.",
    discussion: """
      With --json, prints one JSON object. Exit status: 0 if all required components are installed, 1 otherwise.
      """)

  // `--json` is the program's own, which takes it wherever it stands.
  @ParentCommand private var basin: Basin

  func run() throws {
    let findings = Checkup(asksTerminal: !basin.json).findings()
    let missing = findings.filter { $0.state == .missing }
    var result = Result(items: [.table(Self.table(findings))])
    for finding in findings where !finding.remedy.isEmpty {
      result.add(
        Note(
          "\(finding.part): \(finding.remedy)",
          level: finding.state == .missing ? .warning : .information))
    }
    if missing.isEmpty { result.add(Note("all required components are installed")) }
    if basin.json {
      let evaluation = Evaluation(
        command: "doctor", plugin: nil, result: result, inputs: [], seed: nil, seconds: 0)
      try Streams.show(JSONRenderer().line(evaluation))
    } else {
      try Streams.show(TerminalRenderer(terminal: .current(STDOUT_FILENO)).text(result))
    }
    if !missing.isEmpty { throw ExitCode(1) }
  }

  private static func table(_ findings: [Finding]) -> Table {
    var table = Table("", columns: [.text("part"), .text("found"), .text("state")])
    for finding in findings {
      table.append([.text(finding.part), .text(finding.found), .text(finding.state.rawValue)])
    }
    return table
  }
}
