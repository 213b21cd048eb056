/// An architecture's text could not be read, or does not fit its input.
public struct ArchitectureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The architecture as given.
  public var text: String
  /// What is wrong with it.
  public var reason: String

  init(_ text: String, _ reason: String) {
    self.text = text
    self.reason = reason
  }

  /// `architecture 'cnn:width=3': unknown option 'width'; …`
  public var description: String { "architecture '\(text)': \(reason)" }
}

/// The options after the colon; each is taken once, and what is left over is an error.
struct ArchitectureOptions {
  private let text: String
  private var values: [String: String] = [:]
  private var known: [String] = []

  init(_ options: String, of text: String) throws {
    self.text = text
    for option in options.split(separator: ",") {
      let pair = option.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else {
        throw ArchitectureError(text, "'\(option)' is not of the form name=value")
      }
      guard values.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw ArchitectureError(text, "option '\(pair[0])' is given twice")
      }
    }
  }

  mutating func count(_ name: String, atMost limit: Int = Architecture.largestSize) throws -> Int? {
    try take(name).map { try size($0, in: name, atMost: limit) }
  }

  mutating func sizes(_ name: String) throws -> [Int]? {
    guard let value = take(name) else { return nil }
    if value == "none" { return [] }
    let parts = value.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= Architecture.mostLayers else {
      throw ArchitectureError(text, "\(name) has over \(Architecture.mostLayers) layers")
    }
    return try parts.map { try size(String($0), in: name) }
  }

  mutating func shape(_ name: String) throws -> [Int]? {
    try take(name)?.split(separator: "x", omittingEmptySubsequences: false).map {
      try size(String($0), in: name)
    }
  }

  mutating func choice<Value>(_ name: String, _ choices: [String: Value]) throws -> Value? {
    guard let value = take(name) else { return nil }
    guard let chosen = choices[value] else {
      let words = choices.keys.sorted().joined(separator: ", ")
      throw ArchitectureError(text, "\(name)=\(value) is not one of \(words)")
    }
    return chosen
  }

  /// One of an enumeration's words.
  mutating func word<Value: CaseIterable & RawRepresentable<String>>(_ name: String) throws
    -> Value?
  {
    try choice(name, Dictionary(uniqueKeysWithValues: Value.allCases.map { ($0.rawValue, $0) }))
  }

  /// What is added to a variance.
  mutating func epsilon(_ name: String) throws -> Double? {
    guard let value = take(name) else { return nil }
    guard let number = Double(value), number > 0, number <= 1 else {
      throw ArchitectureError(text, "\(name)=\(value) is not a number above 0, up to 1")
    }
    return number
  }

  /// Patterns of names with `+` between them.
  mutating func names(_ name: String) throws -> [String]? {
    guard let value = take(name) else { return nil }
    let patterns = value.split(separator: "+").map(String.init)
    guard !patterns.isEmpty, patterns.count <= 1000 else {
      throw ArchitectureError(text, "\(name)=\(value) has no names, or over 1000")
    }
    return patterns
  }

  func finish() throws {
    guard let left = values.keys.sorted().first else { return }
    throw ArchitectureError(
      text, "unknown option '\(left)'; it takes \(known.joined(separator: ", "))")
  }

  private mutating func take(_ name: String) -> String? {
    known.append(name)
    return values.removeValue(forKey: name)
  }

  private func size(
    _ value: String, in name: String, atMost limit: Int = Architecture.largestSize
  ) throws -> Int {
    guard let size = Int(value), (1...limit).contains(size) else {
      throw ArchitectureError(text, "\(name)=\(value) is not a size from 1 to \(limit)")
    }
    return size
  }
}
