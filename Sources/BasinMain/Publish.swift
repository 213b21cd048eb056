import ArgumentParser
import BasinKit
import Foundation
import Notebooks

/// `basin publish`.
struct Publish: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Build a static site from reports.",
    discussion: """
      The site has an index with search, the reports with links between them, and, with --base-url, an Atom \
      feed. It needs no server. Publishing again rewrites only what has changed and removes the files of \
      reports that no longer exist; files that publishing did not write are not touched.

      Exit status: 0 success, 1 the site could not be built, 2 wrong usage.
      """)

  @Argument(
    help: "Report folders; all in Reports unless given. The site contains only these.",
    completion: .directory)
  var reports: [String] = []
  @Option(
    help: "Folder of the site: a new or empty folder, or an existing site. (default: Site)",
    completion: .directory)
  var out: String?
  @Option(
    help: "URL of the published site, such as https://example.org/reports/; needed for the feed.")
  var baseUrl: String?
  @Option(help: "Title of the index page.") var title = "Reports"

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
      Streams.say("note: no feed was written; its addresses must be absolute, so give --base-url")
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
