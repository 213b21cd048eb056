import BasinKit
import Landscape
import Torch

/// A network whose class manifolds are measured, or an ensemble of several.
struct Subject {
  var label: String
  var members: [SelectedCheckpoint]

  /// Each checkpoint on its own, and those of an ensemble together.
  static func all(
    _ checkpoints: [CheckpointSelection], ensemble: CheckpointSelection?, _ context: Context
  ) throws -> [Subject] {
    var subjects = try context.checkpoints(checkpoints).map {
      Subject(label: $0.label, members: [$0])
    }
    if let ensemble {
      let members = try context.checkpoints([ensemble], atLeast: 2, for: "--ensemble")
      subjects.append(Subject(label: "ensemble \(ensemble.text)", members: members))
    }
    guard !subjects.isEmpty else {
      throw CommandError(
        "no network is given; name a checkpoint such as seeds[0], or --ensemble seeds")
    }
    return subjects
  }

  /// What tells it from every other subject.
  var identity: [String] {
    members.map { $0.checkpoint.identity + " " + $0.architecture.text }
  }

  /// A network of its own for each member: they are needed at once.
  func models(_ context: Context) throws -> [CuttingPlaneSearch.Model] {
    let device = context.workspace.settings.device
    let dataset = try context.dataset()
    return try members.map { member in
      guard member.architecture.classes <= dataset.classes else {
        throw CommandError(
          "\(member.label) has \(member.architecture.classes) classes where \(dataset.name) has "
            + "\(dataset.classes); load the data with --classes \(member.architecture.classes)")
      }
      guard member.architecture.input == dataset.inputShape,
        member.architecture.classes == dataset.classes
      else {
        // The evaluator says what does not fit.
        _ = try context.evaluator(holding: member)
        throw CommandError("\(member.label) does not fit \(dataset.name)")
      }
      let network = try Network(member.architecture, device: device)
      try network.load(member.checkpoint)
      let shape = [-1] + dataset.inputShape
      if dataset.holdsIntegers, case .torchScript = member.architecture.family {
        let zeros = try Tensor.zeros([1] + dataset.inputShape).to(device: device)
        guard (try? network.logits(zeros)) != nil else {
          throw CommandError(
            "\(member.label) takes only whole numbers, which planes of inputs do not consist of")
        }
      }
      return { points in
        if device == "cpu" { return try network.logits(points.view(shape)) }
        return try network.logits(points.view(shape).to(device: device)).to(device: "cpu")
      }
    }
  }

  /// What an error of the search means for its members.
  func error(_ wrong: CuttingPlaneSearch.NonFiniteLogits) -> any Error {
    let name = members.indices.contains(wrong.model) ? members[wrong.model].label : label
    if wrong.step == 1 {
      return NonFiniteOutputs(name: name, count: wrong.count, inputs: wrong.inputs)
    }
    return CommandError(
      "\(name): outputs are NaN or infinite at step \(wrong.step) of the search, where inputs have gone "
        + "far from the data; try a smaller --lr, or --box")
  }

  /// Whether a member has batch norm, which is in evaluation mode here.
  var hasBatchNorm: Bool {
    members.contains { one in
      let names = (try? NetworkPlan(one.architecture))?.entries.map(\.name) ?? []
      return names.contains { $0.hasSuffix("running_mean") }
    }
  }
}
