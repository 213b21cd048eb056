import BasinKit
import Datasets
import Landscape

/// What a sweep varies.
enum SweepVariable: String, ExpressibleByArgument, CaseIterable {
  /// Snapshots of a run, the random start included.
  case epochs
  /// Members of an ensemble.
  case ensemble
  /// The width of a network, the letter W in --arch.
  case width
  /// The fraction of training labels that are random.
  case labelNoise = "label-noise"
  /// Training inputs.
  case trainSize = "train-size"
  /// The severity of corruption of the training images: robustness.
  case corruption

  /// Whether networks have to be trained.
  var trains: Bool { self != .epochs && self != .ensemble }

  /// What is wrong with a value of a variable that networks are trained for; `nil` where nothing is.
  func problem(with value: Double) -> String? {
    let text = NumberFormat.significant(6).text(value)
    let whole = Int(exactly: value)
    switch self {
    case .width:
      if let whole, (1...1_000_000).contains(whole) { return nil }
      return "--values \(text): a width is a whole number from 1 to 1000000"
    case .trainSize:
      if let whole, whole >= 1 { return nil }
      return "--values \(text): the number of training inputs is a whole number from 1 up"
    case .labelNoise:
      return (0...1).contains(value)
        ? nil : "--values \(text): a fraction of random labels is between 0 and 1"
    case .corruption:
      if let whole, (0...5).contains(whole) { return nil }
      return "--values \(text): a severity is 0, 1, 2, 3, 4 or 5"
    case .epochs, .ensemble: return nil
    }
  }

  /// The axis.
  var label: String {
    switch self {
    case .epochs: "epoch"
    case .ensemble: "members of the ensemble"
    case .width: "width"
    case .labelNoise: "fraction of random labels"
    case .trainSize: "training inputs"
    case .corruption: "severity of the training images' corruption"
    }
  }

  /// The values unless given.
  var usualValues: [Double] {
    switch self {
    case .epochs, .ensemble: []
    case .width: [4, 8, 16, 32]
    case .labelNoise: [0, 0.2, 0.4, 0.6, 0.8, 1]
    case .trainSize: [50, 100, 200, 400, 800]
    case .corruption: [0, 1, 2, 3, 4, 5]
    }
  }
}

/// Real numbers as they are typed: `0,0.2,0.5`, or whole ones as `1..5`.
struct ValueList: ExpressibleByArgument, Equatable {
  var values: [Double]

  init?(argument: String) {
    if let whole = NumberList(argument: argument) {
      values = whole.values.map(Double.init)
      return
    }
    values = []
    for part in argument.split(separator: ",") {
      guard let value = Double(part), value.isFinite else { return nil }
      values.append(value)
    }
    if values.isEmpty { return nil }
  }
}
