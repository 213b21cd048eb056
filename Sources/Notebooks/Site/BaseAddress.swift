import Foundation

/// The address at which a site will be: what makes addresses in its feed whole.
public struct BaseAddress: Sendable, Equatable {
  /// The address, which ends in `/`.
  public let text: String
  /// The host in it: `example.org`.
  let host: String

  /// Checks an address.
  ///
  /// - Throws: ``SiteError`` unless it is one of http or https with a host and no name of a user, no
  ///   query and no fragment.
  public init(_ text: String) throws {
    func refuse(_ why: String) -> SiteError {
      SiteError(
        "the base address “\(text)” \(why); write it as https://example.org/reports/")
    }
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme)
    else { throw refuse("is none of http or https") }
    guard let host = parts.host, !host.isEmpty else { throw refuse("names no host") }
    guard parts.user == nil, parts.password == nil else { throw refuse("names a user") }
    guard parts.query == nil, parts.fragment == nil else {
      throw refuse("has a query or a fragment")
    }
    guard let whole = parts.string, !parts.path.split(separator: "/").contains("..") else {
      throw refuse("is no address")
    }
    self.host = host
    self.text = whole.hasSuffix("/") ? whole : whole + "/"
  }

  /// The address of a file of the site.
  func address(of path: String) -> String { text + SitePath.address(path) }
}
