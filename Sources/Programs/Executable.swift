import Foundation

/// Programs by the names that people give them.
package enum Executable {
  /// The absolute path of a program.
  ///
  /// - Parameters:
  ///   - name: A path, or a name that is looked for in the absolute folders of `PATH`.
  ///   - environment: Where `PATH` is taken from.
  /// - Returns: `nil` where there is no such program, or it may not be started.
  package static func path(
    of name: String, _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    if name.contains("/") {
      let path = URL(fileURLWithPath: name).path
      return access(path, X_OK) == 0 ? path : nil
    }
    return (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").lazy
      .filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
      .first { access($0, X_OK) == 0 }
  }
}
