import BasinCore
import BasinKit
import Datasets
import Foundation
import Landscape

/// How the dimension of class manifolds moves with training, ensembles, width and data
/// (arXiv 2210.05546).
struct ManifoldSweep: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "manifold-sweep",
    abstract: "Class manifolds as a variable changes.",
    discussion: """
      Measures d*₅₀ over all target classes together, as `manifold` does, for each value of a variable:

      epochs       the snapshots of a run, including the random initialisation: manifold-sweep path --over epochs
      ensemble     the first 1, 2, … of several checkpoints, searched together
      width        networks of --arch with the letter W replaced by each value
      label-noise  networks trained with a fraction of random labels
      train-size   networks trained on this many inputs
      corruption   networks trained on corrupted images (--kind) of each severity, for robustness

      Snapshots that record no epoch are placed by the number in their names (ep5, step100), or by their order.

      The last four variables train --arch from --training-seed into folders under --out, as `train` does, \
      and reuse finished training. One curve is fitted to the planes of all targets. The paper reports lower \
      d*, hence manifolds of higher dimension, for better networks; a table compares the first and the last \
      value of the sweep. \
      Fort et al., arXiv 2210.05546.
      """)
  static let task = CommandTask.classes
  static let examples = [
    "manifold-sweep path --over epochs",
    "manifold-sweep seeds --over ensemble",
    "manifold-sweep --over width --arch cnn:channels=W-W-W --values 4,8,16,32 --out runs/width",
  ]

  @Argument(help: "Snapshots of a run for epochs, checkpoints for ensemble.")
  var checkpoints: [CheckpointSelection] = []
  @Option(help: "Variable of the sweep.") var over: SweepVariable
  @Option(help: "Values of the variable, for instance 4,8,16 or 0,0.5,1.") var values: ValueList?
  @Option(help: "Architecture to train, with the letter W in place of a width.") var arch = "cnn"
  @Option(help: "Number of passes over the training split.") var epochs = 20
  @Option(help: "Learning rate of training.") var trainingRate = 0.05
  @Option(help: "Seed of training.") var trainingSeed = 0
  @Option(help: "Kind of corruption.") var kind = Corruption.Kind.gaussianNoise
  @Option(help: "Folder for the trained networks.") var out: String?
  @OptionGroup var plane: PlaneArguments

  var writes: [String] { [out].compactMap(\.self) }

  func validate() throws {
    if over.trains {
      guard out != nil else {
        throw ValidationError(
          "--over \(over.rawValue) trains networks; give --out, a folder for them")
      }
      guard checkpoints.isEmpty else {
        throw ValidationError(
          "--over \(over.rawValue) trains its networks; leave the checkpoints out")
      }
      guard over != .width || arch.contains("W") else {
        throw ValidationError(
          "--arch \(arch) has no letter W for the width, for instance cnn:channels=W-W-W")
      }
    } else if checkpoints.isEmpty {
      throw ValidationError(
        "--over \(over.rawValue) takes checkpoints, for instance "
          + (over == .epochs ? "the snapshots of a run: path" : "independent networks: seeds"))
    }
    if over.trains, let values {
      for value in values.values {
        if let wrong = over.problem(with: value) { throw ValidationError(wrong) }
      }
    }
    guard (1...100_000).contains(epochs) else {
      throw ValidationError("--epochs is \(epochs); it must be from 1 to 100000")
    }
    guard trainingSeed >= 0 else {
      throw ValidationError("--training-seed is \(trainingSeed); it must be 0 or more")
    }
    guard trainingRate > 0, trainingRate.isFinite else {
      throw ValidationError("--training-rate is \(trainingRate); it must be a positive number")
    }
  }

  func run(in context: Context) throws -> Result {
    let steps = try steps(context)
    guard steps.count >= 2 else {
      throw CommandError(
        "a sweep needs two values or more, and there \(steps.count == 1 ? "is" : "are") \(steps.count)"
          + (over == .epochs && values != nil
            ? " of --values among the snapshots, which have "
              + "\(try times(context).1.unit.rawValue) \(try listed(context))" : ""))
    }
    let search = try ManifoldSearch(plane, allTargets: true, context)
    var measured: [SweepReport.Step] = []
    var found: [ManifoldSearch.Found] = []
    var leftOut: [NonFiniteOutputs] = []
    for (index, step) in steps.enumerated() {
      let one: ManifoldSearch.Found
      do {
        one = try search.run(
          step.subject, name: "\(step.subject.label) (\(index + 1) of \(steps.count))")
      } catch let error as NonFiniteOutputs where step.subject.members.count == 1 {
        leftOut.append(error)
        continue
      }
      found.append(one)
      measured.append(
        SweepReport.Step(
          value: step.value, label: step.subject.label,
          accuracy: try accuracy(step.subject, context),
          curve: TargetCurve(
            subject: step.subject.label, target: "all targets", inputs: search.inputs,
            points: one.outcomes.map { ($0.key, $0.value) }
              .sorted { Self.order($0.0, $1.0) }, seed: search.seed)))
      if one.missing > 0 { break }
    }
    if let first = leftOut.first, measured.count < 2 { throw first }
    var result = SweepReport(
      variable: over, label: over == .epochs ? try times(context).1.unit.rawValue : over.label,
      steps: measured, caption: search.caption, targets: search.targets.count
    ).result
    result.add(search.endings(found))
    for note in search.notes(found, leftOut: leftOut) { result.add(note) }
    return result
  }

  private static func order(_ a: CuttingPlane, _ b: CuttingPlane) -> Bool {
    (a.dimension, a.repetition, a.target[0]) < (b.dimension, b.repetition, b.target[0])
  }

  // Accuracy of the mean of the members' probabilities.
  private func accuracy(_ subject: Subject, _ context: Context) throws -> Double {
    let predictions = try subject.members.map { try context.predictions($0, .test) }
    return try MemberPredictions(
      logits: predictions.map(\.logits), labels: predictions[0].labels
    ).mean().scores()[0].accuracy
  }

  // MARK: Networks

  private typealias Step = (value: Double, subject: Subject)

  private func steps(_ context: Context) throws -> [Step] {
    switch over {
    case .epochs:
      let (snapshots, times) = try times(context)
      return zip(snapshots, times.values).compactMap { one, time in
        if let values, !values.values.contains(time) { return nil }
        return (time, Subject(label: one.label, members: [one]))
      }
    case .ensemble:
      let members = try context.checkpoints(checkpoints)
      let sizes = values?.values ?? (1...members.count).map(Double.init)
      return try sizes.map { size in
        guard size >= 1, size <= Double(members.count), size == size.rounded() else {
          throw CommandError(
            "--values \(NumberFormat.significant(6).text(size)) is no size of an ensemble of "
              + "\(Counted.text(members.count, "members")); `--values 1..\(members.count)` takes all"
          )
        }
        return (
          size,
          Subject(label: "first \(Int(size))", members: Array(members.prefix(Int(size))))
        )
      }
    default:
      let chosen = values?.values ?? over.usualValues
      return try chosen.enumerated().map { index, value in
        (value, try trained(value, index, chosen.count, context))
      }
    }
  }

  private func times(_ context: Context) throws -> ([SelectedCheckpoint], SnapshotTimes) {
    let snapshots = try context.checkpoints(checkpoints)
    return (snapshots, SnapshotTimes(snapshots))
  }

  private func listed(_ context: Context) throws -> String {
    let all = try times(context).1.values.map { NumberFormat.significant(6).text($0) }
    return all.prefix(8).joined(separator: ", ") + (all.count > 8 ? ", …" : "")
  }

  private func trained(
    _ value: Double, _ index: Int, _ count: Int, _ context: Context
  ) throws -> Subject {
    let dataset = try context.dataset()
    let text = Int(exactly: value).map(String.init) ?? NumberFormat.significant(6).text(value)
    var recipe = Recipe()
    recipe.seed = UInt64(trainingSeed)
    var architecture = arch
    switch over {
    case .width:
      architecture = arch.replacingOccurrences(of: "W", with: text)
    case .labelNoise: recipe.labelNoise = value == 0 ? nil : value
    case .trainSize: recipe.subset = Int(exactly: value)
    case .corruption:
      recipe.corruption = value == 0 ? nil : Corruption(kind, severity: Int(exactly: value) ?? 0)
      recipe.corruptsTraining = value > 0
    case .epochs, .ensemble: break
    }
    let made = try dataset.made(by: recipe, cancellation: context.cancellation)
    let network = try Architecture(
      architecture, input: dataset.inputShape, classes: dataset.classes)
    let plan = TrainingPlan(
      network, epochs: epochs, learningRate: trainingRate, seed: UInt64(trainingSeed))
    let run = TrainingRun(
      plan: plan, dataset: made, folder: "\(out ?? ".")/\(over.rawValue)-\(text)", snapshot: .none,
      device: context.workspace.settings.device)
    let outcome = try run.run(cancellation: context.cancellation) { epoch, detail in
      context.progress.report(
        ProgressUpdate(
          "training \(over.rawValue) \(text) (\(index + 1) of \(count)), epoch \(epoch) of \(epochs)",
          completed: index * epochs + epoch, total: count * epochs, detail: detail))
    }
    let checkpoint = try context.open(outcome.last)
    for file in checkpoint.files { context.record(file) }
    context.recordWritten(run.folder)
    return Subject(
      label: "\(over.rawValue) \(text)",
      members: [
        SelectedCheckpoint(
          set: over.rawValue, index: index, checkpoint: checkpoint, architecture: network)
      ])
  }
}

extension Corruption.Kind: ExpressibleByArgument {}
