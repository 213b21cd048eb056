import BasinKit
import Datasets
import Landscape
import Torch

/// Predictions of all checkpoints in a plane (arXiv 1912.02757, Fig. 2c).
struct Embed: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "tsne",
    abstract: "Embed predictions in two dimensions.",
    discussion: """
      Each checkpoint is represented by its predicted probabilities on all inputs. Uses exact t-SNE (van der \
      Maaten & Hinton, JMLR 9, 2008), initialised with principal components, without random draws. If the \
      divergence rises, the step size is halved and the descent continues from the best state. --pca shows \
      the first two principal components instead. Snapshots of one run are joined by a line from a square \
      (start) to a star (end). Fort, Hu & Lakshminarayanan, Deep \
      Ensembles: A Loss Landscape Perspective, arXiv 1912.02757.
      """)
  static let task = CommandTask.differences
  static let examples = [
    "tsne path0 path1 path2",
    "tsne path0 path1 path2 --pca",
  ]

  @Argument(help: "Checkpoint sets, for instance trajectories or independent seeds.")
  var checkpoints: [CheckpointSelection]
  @Option(
    help:
      "Effective number of neighbours; 30, or a third of the points if that is smaller, unless given."
  )
  var perplexity: Double?
  @Option(help: "Maximum number of iterations.") var iterations = 1000
  @Flag(help: "Show the first two principal components instead.") var pca = false
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  func validate() throws {
    guard (250...100_000).contains(iterations) else {
      throw ValidationError("--iterations is \(iterations); it must be from 250 to 100000")
    }
    if pca, perplexity != nil { throw ValidationError("--perplexity is for t-SNE, not for --pca") }
  }

  func run(in context: Context) throws -> Result {
    let given = try context.checkpoints(checkpoints, atLeast: 4, for: "tsne")
    let finite = try context.finitePredictions(given, split, atLeast: 4)
    let selected = finite.checkpoints
    let rows = try finite.predictions.map {
      try $0.probabilities().flattened().to(device: "cpu").to(.float64)
    }
    let points = try Tensor.stack(rows)
    let dataset = try context.dataset()
    let about =
      "predicted probabilities on the \(Counted.text(dataset[split].count, "\(split.rawValue) inputs")) of "
      + "\(dataset.name)"
    var result =
      try pca
      ? linear(points, selected, about) : neighbours(points, selected, about, context)
    if let mixing = try mixing(points, selected, context.contents(of: selected)) {
      result.add(mixing)
    }
    if let note = finite.note { result.add(note) }
    return result
  }

  // Whether sets mix is a question about predictions, not about their map.
  private func mixing(
    _ points: Tensor, _ selected: [SelectedCheckpoint], _ contents: CheckpointContents
  ) throws -> Note? {
    guard Set(selected.map(\.set)).count > 1 else { return nil }
    let count = selected.count
    let distances = try points.distances(to: points).array(of: Double.self)
    var (own, asked) = (0, 0)
    for (i, one) in selected.enumerated() {
      // The same checkpoint in two sets is no neighbour of itself.
      let others = selected.indices.filter { !contents.areEqual(selected[$0], one) }
      guard others.contains(where: { selected[$0].set == one.set }) else { continue }
      let nearest = others.min { distances[i * count + $0] < distances[i * count + $1] }
      asked += 1
      if nearest.map({ selected[$0].set == one.set }) == true { own += 1 }
    }
    guard asked > 0 else { return nil }
    return Note(
      "for \(own) of \(asked) checkpoints, the one with the nearest predictions is of the same set")
  }

  private func linear(
    _ points: Tensor, _ selected: [SelectedCheckpoint], _ about: String
  ) throws -> Result {
    let components = try PrincipalComponents(points, count: 2)
    func axis(_ place: Int) -> String {
      "component \(place + 1) (\(NumberFormat.percent(1).text(components.explained[place])))"
    }
    let map = PathMap(
      title: "Principal components of predictions", x: axis(0), y: axis(1),
      aspect: .automatic,
      caption:
        "Each point is a checkpoint: its \(about), in the first two principal components, with "
        + "the part of the variance that each explains.",
      checkpoints: selected, coordinates: components.coordinates)
    return map.result
  }

  // What ended the descent, and whether it converged.
  private func convergence(of embedding: TSNE) -> Note {
    let count = embedding.iterations
    let balance =
      "the gradient's norm is \(NumberFormat.significant(2).text(100 * embedding.imbalance)) % of that of "
      + "its attraction"
    let fall = NumberFormat.percent(2).text(embedding.recentFall)
    switch embedding.ending {
    case .gradient: return Note("t-SNE converged after \(count) iterations: \(balance)")
    case .noProgress where embedding.isConverged:
      return Note(
        "t-SNE converged: the divergence did not fall for 300 iterations, of \(count), and \(balance)"
      )
    case .noProgress:
      return Note(
        "t-SNE has not converged: no step lowered the divergence for 300 iterations, of \(count), but "
          + "\(balance) (more than 1 %); try another --perplexity", level: .warning)
    case .limit where !embedding.recentFall.isFinite:
      return Note(
        "t-SNE stopped at its limit of \(count) iterations, too few to judge convergence "
          + "(\(TSNE.judged) are needed); raise --iterations", level: .warning)
    case .limit where embedding.isConverged:
      return Note(
        "t-SNE stopped at its limit of \(count) iterations; the divergence fell by \(fall) over the last "
          + "\(TSNE.settling), below 1 %, and \(balance)")
    case .limit:
      let reason =
        embedding.recentFall < 0.01
        ? "\(balance) (more than 1 %)"
        : "the divergence fell by \(fall) over the last \(TSNE.settling) (1 % or more)"
      return Note(
        "t-SNE stopped at its limit of \(count) iterations and has not converged: \(reason); "
          + "raise --iterations", level: .warning)
    }
  }

  private func neighbours(
    _ points: Tensor, _ selected: [SelectedCheckpoint], _ about: String, _ context: Context
  ) throws -> Result {
    let most = Double(selected.count - 1) / 3
    let chosen = perplexity ?? min(30, most)
    let embedding = try TSNE(
      points, perplexity: chosen, iterations: iterations, cancellation: context.cancellation
    ) { iteration in
      context.progress.report(
        ProgressUpdate("embedding", completed: iteration, total: iterations))
    }
    let map = PathMap(
      title: "t-SNE of predictions", x: "", y: "", aspect: .equal,
      caption: "Each point is a checkpoint: its \(about), embedded by t-SNE with perplexity "
        + "\(NumberFormat.significant(3).text(chosen)). Near points predict alike; distances between "
        + "far groups mean nothing.",
      checkpoints: selected, coordinates: embedding.coordinates)
    var result = map.result
    result.items.insert(
      contentsOf: [
        .scalar(Scalar("KL divergence", embedding.divergence, format: .fixed(4))),
        .scalar(Scalar("Perplexity", chosen, format: .significant(3))),
        .scalar(Scalar("Iterations", Double(embedding.iterations), format: .fixed(0))),
      ], at: 1)
    result.items.insert(
      .scalar(Scalar("Gradient norm", embedding.gradientNorm, format: .significant(2))), at: 4)
    result.add(convergence(of: embedding))
    if perplexity == nil, chosen < 30 {
      result.add(
        Note(
          "the perplexity is \(NumberFormat.significant(3).text(chosen)), a third of the "
            + "\(selected.count) checkpoints less one, where 30 is usual"))
    }
    return result
  }
}
