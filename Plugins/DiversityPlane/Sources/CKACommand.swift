import BasinKit
import Datasets
import Landscape
import Torch

/// Centred kernel alignment between what checkpoints compute for the same inputs, for every pair.
struct CKACommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "cka",
    abstract: "Similarity of a layer's outputs (CKA).",
    discussion: """
      Linear centred kernel alignment (CKA) of one layer's outputs for the same inputs: 1 if they differ only \
      by a rotation and a scale. Kornblith, Norouzi, Lee & Hinton, Similarity of Neural \
      Network Representations Revisited, arXiv 1905.00414. --minibatch uses the unbiased estimate over \
      batches of Nguyen, Raghu & Kornblith, arXiv 2010.15327, which needs less memory and does not grow with \
      the number of features.

      Layers are those listed by `arch` for a built-in architecture, or logits.
      """)
  static let task = CommandTask.differences
  static let examples = [
    "cka seeds path[-1] --layer conv2",
    "cka seeds --layer conv1 --minibatch 32",
  ]

  @Argument(help: "Two or more checkpoints, for instance seeds or path[5..].")
  var checkpoints: [CheckpointSelection]
  @Option(help: "The layer: logits, or a path that arch lists, for instance layer1.0.conv1.")
  var layer = Network.logitsLayer
  @Option(
    help: "Batch size for the unbiased estimate; the biased estimate over all inputs unless given.")
  var minibatch: Int?
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  // What all representations together may take.
  private static let memory = 2 << 30

  func validate() throws {
    if let minibatch, minibatch < 4 {
      throw ValidationError("--minibatch is \(minibatch); the unbiased estimate needs 4 or more")
    }
  }

  func run(in context: Context) throws -> Result {
    let selected = try context.pair(checkpoints, for: "cka")
    let dataset = try context.dataset()
    let inputs = dataset[split].count
    try checkBatch(inputs, dataset.name)
    let width = try widest(selected, context)
    try checkMemory(inputs: inputs, width: width, checkpoints: selected.count)
    // Files are often sorted by class, and CKA within a class is another quantity: batches are drawn.
    let order =
      try minibatch.map {
        try context.seed(for: ["cka", "batches", String($0)]).generator().permutation(inputs)
      }
    var representations: [CKA.Representation] = []
    var shown: [SelectedCheckpoint] = []
    var leftOut: [String] = []
    for (index, one) in selected.enumerated() {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("evaluating \(one.label)", completed: index, total: selected.count))
      let representation = try representation(
        context.evaluator(holding: one), order, asProducts: width >= inputs, context)
      guard representation.isDefined else {
        leftOut.append(one.label)
        continue
      }
      representations.append(representation)
      shown.append(one)
    }
    guard shown.count >= 2 else {
      throw CommandError(
        "the outputs of \(layer) in \(leftOut[0]) are the same for every input, NaN or infinite, so "
          + "CKA is not defined, and it needs two other checkpoints; name more, or another --layer")
    }
    var result = PairMatrix(
      title: "Centred kernel alignment of \(layer)", quantity: "CKA",
      caption: caption(inputs: inputs, dataset: dataset.name),
      values: try CKA.matrix(representations, cancellation: context.cancellation),
      checkpoints: shown, independence: try context.independence(of: shown),
      color: .init("CKA", range: 0...1), format: .fixed(3)
    ).result
    if let minibatch, inputs % minibatch > 0 {
      result.add(
        Note(
          "\(inputs % minibatch) of \(inputs) inputs are in no batch: those that \(inputs / minibatch) times "
            + "\(minibatch) leave, which the seed chooses"))
    }
    if !leftOut.isEmpty {
      result.add(
        Note(
          "outputs of \(layer) that are the same for every input, NaN or infinite, left out: "
            + AffectedCheckpoints.listed(leftOut), level: .warning))
    }
    return result
  }

  private func checkBatch(_ inputs: Int, _ name: String) throws {
    if let minibatch, minibatch > inputs {
      throw CommandError(
        "--minibatch \(minibatch) is more than the \(Counted.text(inputs, "\(split.rawValue) inputs")) of \(name)"
      )
    }
  }

  // Numbers that the layer gives for one input, in the architecture where they are the most.
  private func widest(_ selected: [SelectedCheckpoint], _ context: Context) throws -> Int {
    try Set(selected.map(\.architecture)).reduce(0) { widest, architecture in
      let evaluator = try context.evaluator(for: architecture)
      let input = try evaluator.data(split).inputs.narrow(0, start: 0, length: 1)
      return max(widest, try evaluator.network.features(input, at: layer).count)
    }
  }

  private func checkMemory(inputs: Int, width: Int, checkpoints: Int) throws {
    let bytes = CKA.bytes(inputs: inputs, width: width, minibatch: minibatch)
    let needed = bytes.kept * checkpoints + bytes.making
    guard needed > Self.memory else { return }
    let size = NumberFormat.fixed(1).text(Double(needed) / Double(1 << 30))
    throw CommandError(
      "cka of \(layer) (\(width) numbers an input) for \(checkpoints) checkpoints and \(inputs) "
        + "inputs would take \(size) GiB of memory; use "
        + (minibatch == nil ? "--minibatch 100, " : "a smaller --minibatch, ")
        + "fewer checkpoints or a smaller dataset")
  }

  private func representation(
    _ evaluator: Evaluator, _ order: Tensor?, asProducts: Bool, _ context: Context
  ) throws -> CKA.Representation {
    guard let minibatch else {
      return try CKA.representation(
        of: evaluator.features(split, at: layer), asProducts: asProducts,
        cancellation: context.cancellation)
    }
    var batches = CKA.Minibatches()
    try evaluator.forEachFeatures(of: split, at: layer, batchSize: minibatch, order: order) {
      features in
      // A smaller rest would weigh as much as a whole batch.
      if features.shape[0] == minibatch {
        try batches.add(features, cancellation: context.cancellation)
      }
    }
    return try batches.representation()
  }

  private func caption(inputs: Int, dataset: String) -> String {
    let on = "the \(Counted.text(inputs, "\(split.rawValue) inputs")) of \(dataset)"
    guard let minibatch else {
      return "Linear CKA of the outputs of \(layer) on \(on), with the biased estimate of HSIC: 1 "
        + "is the same up to a rotation and a factor."
    }
    let batches = inputs / minibatch
    let rest = inputs - batches * minibatch
    return
      "Linear CKA of the outputs of \(layer), with the unbiased estimate of HSIC averaged over "
      + "\(batches) random \(batches == 1 ? "batch" : "batches") of \(minibatch) of \(on)"
      + (rest > 0 ? "; \(rest) are in no batch" : "")
      + ". 1 is the same up to a rotation and a factor."
  }
}
