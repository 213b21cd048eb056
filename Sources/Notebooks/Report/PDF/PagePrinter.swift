import BasinCore
import Foundation
import Programs

#if canImport(Glibc)
  import Glibc
#endif

/// Prints pages to PDF with an installed Chromium: without a window, without the network, in a
/// profile folder of its own that is removed afterwards.
public struct PagePrinter: Sendable {
  /// The program's path.
  public let executable: String
  private let timeout: Double
  private let cancellation: Cancellation

  /// Programs that can print, looked for in this order.
  static let names = ["chromium", "chromium-browser", "google-chrome"]

  /// Finds a Chromium.
  ///
  /// - Parameters:
  ///   - environment: `BASIN_CHROMIUM` names the program, by its path or as one on `PATH`.
  ///   - timeout: how many seconds one page may take.
  ///   - cancellation: ends a running Chromium at once.
  /// - Throws: ``PrintError`` when there is none.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment, timeout: Double = 120,
    cancellation: Cancellation = Cancellation()
  ) throws {
    let own = environment["BASIN_CHROMIUM"].flatMap { $0.isEmpty ? nil : $0 }
    let names = own.map { [$0] } ?? Self.names
    guard let found = names.lazy.compactMap({ Executable.path(of: $0, environment) }).first else {
      throw PrintError(
        (own.map { "BASIN_CHROMIUM is '\($0)', and there is no such program" }
          ?? "there is no Chromium to print with")
          + "; install one (Debian: apt install chromium), or leave pdf out of --format")
    }
    (executable, self.timeout, self.cancellation) = (found, timeout, cancellation)
  }

  /// Prints a page.
  ///
  /// - Parameter html: a page that needs nothing else. Links that lead neither into the page nor to
  ///   a whole address lose theirs: it would be one of this machine.
  /// - Returns: a PDF without times in it.
  /// - Throws: ``PrintError``; `Cancelled`.
  func print(_ html: String) throws -> Data {
    try cancellation.check()
    let folder = try Self.workFolder()
    try WritePolicy.withoutPolicy {
      try AtomicFile.write(PrintedPage.withoutRelativeLinks(html), to: folder.path + "/page.html")
    }
    let outcome: ChildProcess.Outcome
    do {
      outcome = try ChildProcess(
        executable: executable, arguments: arguments(folder.path), folder: folder.path,
        timeout: timeout, cancellation: cancellation
      ).run { close($0) }
    } catch ProgramError.missing {
      throw PrintError("\(executable) cannot be started; set BASIN_CHROMIUM to a Chromium")
    } catch ProgramError.system(let reason) {
      throw PrintError(reason)
    }
    let name = FilePath.name(of: executable)
    switch outcome.ending {
    case .exited(0): break
    case .exited(let status):
      throw PrintError("\(name) ended with status \(status): \(Self.complaint(outcome.errors))")
    case .killed(let signal): throw PrintError("\(name) was killed by signal \(signal)")
    case .timedOut:
      throw PrintError(
        "\(name) took longer than \(NumberFormat.significant(3).text(timeout)) s and was stopped")
    case .cancelled: throw Cancelled()
    }
    let pdf = folder.contents(of: "page.pdf")
    guard pdf.starts(with: Data("%PDF-".utf8)),
      pdf.suffix(32).range(of: Data("%%EOF".utf8)) != nil
    else { throw PrintError("\(name) wrote no whole PDF: \(Self.complaint(outcome.errors))") }
    return PrintedPage.withoutTimes(pdf)
  }

  private static func workFolder() throws -> WorkFolder {
    do {
      return try WorkFolder()
    } catch ProgramError.system(let reason) {
      throw PrintError(reason)
    }
  }

  private func arguments(_ folder: String) -> [String] {
    var arguments = [
      "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check",
      "--disable-extensions", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--disable-dev-shm-usage", "--disable-breakpad",
      // Nothing that would be fetched is found, and no proxy leads out either.
      "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9",
      "--user-data-dir=\(folder)/profile", "--no-pdf-header-footer",
      "--print-to-pdf=\(folder)/page.pdf", "file://\(folder)/page.html",
    ]
    // Chromium's sandbox refuses to be root's.
    if geteuid() == 0 { arguments.insert("--no-sandbox", at: 0) }
    return arguments
  }

  // Chromium says much that matters to nobody; the last line is the likeliest.
  private static func complaint(_ errors: Data) -> String {
    let lines = String(decoding: errors, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.last.map { String($0.prefix(200)) } ?? "it gave no reason"
  }
}

/// A page could not be printed.
public struct PrintError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Why, and what to do.
  public var reason: String

  init(_ reason: String) { self.reason = reason }

  /// One line for a person.
  public var description: String { "cannot make the PDF: \(reason)" }
}
