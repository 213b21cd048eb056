import Datasets

extension Split {
  /// What the inputs of a split are called as units of an interval: `test inputs`.
  public var inputsUnit: String {
    switch self {
    case .train: "training inputs"
    case .test: "test inputs"
    }
  }
}
