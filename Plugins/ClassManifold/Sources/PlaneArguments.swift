import BasinKit
import Datasets
import Landscape

/// What decides how planes are drawn and searched, the same for every command of the plugin.
struct PlaneArguments: ParsableArguments {
  @Option(help: "Target class.") var target: Int?
  @Option(help: "Several target classes, each measured separately, for instance 0..9.") var targets:
    NumberList?
  @Option(help: "Classes whose shared boundary region is the target, for instance 3,5.")
  var between: NumberList?
  @Option(help: "Dimensions of the planes: auto, a range such as 1..64 or a list such as 1,3,5,10.")
  var dims = Dimensions.auto
  @Option(help: "Number of planes per dimension and target.") var planes = 20
  @Option(help: "Maximum optimizer steps.") var steps = 300
  @Option(name: .customLong("lr"), help: "Adam's learning rate.") var learningRate = 0.05
  @Option(help: "Probability at which the target counts as reached.") var threshold = 0.5
  @Option(help: "Random bases: gaussian, orthonormal or sparse:K.")
  var basis = PlaneBasis.gaussian
  @Option(help: "Points that planes go through: data, noise or mean.") var origin = Origin.data
  @Option(help: "Adam's bias correction: standard, or reference for the authors' version.")
  var adam = CuttingPlaneSearch.Adam.standard
  @Flag(help: "Keep inputs within the range of the training data.") var box = false
  @Flag(help: "Run all --steps, even after a search has converged.") var noEarlyStop = false

  /// Which dimensions are measured.
  enum Dimensions: ExpressibleByArgument, Equatable {
    /// Powers of two, then more where the curve rises.
    case auto
    case given([Int])

    init?(argument: String) {
      if argument == "auto" {
        self = .auto
      } else if let list = NumberList(argument: argument) {
        self = .given(Array(Set(list.values)).sorted())
      } else {
        return nil
      }
    }
  }

  /// What the input x₀ of a plane is.
  enum Origin: String, ExpressibleByArgument, CaseIterable {
    /// A training input of another class.
    case data
    /// Normal noise with the mean and standard deviation of the training inputs.
    case noise
    /// The mean of the training inputs.
    case mean
  }

  func validate() throws {
    guard [target != nil, targets != nil, between != nil].count(where: \.self) <= 1 else {
      throw ValidationError("give one of --target, --targets and --between")
    }
    if let between, Set(between.values).count < 2 {
      throw ValidationError("--between takes two classes or more, for instance 3,5")
    }
    guard (1...100_000).contains(planes) else {
      throw ValidationError("--planes is \(planes); it must be from 1 to 100000")
    }
    guard (6...1_000_000).contains(steps) else {
      throw ValidationError("--steps is \(steps); it must be from 6 to 1000000")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--lr is \(learningRate); it must be a positive number")
    }
    guard threshold > 0, threshold < 1 else {
      throw ValidationError("--threshold is \(threshold); it must be between 0 and 1")
    }
  }

  /// The targets, checked against the dataset's classes.
  ///
  /// - Parameter all: Whether all classes are meant where none is given.
  func targets(of dataset: Dataset, all: Bool) throws -> [[Int]] {
    let chosen: [[Int]]
    if let target {
      chosen = [[target]]
    } else if let targets {
      chosen = targets.values.map { [$0] }
    } else if let between {
      chosen = [Array(Set(between.values)).sorted()]
    } else if all {
      chosen = (0..<dataset.classes).map { [$0] }
    } else {
      throw CommandError(
        "no target is given; add --target 3, --targets 0..\(dataset.classes - 1) or --between 3,5")
    }
    for value in chosen.joined() where !(0..<dataset.classes).contains(value) {
      throw CommandError(
        "there is no class \(value): \(dataset.name) has classes 0 to \(dataset.classes - 1)")
    }
    if chosen.contains(where: { $0.count == dataset.classes }) {
      throw CommandError("--between names every class; leave at least one out")
    }
    return chosen
  }

  /// The dimensions to begin with, checked against D.
  func dimensions(of inputs: Int) throws -> [Int] {
    switch dims {
    case .auto:
      var powers: [Int] = []
      var power = 1
      while power < inputs {
        powers.append(power)
        power *= 2
      }
      return powers + [inputs]
    case .given(let list):
      if let wrong = list.first(where: { !(1...inputs).contains($0) }) {
        throw CommandError("--dims \(wrong): a plane has 1 to \(inputs) dimensions here")
      }
      return list
    }
  }

  /// The science's options.
  func options(box range: ClosedRange<Float>?) -> CuttingPlaneSearch.Options {
    var options = CuttingPlaneSearch.Options()
    options.basis = basis
    options.adam = adam
    options.learningRate = learningRate
    options.steps = steps
    options.stopsEarly = !noEarlyStop
    options.threshold = threshold
    options.box = box ? range : nil
    return options
  }
}

extension PlaneBasis: ExpressibleByArgument {
  /// Reads `gaussian`, `orthonormal` or `sparse:K`.
  public init?(argument: String) {
    switch argument {
    case "gaussian": self = .gaussian
    case "orthonormal": self = .orthonormal
    default:
      let parts = argument.split(separator: ":")
      guard parts.count == 2, parts[0] == "sparse", let entries = Int(parts[1]), entries > 0 else {
        return nil
      }
      self = .sparse(entries)
    }
  }

  /// For help and completion.
  public static var allValueStrings: [String] { ["gaussian", "orthonormal", "sparse:8"] }
  /// For help.
  public var defaultValueDescription: String { text }
}

extension CuttingPlaneSearch.Adam: ExpressibleByArgument {}
