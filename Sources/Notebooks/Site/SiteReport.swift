import BasinCore
import Foundation

/// A report as a site shows it, read from the folder that a run wrote.
struct SiteReport {
  /// What an index says of a report; older ones say less.
  private struct Results: Decodable {
    struct Thumbnail: Decodable {
      var name: String
      var alt: String
    }

    var format: Int?
    var name: String?
    var title: String
    var authors: [String]?
    var date: String?
    var abstract: String?
    var language: String?
    var tags: [String]?
    var thumbnail: Thumbnail?
    var status: String
  }

  private struct Provenance: Decodable {
    var date: Date
  }

  /// A figure for light and one for dark pages, by their paths in the report, and what they show.
  struct Picture {
    var light: String
    var dark: String
    var alt: String
  }

  /// The folder, as the user gave it.
  let folder: String
  /// The notebook's name: its file's without folder and extension.
  let name: String
  /// The report's place in the site and the last part of its address.
  let slug: String
  let title: String
  let authors: [String]
  /// As written.
  let date: String?
  /// Plain text.
  let abstract: String?
  let language: String
  let tags: [String]
  let status: String
  let picture: Picture?
  /// When the run was made.
  let made: Date
  /// The files, by their paths in the folder.
  let files: [String]

  /// - Throws: ``SiteError`` when the folder holds no report with a page.
  init(_ folder: String) throws {
    var folder = folder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    self.folder = folder
    func refuse(_ why: String) -> SiteError {
      SiteError("\(folder) \(why); `basin run NOTEBOOK` makes reports")
    }
    files = Self.files(in: folder)
    guard files.contains("results.json"), files.contains("provenance.json") else {
      throw refuse("is no report")
    }
    guard files.contains("index.html") else { throw refuse("has no index.html") }
    func contents(_ name: String) throws -> Data {
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
        throw FileError("cannot read", "\(folder)/\(name)", errno)
      }
      return data
    }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let results = try? decoder.decode(Results.self, from: try contents("results.json")) else {
      throw refuse("has a results.json that is not a report's")
    }
    // What is read of it is the same in formats 1 and 2.
    if let format = results.format, format > ItemJSON.format {
      throw SiteError(
        "\(folder) has a results.json of format \(format), and this Basin reads formats up to "
          + "\(ItemJSON.format); publish it with the Basin that made it, or run its notebook again")
    }
    guard let made = try? decoder.decode(Provenance.self, from: try contents("provenance.json"))
    else { throw refuse("has a provenance.json that is not a report's") }
    self.made = made.date
    name = results.name ?? FilePath.name(of: folder)
    slug = Self.slug(name)
    (title, status) = (results.title, results.status)
    (authors, tags) = (results.authors ?? [], results.tags ?? [])
    (date, abstract) = (results.date, results.abstract)
    language = results.language ?? "en"
    picture = results.thumbnail.flatMap { [files] thumbnail in
      let light = "figures/\(thumbnail.name).svg", dark = "figures/\(thumbnail.name)-dark.svg"
      return files.contains(light) && files.contains(dark)
        ? Picture(light: light, dark: dark, alt: thumbnail.alt) : nil
    }
  }

  /// The reports in a folder of reports, and of each folder in it that holds none with a page, why.
  static func all(in folder: String) throws -> (reports: [SiteReport], notes: [String]) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
    var reports: [SiteReport] = []
    var notes: [String] = []
    for name in names where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      guard SitePath.kind(path) == .folder, SitePath.kind("\(path)/results.json") == .file else {
        continue
      }
      do {
        reports.append(try SiteReport(path))
      } catch let error as SiteError {
        notes.append("left out: \(error.reason)")
      }
    }
    return (reports, notes)
  }

  /// The date where it is written as `2026-03-01`, for sorting and for machines.
  var day: String? {
    guard let date, date.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil,
      (try? Date(date, strategy: .iso8601.year().month().day())) != nil
    else { return nil }
    return date
  }

  private static func slug(_ name: String) -> String {
    let slug = CellSlug.slug(name)
    if !slug.isEmpty { return slug }
    return "report-" + SHA256.hexadecimal(SHA256.digest(of: name.utf8).prefix(4))
  }

  // What a run writes, and nothing that somebody put beside it.
  private static func files(in folder: String) -> [String] {
    let own = ReportFolder.entries.subtracting(["figures"]).sorted()
    // A link in its place could lead to any folder, whose files would be published.
    let figures =
      SitePath.kind(folder + "/figures") == .folder
      ? (try? FileManager.default.contentsOfDirectory(atPath: folder + "/figures")) ?? [] : []
    return (own + figures.sorted().map { "figures/\($0)" }).filter {
      SitePath.isSafe($0) && SitePath.kind("\(folder)/\($0)") == .file
    }
  }
}
