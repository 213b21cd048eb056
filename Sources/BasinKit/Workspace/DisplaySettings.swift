/// What the user set about the prompt alone. None of it changes a number, a report or a cached cell.
public struct DisplaySettings: Sendable, Equatable {
  /// How figures are shown at a terminal.
  public enum Figures: String, Sendable, Equatable, CaseIterable {
    /// As an image where the terminal says that it can, as text elsewhere.
    case auto
    /// With characters.
    case text
    /// By the kitty graphics protocol, whatever the terminal says.
    case kitty
    /// By sixels, whatever the terminal says.
    case sixel
    /// Not at all: their titles only.
    case none
  }

  /// What happens to results that are longer than the terminal.
  public enum Pager: String, Sendable, Equatable, CaseIterable {
    /// They are shown by `$PAGER`, or `less -R`.
    case auto
    /// They scroll by.
    case off
  }

  /// How figures are shown.
  public var figures = Figures.auto
  /// What happens to long results.
  public var pager = Pager.auto

  /// The settings a session starts with.
  public init() {}

  /// Names and values, in the order in which `set` lists them.
  public var list: [(name: String, value: String)] {
    [("figures", figures.rawValue), ("pager", pager.rawValue)]
  }

  /// The values that a setting may have; empty for an unknown name.
  public static func values(of name: String) -> [String] {
    switch name {
    case "figures": Figures.allCases.map(\.rawValue)
    case "pager": Pager.allCases.map(\.rawValue)
    default: []
    }
  }

  /// Changes one setting by name.
  ///
  /// - Returns: `false` for a name that is not one of these.
  /// - Throws: ``CommandError`` for a value that the setting does not have.
  mutating func set(_ name: String, to value: String) throws -> Bool {
    func choice<Choice: RawRepresentable<String>>(_ type: Choice.Type) throws -> Choice {
      if let choice = Choice(rawValue: value) { return choice }
      let values = Self.values(of: name)
      let hint = nearest(value, in: values).map { "; did you mean '\($0)'?" } ?? ""
      throw CommandError(
        "\(name) is one of \(values.joined(separator: ", ")), not '\(value)'\(hint)")
    }
    switch name {
    case "figures": figures = try choice(Figures.self)
    case "pager": pager = try choice(Pager.self)
    default: return false
    }
    return true
  }
}
