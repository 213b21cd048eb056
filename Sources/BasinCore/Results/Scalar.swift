/// A single named number.
public struct Scalar: Sendable, Equatable, Codable {
  /// What the number is, for instance `Barrier height`.
  public var name: String
  /// The number.
  public var value: Double
  /// Half the width of its interval, when it has one.
  public var uncertainty: Double?
  /// The unit, when it has one.
  public var unit: String?
  /// How it is shown. The exact value is what JSON carries.
  public var format: NumberFormat

  /// Creates a named number.
  public init(
    _ name: String, _ value: Double, uncertainty: Double? = nil, unit: String? = nil,
    format: NumberFormat = .significant(4)
  ) {
    self.name = name
    self.value = value
    self.uncertainty = uncertainty
    self.unit = unit
    self.format = format
  }

  /// The value as shown, with its uncertainty and unit: `6.1 ± 0.4 %`.
  public var text: String {
    var text = format.text(value)
    if let uncertainty { text += " ± " + format.text(uncertainty) }
    if let unit { text += " " + unit }
    return text
  }
}
