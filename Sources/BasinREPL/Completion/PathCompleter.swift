import Foundation

/// Completes file paths. `~/` means the home folder, hidden files are offered when the name starts
/// with a dot, folders get a `/`, and after `--option=` the path is what follows.
public struct PathCompleter: Completer, Sendable {
  /// Where relative paths start.
  public var folder: String
  /// What `~` stands for.
  public var home: String

  /// Creates a completer for paths relative to `folder`.
  public init(folder: String = ".", home: String = NSHomeDirectory()) {
    self.folder = folder
    self.home = home
  }

  /// The files and folders whose path starts with the word at the cursor.
  public func completions(for line: String, at cursor: Int) -> Completions {
    let word = TypedWord(in: line, at: cursor)
    return Completions(candidates(for: word), replacing: word.range)
  }

  /// The candidates for a word, for completers that offer other things beside files.
  public func candidates(for word: TypedWord) -> [Completions.Candidate] {
    var option = ""
    var path = word.text
    if path.hasPrefix("-"), let equals = path.firstIndex(of: "=") {
      option = String(path[...equals])
      path = String(path[path.index(after: equals)...])
    }
    if path == "~" { path = "~/" }
    let cut = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let (parent, start) = (String(path[..<cut]), String(path[cut...]))
    return entries(of: parent, startingWith: start).map { entry in
      let name = entry.name + (entry.isFolder ? "/" : "")
      return Completions.Candidate(
        word.quoted(option + parent + name, isComplete: !entry.isFolder), label: name,
        kind: .path, appendsSpace: !entry.isFolder)
    }
  }

  private struct Entry {
    var name: String
    var isFolder: Bool
  }

  /// What is in a folder, in natural order: `epoch2` before `epoch10`.
  private func entries(of parent: String, startingWith start: String) -> [Entry] {
    let path = resolved(parent)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return
      names
      .filter { $0.hasPrefix(start) && ($0.first != "." || start.first == ".") }
      .filter(DisplayText.isHarmless)
      .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
      .map { name in
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(
          atPath: path + "/" + name, isDirectory: &isFolder)
        return Entry(name: name, isFolder: exists && isFolder.boolValue)
      }
  }

  private func resolved(_ parent: String) -> String {
    if parent.hasPrefix("~/") { return home + "/" + parent.dropFirst(2) }
    if parent.hasPrefix("/") { return parent }
    return folder + "/" + parent
  }
}
