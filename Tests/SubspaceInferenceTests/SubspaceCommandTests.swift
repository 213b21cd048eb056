import BasinKit
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import SubspaceInference

/// `subspace` on digits, from end to end.
@Suite struct SubspaceCommandTests {
  /// The bound networks lie in the subspace at the coordinates they say, and their average has the
  /// scores of the table's last row.
  @Test(arguments: ["pca --infer ess", "random --infer vi"])
  func networksLieWhereTheySay(words: String) throws {
    let run = try RunSession("mlp:hidden=8")
    let (kind, options) = (words.prefix { $0 != " " }, words.drop { $0 != " " })
    let result = try run.run(
      "subspace \(kind) path[3..]\(options) --samples 4 --chains 2 --warmup 2 --grid 5 --as s")
    let set = try run.set("s")
    #expect(set.checkpoints.count == 4)
    let network = try Network(set.architecture)
    let dataset = try #require(run.session.workspace.dataset)
    let evaluator = try Evaluator(network, dataset)
    var swag = try SWAG(rank: 20, parameters: network.parameterLayout.count)
    for snapshot in try run.set("path").checkpoints[3...] {
      try network.load(snapshot)
      try swag.collect(network.parameters)
    }
    let principal = try AffineSubspace(principal: swag, rank: 2)
    var logits: [Tensor] = []
    for checkpoint in set.checkpoints {
      try network.load(checkpoint)
      logits.append(try evaluator.logits(.test))
      let place = try #require(checkpoint.metadata["coordinates"]).split(separator: " ")
        .compactMap { Double($0) }
      let distance = try (network.parameters.to(.float64) - swag.mean).norm().item()
      let lengths =
        kind == "pca"
        ? principal.lengths
        : Array(repeating: principal.lengths.reduce(0, +) / 2, count: 2)
      let expected = zip(place, lengths).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * $1.1 }.squareRoot()
      #expect(abs(distance - expected) < 1e-4 * (1 + expected))
      if kind == "pca" {
        let found = try principal.coordinates(of: network.parameters)
        #expect(zip(found.coordinates, place).allSatisfy { abs($0 - $1) < 1e-4 })
        #expect(found.distance < 1e-4)
      }
    }
    let scores = try MemberPredictions(
      logits: logits, labels: evaluator.data(.test).labels
    ).mean().scores()[0]
    let table = try result.table("Scores")
    let row = table.rows.count - 1
    #expect(table.rows.count == 4)
    #expect(abs(try table.number(row, 1) - scores.accuracy) < 1e-12)
    #expect(abs(try table.number(row, 2) - scores.negativeLogLikelihood) < 1e-5)
  }

  /// The plane of a curve's control points: networks lie in it, and the map has the curve's places.
  @Test func thePlaneOfACurve() throws {
    let run = try RunSession("mlp:hidden=8", epochs: 3)
    let path = try run.set("path")
    // What `connect` says of the control points that it makes.
    var controls = Array(path.checkpoints[1...3])
    for place in controls.indices {
      controls[place].metadata[ControlPointMetadata.curve] = CurveKind.bezier.rawValue
      controls[place].metadata[ControlPointMetadata.count] = "3"
      controls[place].metadata[ControlPointMetadata.place] = String(place)
    }
    run.session.workspace.bind("curve", to: CheckpointSet(controls, of: path.architecture))
    for part in ["curve[0..1]", "curve[2],curve[1],curve[0]"] {
      #expect(
        throws: CommandError(
          "\(part) is not all of a curve's 3 control points in order; name the whole set")
      ) { try run.run("subspace curve \(part) --samples 4") }
    }
    let result = try run.run(
      "subspace curve curve --against path --samples 4 --chains 2 --warmup 1 --grid 5 --as s")
    let network = try Network(path.architecture)
    func parameters(_ checkpoint: Checkpoint) throws -> Tensor {
      try network.load(checkpoint)
      return try network.parameters.clone()
    }
    let vectors = try controls.map(parameters)
    let middle = try vectors[0] * 0.25 + vectors[1] * 0.5 + vectors[2] * 0.25
    let subspace = try AffineSubspace(curveThrough: vectors[0], middle, vectors[2])
    for checkpoint in try run.set("s").checkpoints {
      #expect(try subspace.coordinates(of: parameters(checkpoint)).distance < 1e-4)
    }
    // SGD's two ends (the run ends at one of them), SWA, SWAG and the subspace.
    #expect(try result.table("Scores").rows.count == 5)
    guard
      case .figure(let figure)? = result.items.first(where: {
        if case .figure = $0 { true } else { false }
      }), case .line(let curve) = figure.panels[0].layers[1]
    else { throw CommandError("no curve") }
    #expect(abs(curve.x[60] - curve.x[0] - (3.0).squareRoot()) < 1e-4)
    #expect(abs(curve.y[0] + 0.5) < 1e-4 && abs(curve.y[60] + 0.5) < 1e-4)
    #expect(abs(curve.y[30] - 1) < 1e-4, "\(curve.y[30])")
  }

  @Test func temperaturesAreAutomaticOrGiven() throws {
    let run = try RunSession("mlp:hidden=4", epochs: 4)
    let line = "subspace pca path --samples 2 --chains 1 --warmup 0 --grid 0"
    let automatic = try run.run(line).table("The posterior")
    // 400 training inputs for two coordinates.
    #expect(try abs(automatic.number(2, 1) - 400.0 / 4) < 1e-9)
    let given = try run.run("\(line) --temperature 20").table("The posterior")
    #expect(try given.number(2, 1) == 20)
    #expect(try abs(given.number(3, 1) - 400.0 / 20) < 1e-9)
  }

  /// The map at places of its grid: exp(−N·L/T − ‖t‖²/2σ²) over its greatest, with the loss of networks
  /// that are put together here from the run's mean and its principal components.
  @Test func theMapIsTheTemperedPosterior() throws {
    let run = try RunSession("mlp:hidden=8")
    let (temperature, prior) = (60.0, 1.5)
    let result = try run.run(
      "subspace pca path[3..] --samples 4 --chains 2 --warmup 1 --grid 5 --temperature 60 "
        + "--prior 1.5 --as s")
    let panel = try #require(result.figure("Posterior over the subspace").panels.first)
    guard case .heatMap(let map) = panel.layers[0] else { throw CommandError("no map") }
    let grid = map.grid
    #expect(grid.values.count == 25 && grid.values.max() == 1)
    let path = try run.set("path")
    let network = try Network(path.architecture)
    let dataset = try #require(run.session.workspace.dataset)
    let evaluator = try Evaluator(network, dataset)
    var swag = try SWAG(rank: 20, parameters: network.parameterLayout.count)
    for snapshot in path.checkpoints[3...] {
      try network.load(snapshot)
      try swag.collect(network.parameters)
    }
    let rows = try AffineSubspace(principal: swag, rank: 2).basis
    func logDensity(_ place: Int) throws -> Double {
      let (x, y) = (grid.x[place % 5], grid.y[place / 5])
      let weights = try swag.mean.to(.float32) + rows.select(0, 0) * x + rows.select(0, 1) * y
      try withoutGradients { try network.parameters.assign(weights) }
      let loss = try evaluator.metrics(.train).loss
      return -Double(dataset.train.count) * loss / temperature
        - (x * x + y * y) / (2 * prior * prior)
    }
    let top = try #require(grid.values.firstIndex(of: 1))
    let greatest = try logDensity(top)
    var isDecided = false
    for place in [0, 3, 7, 12, 16, 22, 24] {
      let expected = exp(try logDensity(place) - greatest)
      #expect(abs(grid.values[place] - expected) < 1e-3 * expected + 1e-9)
      // The prior alone would give other values.
      let (x, y) = (grid.x[place % 5], grid.y[place / 5])
      let (u, v) = (grid.x[top % 5], grid.y[top / 5])
      let alone = exp((u * u + v * v - x * x - y * y) / (2 * prior * prior))
      if abs(expected - alone) > 0.05 { isDecided = true }
    }
    #expect(isDecided)
  }

  /// One coordinate is drawn as lines: posterior, prior and fitted Gaussian over t₁, also on the
  /// regression problem.
  @Test(arguments: ["pca path[3..]", "random path[3..]", "pca --regression"])
  func oneCoordinateIsDrawnAsLines(words: String) throws {
    let run = try RunSession("mlp:hidden=8")
    let result = try run.run(
      "subspace \(words) --rank 1 --infer vi --samples 3 --grid 9 --prior 2")
    let panel = try #require(result.figure("Posterior over the subspace").panels.first)
    let lines = panel.lines
    #expect(lines.map(\.name) == ["prior", "posterior", "fitted Gaussian"])
    #expect(lines.map(\.x.count) == [201, 9, 201])
    // Draws and named places lie at their density: where a draw is a node of the map, at the map's.
    let points = panel.layers.compactMap { layer -> Figure.Scatter? in
      if case .scatter(let points) = layer { points } else { nil }
    }
    #expect(points.first?.y.count == 3)
    let heights = points.flatMap(\.y)
    #expect((lines[1].y + heights).max() == 1)
    #expect((lines[1].y + heights).allSatisfy { (0...1).contains($0) })
    #expect(Set(heights).count > 1 && !heights.contains(0.02))
    // The Gaussian of the table, over its greatest on the axis; where the axis begins and ends is that of
    // the draws and of three deviations.
    let table = try result.table("Fitted Gaussian")
    let (mean, deviation) = try (table.number(0, 1), table.number(0, 2))
    let (x, y) = (lines[2].x, lines[2].y)
    #expect(x[0] < mean - 3 * deviation && x[200] > mean + 3 * deviation)
    for place in [60, 100, 140] {
      let (one, other) = (x[place] - mean, x[90] - mean)
      let ratio = exp((other * other - one * one) / (2 * deviation * deviation))
      #expect(abs(y[place] - ratio * y[90]) < 1e-9)
    }
    #expect(abs(lines[0].y[30] / lines[0].y[31] - exp((x[31] * x[31] - x[30] * x[30]) / 8)) < 1e-9)
    // Without a map the other lines stay.
    if words == "pca path[3..]" {
      let bare = try run.run(
        "subspace pca path[3..] --rank 1 --infer vi --samples 2 --grid 0")
      #expect(
        try bare.figure("Posterior").panels[0].lines.map(\.name) == ["prior", "fitted Gaussian"])
      let chains = try run.run("subspace pca path[3..] --rank 1 --samples 4 --warmup 0 --grid 5")
      #expect(try chains.figure("Posterior").panels.map(\.lines.count) == [2, 4])
    }
  }

  /// The band is narrow in the clusters and wider away from them; its middle is near the function
  /// where there are data.
  @Test func bandsOfTheRegressionProblem() throws {
    let session = try Session(plugins: [subspaceInference])
    func bands(_ samples: Int) throws -> Result {
      let line =
        "subspace pca --regression --rank 5 --prior 20 --samples \(samples) --chains 2 --warmup 10 --grid 0"
      return try #require(try session.evaluate(line, from: .prompt)).result
    }
    let result = try bands(600)
    let table = try result.table("Standard deviation")
    #expect(table.title.contains(#/over 600 networks worth \d+ independent ones, for this run/#))
    #expect(
      try result.figure("Predictive bands").caption?.contains(
        #/The 600 draws of subspace pca, ess are worth \d+ independent ones\./#) == true)
    // All five coordinates are drawn, over pairs, and tabulated.
    let posterior = try result.figure("Posterior over the subspace")
    #expect(
      posterior.panels.dropLast().map { [$0.x.label, $0.y.label] } == [
        ["coordinate 1", "coordinate 2"], ["coordinate 3", "coordinate 4"],
        ["coordinate 4", "coordinate 5"],
      ])
    guard case .scatter(let third)? = posterior.panels[1].layers.first,
      case .scatter(let last)? = posterior.panels[2].layers.first
    else { throw CommandError("no draws") }
    #expect(third.x.count == 600 && third.y == last.x && third.x != third.y)
    #expect(try result.table("Chains").rows.count == 5)
    // Few draws of chains are worth too few for an interval: table, note and caption say so.
    let few = try bands(16)
    let withheld = try few.table("Standard deviation")
    #expect(
      (0..<3).allSatisfy { row in
        [2, 3, 4].allSatisfy { withheld.text(row: row, column: $0) == "–" }
      })
    #expect(withheld.rows.suffix(3).allSatisfy { $0[3] != .missing && $0[4] != .missing })
    let reason = "too few draws to tell whether the chains have mixed"
    #expect(withheld.title.contains("else none: \(reason)"))
    #expect(
      few.notes.contains(
        "subspace pca, ess: no band is drawn and no width of it is shown: \(reason)"))
    func bandCounts(_ result: Result) throws -> [Int] {
      try result.figure("Predictive bands").panels.map { panel in
        panel.layers.count { if case .band = $0 { true } else { false } }
      }
    }
    #expect(try bandCounts(few) == [0, 1] && bandCounts(result) == [1, 1])
    #expect(
      try few.figure("Predictive bands").caption?.contains(
        "There is no band of subspace pca, ess: \(reason).") == true)
    // Within the data, between clusters, beyond them; the subspace's and SWAG's.
    #expect(table.rows.count == 6)
    for row in 0..<6 {
      let (value, low, high) = try (
        table.number(row, 2), table.number(row, 3), table.number(row, 4)
      )
      #expect(low > 0 && low <= value && value <= high)
    }
    for first in [0, 3] {
      #expect(try table.number(first + 1, 2) > 1.05 * table.number(first, 2))
      #expect(try table.number(first + 2, 2) > 1.05 * table.number(first, 2))
      // The function's deviation over the points is 1, the noise's 0.1.
      #expect(try table.number(first, 5) < 0.1)
    }
    // The figure has three deviations to both sides, about a mean near the function.
    for (panel, first) in zip(try result.figure("Predictive bands").panels, [0, 3]) {
      guard case .band(let band) = panel.layers[0] else { throw CommandError("no band") }
      let (truth, mean) = try (
        #require(panel.lines.first { $0.name == "function without noise" }),
        #require(panel.lines.first { $0.name == "mean" })
      )
      let within = truth.x.indices.filter { place in
        ToyRegression.clusters.contains { $0.contains(truth.x[place]) }
      }
      #expect(within.allSatisfy { abs(truth.y[$0] - mean.y[$0]) < 0.3 })
      let deviations = within.map { (band.upper[$0] - band.lower[$0]) / 6 }
      #expect(
        abs(deviations.reduce(0, +) / Double(within.count) - (try table.number(first, 2))) < 1e-9)
      #expect(
        mean.x.indices.allSatisfy {
          abs((band.upper[$0] + band.lower[$0]) / 2 - mean.y[$0]) < 1e-9
        })
    }
  }

  /// With a temperature at which the data weigh next to nothing the posterior is said to be the prior,
  /// and not otherwise.
  @Test(arguments: [
    ("ess --samples 40 --chains 1 --warmup 0", "1e7"), ("vi --samples 2", "1e4"),
  ])
  func aPosteriorThatIsThePriorIsSaidToBe(words: String, temperature: String) throws {
    let run = try RunSession("mlp:hidden=4", epochs: 4)
    let line = "subspace pca path --grid 0 --infer \(words) --prior"
    func isSaid(_ options: String) throws -> Bool {
      try run.run("\(line) \(options)").notes.contains {
        $0.hasPrefix("the posterior is the prior at T = ")
      }
    }
    #expect(try isSaid("1 --temperature \(temperature)"))
    #expect(try !isSaid("8 --temperature 5"))
  }

  /// What the command fits is the optimum of quadrature over a table of losses, in the run's first
  /// component, at priors from a standard one to one far wider than the valley.
  @Test(arguments: [1.0, 5, 50])
  func theCommandReachesTheOptimumOfQuadrature(prior: Double) throws {
    let run = try RunSession("mlp:hidden=8", epochs: 20)
    let result = try run.run(
      "subspace pca path[8..] --rank 1 --infer vi --samples 2 --grid 0 --prior \(prior)")
    let table = try result.table("Fitted Gaussian")
    let fitted = try (table.number(0, 1), table.number(0, 2))
    let path = try run.set("path")
    let network = try Network(path.architecture)
    let evaluator = try Evaluator(network, #require(run.session.workspace.dataset))
    var swag = try SWAG(rank: 20, parameters: network.parameterLayout.count)
    for snapshot in path.checkpoints[8...] {
      try network.load(snapshot)
      try swag.collect(network.parameters)
    }
    let row = try AffineSubspace(principal: swag, rank: 1).basis.select(0, 0)
    let reach = 8 * min(prior, 15)
    let places = (0...1000).map { -reach + 2 * reach * Double($0) / 1000 }
    let losses = try places.map { place in
      try withoutGradients {
        try network.parameters.assign(swag.mean.to(.float32) + row * place)
      }
      return try evaluator.metrics(.train).loss
    }
    // T = N/2 for one coordinate: N/T = 2.
    func objective(_ mean: Double, _ deviation: Double) -> Double {
      var (sum, weight) = (0.0, 0.0)
      for (place, loss) in zip(places, losses) {
        let density = exp(-pow((place - mean) / deviation, 2) / 2)
        sum += density * loss
        weight += density
      }
      return 2 * sum / weight + log(prior / deviation)
        + (deviation * deviation + mean * mean) / (2 * prior * prior) - 0.5
    }
    var best = Double.infinity
    for mean in stride(from: -reach / 2, through: reach / 2, by: reach / 80) {
      for step in 0...60 {
        best = min(best, objective(mean, reach / 5 * pow(0.93, Double(step))))
      }
    }
    let found = objective(fitted.0, fitted.1)
    #expect(found < best + 0.05, "\(found) \(best)")
    #expect(result.notes.contains { $0.hasPrefix("variational inference converged") })
    let trace = try result.table("Negative ELBO along the fit")
    #expect(try trace.number(trace.rows.count - 1, 4) >= 0)
  }

  /// A variational fit that has not converged has no intervals and no verdicts, and no band; the caption says
  /// why. Converged, it has them.
  @Test func aFitThatDidNotConvergeIsNotCompared() throws {
    let run = try RunSession("mlp:hidden=4", epochs: 6)
    // Of four snapshots only those that fall at every step are known to.
    let path = "path[3],path[6],path[5],path[4]"
    let line = "subspace pca \(path) --infer vi --samples 4 --grid 0 --prior 300 --temperature 0.05"
    let reason = "variational inference did not converge"
    let short = try run.run("\(line) --iterations 1")
    let withheld = try short.table("subspace pca, 4 networks minus the others")
    #expect(withheld.title.hasSuffix("(no intervals: \(reason))"), "\(withheld.title)")
    for row in withheld.rows.indices {
      #expect(withheld.rows[row][3] == .missing && withheld.rows[row][4] == .missing)
      #expect(withheld.text(row: row, column: 6) == "not compared: \(reason)")
    }
    #expect(short.notes.contains { $0.contains("NLL not compared with SGD") })
    #expect(!short.notes.contains { $0.contains("better than") || $0.contains("worse than") })
    let whole = try run.run("subspace pca \(path) --infer vi --samples 4 --grid 0")
    let compared = try whole.table("subspace pca, 4 networks minus the others")
    #expect(compared.rows.allSatisfy { $0[3] != .missing && $0[4] != .missing })
    let bands = try run.run(
      "subspace pca --regression --infer vi --samples 30 --grid 0 --prior 300 --temperature 0.05 "
        + "--iterations 1")
    #expect(
      bands.notes.contains(
        "subspace pca, vi: no band is drawn and no width of it is shown: \(reason)"))
  }

  /// What is made of snapshots that still descend is shown and not compared; nor is what is made of a curve
  /// whose training had not settled.
  @Test func whatHadNotSettledIsNotCompared() throws {
    let run = try RunSession("mlp:hidden=4", epochs: 1)
    for line in [
      "train mlp:hidden=4 --epochs 6 --lr 0.01 --snapshot epoch --out \(run.folder.path)/slow",
      "load \(run.folder.path)/slow/seed0/epoch*.safetensors --as path",
    ] { try run.run(line) }
    let reason = "the training loss of the snapshots is still falling"
    let none = "path[3],path[6],path[5],path[4]"
    func verdicts(_ line: String, _ name: String, against: String = "") throws -> [String] {
      let table = try run.run(line).table("\(name) minus the others")
      let rows = table.rows.indices.filter { row in
        table.text(row: row, column: 0).hasPrefix(against)
      }
      #expect(!rows.isEmpty)
      for row in rows { #expect(try table.number(row, 2).isFinite) }
      return rows.map { table.text(row: $0, column: 6) }
    }
    for (line, name) in [
      ("swag PATH --samples 4", "SWAG, 4 samples"),
      ("subspace pca PATH --infer vi --samples 4 --grid 0", "subspace pca, 4 networks"),
    ] {
      let withheld = try verdicts(line.replacing("PATH", with: "path"), name)
      #expect(withheld.allSatisfy { $0 == "not compared: \(reason)" }, "\(withheld)")
      let compared = try verdicts(line.replacing("PATH", with: none), name)
      #expect(!compared.contains { $0.contains("snapshots") }, "\(compared)")
    }
    let swag = try run.run("swag path --samples 4")
    #expect(swag.notes.contains { $0.contains("NLL not compared with SGD") })
    #expect(swag.notes.contains { $0.hasPrefix("\(reason): ") && $0.contains("`train --epochs`") })
    // Nothing is known of the run behind a file.
    let file = "\(run.folder.path)/moments.safetensors"
    try run.run("swag path --samples 2 --moments \(file)")
    let given = try verdicts("swag path[-1] --from-moments \(file) --samples 4", "SWAG, 4 samples")
    #expect(!given.contains { $0.contains("snapshots") }, "\(given)")

    let path = try run.set("path")
    func curve(_ trend: String, against: String) throws -> [String] {
      var controls = Array(path.checkpoints[4...6])
      for place in controls.indices {
        controls[place].metadata[ControlPointMetadata.curve] = CurveKind.bezier.rawValue
        controls[place].metadata[ControlPointMetadata.count] = "3"
        controls[place].metadata[ControlPointMetadata.place] = String(place)
        controls[place].metadata[ControlPointMetadata.trend] = trend
      }
      run.session.workspace.bind("curve", to: CheckpointSet(controls, of: path.architecture))
      return try verdicts(
        "subspace curve curve --infer vi --samples 4 --grid 0 --against path",
        "subspace curve, 4 networks", against: against)
    }
    let falling = try curve("falling", against: "SGD")
    #expect(falling.allSatisfy { $0 == "not compared: the loss of the curve was still falling" })
    // The curve had settled, and the run had not: only what is made of the run is not compared.
    let settled = try curve("settled", against: "SGD")
    #expect(!settled.contains { $0.contains("falling") }, "\(settled)")
    let averages = try curve("settled", against: "SWA")
    #expect(averages.count == 6)
    #expect(averages.allSatisfy { $0 == "not compared: \(reason)" }, "\(averages)")
  }

  /// `vi` has no chains, and needs no network for each.
  @Test func variationalSamplesNeedNoChains() throws {
    let run = try RunSession("mlp:hidden=4", epochs: 4)
    let result = try run.run(
      "subspace pca path --infer vi --samples 1 --grid 0 --as s")
    #expect(try run.set("s").checkpoints.count == 1)
    #expect(try result.table("Scores").text(3, 0) == "subspace pca, 1 network")
    try run.run("subspace pca path --samples 5 --chains 2 --warmup 0 --grid 0 --as s")
    #expect(try run.set("s").checkpoints.count == 6)
  }

  @Test(arguments: [
    ("subspace pca", "needs the snapshots of a run"),
    ("subspace curve", "needs the control points of a curve"),
    (
      "subspace curve path", "path has no control points of a curve; `connect A B --as curve` makes"
    ),
    ("subspace curve path --rank 3", "a curve's plane has 2 coordinates"),
    (
      "subspace pca path[0]",
      "subspace pca needs 2 snapshots or more, and path[0] is 1; `subspace pca path` takes all"
    ),
    ("subspace pca path --rank 9", "span"),
    ("subspace pca path --temperature 0", "temperature"),
    ("subspace pca path --samples 2", "it must be at least --chains, 4"),
    ("subspace pca path --infer vi --samples 0", "--samples is 0"),
    ("subspace pca path --regression", "leave out FROM"),
    ("subspace curve --regression", "--regression is for random and pca"),
  ])
  func whatDoesNotFitIsSaid(line: String, reason: String) throws {
    let run = try RunSession("mlp:hidden=4", epochs: 2)
    do {
      try run.run(line)
      Issue.record("\(line) did not fail")
    } catch {
      #expect(String(describing: error).contains(reason), "\(error)")
    }
  }
}
