/// What values a parameter takes.
enum ParameterKind: Sendable, Equatable {
  case number
  case integer
  case boolean
  /// One line of text.
  case string
  /// Values separated by commas, each of one of the kinds above.
  indirect case list(of: ParameterKind)
  /// The path of a file that is there.
  case checkpoint

  /// The kinds as front matter names them.
  static let names = ["number", "integer", "string", "boolean", "list", "checkpoint"]

  /// - Parameter element: what a list holds.
  init?(name: String, element: ParameterKind) {
    switch name {
    case "number": self = .number
    case "integer": self = .integer
    case "string": self = .string
    case "boolean": self = .boolean
    case "list": self = .list(of: element)
    case "checkpoint": self = .checkpoint
    default: return nil
    }
  }

  /// The kind that a plain value of YAML is of. A whole number may give way to any number.
  init(ofPlain value: String) {
    self = [.number, .boolean].first { $0.refusal(of: value) == nil } ?? .string
  }

  /// The name, for people.
  var name: String {
    switch self {
    case .number: "number"
    case .integer: "integer"
    case .boolean: "boolean"
    case .string: "string"
    case .list(let element): element == .string ? "list" : "list of \(element.name)s"
    case .checkpoint: "checkpoint"
    }
  }

  /// What a value should be, where it is not; `nil` where it is.
  func refusal(of value: String) -> String? {
    switch self {
    case .number: Double(value) == nil ? "a number" : nil
    case .integer: Int(value) == nil ? "a whole number" : nil
    case .boolean: ["true", "false"].contains(value) ? nil : "true or false"
    case .string: value.contains { $0.isNewline } ? "one line of text" : nil
    case .checkpoint: value.isEmpty || value.contains { $0.isNewline } ? "a file's path" : nil
    case .list(let element):
      value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && element.refusal(of: String($0)) == nil
      }
        ? nil
        : element == .string
          ? "values separated by commas"
          : "\(element.name)s separated by commas"
    }
  }
}
