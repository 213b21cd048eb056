import BasinCore
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Makes a static site of reports: an index with search, a feed, and the reports with links between
/// them. It needs no server: all of it works from a disk.
///
/// ```swift
/// let summary = try SitePublisher(title: "Reports").publish(["Reports/tour"], to: "Site")
/// ```
public struct SitePublisher {
  /// What publishing did.
  public struct Summary: Sendable, Equatable {
    /// How many reports the site has.
    public var reports = 0
    /// Paths of files that are new or have changed, in the site's folder.
    public var written: [String] = []
    /// Paths of files that were removed.
    public var removed: [String] = []
    /// How many files stayed as they were.
    public var unchanged = 0
    /// Whether there is a feed.
    public var hasFeed = false
    /// What a person should know, each in one line.
    public var notes: [String] = []
  }

  private let title: String
  private let base: BaseAddress?

  /// Prepares a publisher.
  ///
  /// - Parameters:
  ///   - title: the index's title.
  ///   - base: where the site will be; without it there is no feed, whose addresses must be whole.
  public init(title: String = "Reports", base: BaseAddress? = nil) {
    self.title = title
    self.base = base
  }

  /// Publishes all reports in a folder.
  ///
  /// - Throws: as ``publish(_:to:)``, and when there is none.
  public func publish(all folder: String, to site: String) throws -> Summary {
    let (reports, notes) = try SiteReport.all(in: folder)
    if reports.isEmpty {
      throw SiteError(
        notes.first ?? "there are no reports in \(folder); `basin run NOTEBOOK` makes them")
    }
    var summary = try publish(reports, to: site)
    summary.notes = notes + summary.notes
    return summary
  }

  /// Publishes reports, by their folders. The site has these and no others.
  ///
  /// Publishing again with nothing changed writes nothing. Files of reports that are no longer there
  /// are removed if publishing wrote them.
  ///
  /// - Throws: ``SiteError`` for what is no report, two reports with one address, and a folder that
  ///   holds something else; `FileError`.
  public func publish(_ folders: [String], to site: String) throws -> Summary {
    try publish(folders.map { try SiteReport($0) }, to: site)
  }

  private func publish(_ unsorted: [SiteReport], to site: String) throws -> Summary {
    let reports = Self.sorted(unsorted)
    try Self.refuseEqualAddresses(reports)
    let lock = FolderLock(site)
    defer { lock.open() }
    let old = try SiteManifest.inFolder(site)
    SiteManifest.removeLeftovers(in: site, old)
    var folder = SiteFolder(site, old)
    var notes: [String] = []
    var entries: [SiteManifest.Report] = []
    for report in reports {
      if report.status != "fine" { notes.append("\(report.folder): \(report.statusWords)") }
      for file in report.files {
        var data = try Self.contents("\(report.folder)/\(file)")
        if file == "index.html" {
          let sum = SHA256.hexadecimal(of: data)
          let known = old?.reports.first { $0.slug == report.slug && $0.page == sum }
          entries.append(
            .init(slug: report.slug, page: sum, updated: known?.updated ?? report.made))
          let page = try SitePage(report: report, reports: reports).html(data)
          data = page.html
          notes += page.notes
        }
        try folder.add(PublicFile("\(report.slug)/\(file)", data))
      }
    }
    if let base {
      let updated = zip(reports, entries).map {
        SiteFeed.Entry(report: $0, updated: $1.updated)
      }
      let feed = SiteFeed(title: title, base: base, entries: updated)
      try folder.add(PublicFile("feed.xml", Data(feed.xml.utf8)))
    }
    let index = SiteIndex(title: title, reports: reports, hasFeed: base != nil)
    try folder.add(PublicFile("index.html", Data(index.html.utf8)))
    let done = try folder.finish(entries)
    return Summary(
      reports: reports.count, written: done.written, removed: done.removed,
      unchanged: folder.unchanged, hasFeed: base != nil, notes: notes + done.notes)
  }

  // The newest first; those without a date that machines understand come last.
  private static func sorted(_ reports: [SiteReport]) -> [SiteReport] {
    reports.sorted { one, other in
      let (first, second) = (one.day ?? "", other.day ?? "")
      if first != second { return first > second }
      return (one.title, one.slug) < (other.title, other.slug)
    }
  }

  private static func refuseEqualAddresses(_ reports: [SiteReport]) throws {
    var taken: [String: SiteReport] = [:]
    for report in reports.sorted(by: { $0.folder < $1.folder }) {
      if let other = taken[report.slug] {
        throw SiteError(
          "\(other.folder) and \(report.folder) would both be at \(report.slug)/; rename one of "
            + "their notebooks, or leave one out")
      }
      taken[report.slug] = report
    }
  }

  private static func contents(_ path: String) throws -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FileError("cannot read", path, errno)
    }
    return data
  }
}

/// Keeps two publishings out of one folder.
private final class FolderLock {
  private let descriptor: Int32

  init(_ folder: String) {
    descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 { flock(descriptor, LOCK_EX) }
  }

  func open() {
    if descriptor >= 0 { close(descriptor) }
  }
}
