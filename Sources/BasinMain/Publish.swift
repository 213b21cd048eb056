import ArgumentParser
import BasinKit
import Foundation
import Notebooks

/// `basin publish`.
struct Publish: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Make a static site of reports.",
    discussion: """
      The site has an index with search, the reports with links between them, and with --base-url an \
      Atom feed. It needs no server. Publishing again writes what has changed; files of reports that \
      are gone are removed, and files that publishing did not write are left alone.

      Exit status: 0 fine, 1 the site could not be made, 2 wrong usage.
      """)

  @Argument(
    help: "Folders of reports; all in Reports unless given. The site has these and no others.",
    completion: .directory)
  var reports: [String] = []
  @Option(
    help: "The site's folder: empty, not there, or a site; Site unless given.",
    completion: .directory)
  var out: String?
  @Option(
    help: "Where the site will be, as https://example.org/reports/; without it there is no feed.")
  var baseUrl: String?
  @Option(help: "The index's title.") var title = "Reports"

  // `--quiet` is the program's own, which takes it wherever it stands.
  @ParentCommand private var basin: Basin

  func validate() throws {
    if out?.isEmpty == true { throw ValidationError("--out names no folder") }
    do {
      _ = try baseUrl.map { try BaseAddress($0) }
    } catch {
      throw ValidationError("\(error)")
    }
  }

  func run() throws {
    do {
      let publisher = SitePublisher(title: title, base: try baseUrl.map { try BaseAddress($0) })
      let site = OwnPlace(
        out ?? "Site", isNamed: out != nil, writing: try WritePolicy(workingFolder: "."),
        remedy: "give --out Site")
      let summary = try site.during {
        try reports.isEmpty
          ? publisher.publish(all: "Reports", to: site.path)
          : publisher.publish(reports, to: site.path)
      }
      if !basin.quiet { show(summary) }
    } catch {
      try Streams.fail(error, status: 1)
    }
  }

  private func show(_ summary: SitePublisher.Summary) {
    for note in summary.notes { Streams.say("note: \(note)") }
    if !summary.hasFeed {
      Streams.say("note: there is no feed, whose addresses must be whole: give --base-url")
    }
    let count = summary.reports
    let changes =
      summary.written.isEmpty && summary.removed.isEmpty
      ? "nothing has changed"
      : "\(Counted.text(summary.written.count, "files")) written, \(summary.removed.count) removed, "
        + "\(summary.unchanged) as they were"
    Streams.say("\(count) report\(count == 1 ? "" : "s"): \(changes)")
    Streams.say("site: \(out ?? "Site")/index.html")
  }
}
