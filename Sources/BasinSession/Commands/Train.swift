import BasinKit
import Datasets
import Foundation
import Landscape

/// `train ARCH --seeds 0..4 --out FOLDER --as NAME`.
struct Train: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train one network per seed.",
    discussion: """
      Trains one network per seed and names the set of their final checkpoints.

      Uses stochastic gradient descent with momentum on the current dataset. Each seed gets a folder \
      OUT/seedN with safetensors files: last, and with --snapshot epoch also epoch000 (the random \
      initialisation) to epochNNN. Training that was stopped resumes where it was, and finished training is \
      reused. Only one process at a time can train in a folder.
      """)
  static let task = CommandTask.data
  static let examples = [
    "train cnn --epochs 30 --lr 0.05 --seeds 0..4 --snapshot epoch --out runs/demo --as seeds"
  ]

  @Argument(help: "A built-in architecture with its options: mlp, cnn, cnn-bn, resnet20 …")
  var architecture: String
  @Option(help: "Dataset to load first, as for `data`.") var data: String?
  @Option(help: "Number of passes over the training split.") var epochs = 30
  @Option(name: .customLong("lr"), help: "Learning rate, before --schedule lowers it.")
  var learningRate = 0.05
  @Option(help: "Momentum of SGD.") var momentum = 0.9
  @Option(help: "Weight decay (L2 penalty) on all parameters.") var weightDecay = 5e-4
  @Option(help: "Inputs per step.") var batchSize = 64
  @Option(help: "constant, cosine, plateau, step:EPOCHS:FACTOR or cyclical:EPOCHS:LOW[:AFTER].")
  var schedule = Schedule.constant
  @Option(help: "Seeds; 0..4 trains five networks.") var seeds = NumberList([0])
  @Option(
    help: "Snapshots to keep: none, every epoch, or the end of every cycle of a cyclical schedule.")
  var snapshot = SnapshotPolicy.none
  @Option(help: "Folder for the checkpoints.") var out: String
  @Option(name: .customLong("as"), help: "Session name of the final checkpoints.")
  var name = "seeds"
  @Flag(help: "Replace any other training in the folder, including its snapshots.") var overwrite =
    false

  func validate() throws {
    guard (1...100_000).contains(epochs) else {
      throw ValidationError("--epochs is \(epochs); it must be from 1 to 100000")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--lr is \(learningRate); it must be a positive number")
    }
    guard (0..<1).contains(momentum) else {
      throw ValidationError("--momentum is \(momentum); it must be from 0 to below 1")
    }
    guard weightDecay >= 0, weightDecay.isFinite else {
      throw ValidationError("--weight-decay is \(weightDecay); it must be 0 or more")
    }
    guard batchSize > 0 else {
      throw ValidationError("--batch-size is \(batchSize); it must be 1 or more")
    }
    guard seeds.values.allSatisfy({ $0 >= 0 }), Set(seeds.values).count == seeds.values.count
    else { throw ValidationError("--seeds takes different numbers from 0 up") }
    if snapshot == .cycle, case .cyclical = schedule {
    } else if snapshot == .cycle {
      throw ValidationError("--snapshot cycle needs --schedule cyclical:EPOCHS:LOW")
    }
  }

  var writes: [String] { [out] }

  func run(in session: Session, _ context: Context) throws -> Result {
    var result = Result()
    if let data, session.workspace.dataset?.name != data {
      let loaded = try Data.parse([data]).run(in: session, context)
      for binding in loaded.bindings { session.workspace.bind(binding.name, to: binding.value) }
      result.items += loaded.items
    }
    let dataset = try context.dataset()
    guard dataset.train.count > 0 else { throw MissingSplit(dataset: dataset.name, split: .train) }
    let bound = try checkedName(name)
    let architecture = try Architecture(
      self.architecture, input: dataset.inputShape, classes: dataset.classes)
    var runs: [TrainingRun.Outcome] = []
    for (index, seed) in seeds.values.enumerated() {
      let plan = TrainingPlan(
        architecture, epochs: epochs, learningRate: learningRate, schedule: schedule,
        momentum: momentum, weightDecay: weightDecay, batchSize: batchSize, seed: UInt64(seed))
      let run = TrainingRun(
        plan: plan, dataset: dataset, folder: "\(out)/seed\(seed)", snapshot: snapshot,
        overwrite: overwrite, device: session.workspace.settings.device)
      let before = index * epochs
      runs.append(
        try run.run(cancellation: context.cancellation) { epoch, detail in
          context.progress.report(
            ProgressUpdate(
              "training seed \(seed) (\(index + 1) of \(seeds.values.count)), epoch \(epoch) of "
                + "\(epochs)", completed: before + epoch, total: seeds.values.count * epochs,
              detail: detail))
        })
    }
    // Not part of the result, which is the same whether a run is trained now or was before.
    context.logger.info("\(runs.count { $0.wasComplete }) of \(runs.count) runs were complete")
    let checkpoints = try runs.map { try context.open($0.last) }
    for file in checkpoints.flatMap(\.files) { context.record(file) }
    for seed in seeds.values { context.recordWritten("\(out)/seed\(seed)") }
    result.add(TrainingReport.table(runs))
    result.add(TrainingReport.figure(runs))
    result.bind(bound, to: CheckpointSet(checkpoints, of: architecture))
    return result
  }
}

extension SnapshotPolicy: ExpressibleByArgument {}
