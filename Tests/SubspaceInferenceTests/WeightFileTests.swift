import BasinKit
import Checkpoints
import Foundation
import Landscape
import Testing

/// `swag --moments` and `subspace --basis` against the snapshots' own files, read one by one.
@Suite struct WeightFileTests {
  // The snapshots as rows, the parameters laid one after another as the file says.
  private func snapshots(
    _ run: RunSession, _ names: [String]
  ) throws -> [[Double]] {
    try FileManager.default.contentsOfDirectory(atPath: run.folder.path + "/seed0")
      .filter { $0.hasPrefix("epoch") }.sorted().map { file in
        let state = try CheckpointReader.open("\(run.folder.path)/seed0/\(file)").stateDict
        return try names.flatMap { try #require(state[$0]).floats().map(Double.init) }
      }
  }

  private func read(_ path: String) throws -> (CheckpointFile, [String]) {
    let file = try CheckpointReader.open(path)
    let names = try JSONDecoder().decode(
      [String].self, from: Data(#require(file.metadata["parameters"]).utf8))
    return (file, names)
  }

  private func values(_ file: CheckpointFile, _ name: String) throws -> [Double] {
    try #require(file.stateDict[name]).floats().map(Double.init)
  }

  private func distance(_ one: [Double], _ other: [Double]) -> Double {
    one.count == other.count
      ? zip(one, other).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }

  @Test func momentsAreThoseOfTheSnapshots() throws {
    let run = try RunSession("mlp:hidden=4", epochs: 4)
    let path = run.folder.path + "/moments.safetensors"
    try run.run("swag path --rank 3 --samples 1 --moments \(path)")
    let (file, names) = try read(path)
    let rows = try snapshots(run, names)
    #expect(rows.count >= 4 && names.count == 4)
    var mean = [Double](repeating: 0, count: rows[0].count)
    var deviations: [[Double]] = []
    for (count, row) in rows.enumerated() {
      mean = zip(mean, row).map { ($0 * Double(count) + $1) / Double(count + 1) }
      deviations.append(zip(row, mean).map { $0 - $1 })
    }
    let squares = mean.indices.map { index in
      rows.reduce(0) { $0 + $1[index] * $1[index] } / Double(rows.count)
    }
    #expect(try distance(values(file, "mean"), mean) < 1e-6)
    #expect(try distance(values(file, "squares"), squares) < 1e-6)
    #expect(
      try distance(values(file, "variance"), zip(squares, mean).map { max($0 - $1 * $1, 1e-30) })
        < 1e-6)
    #expect(try distance(values(file, "deviations"), deviations.suffix(3).flatMap(\.self)) < 1e-6)
    #expect(file.stateDict["deviations"]?.shape == [3, mean.count])
    // The same again, with NumPy's file; a file that is there stays unless --force says so.
    let error = #expect(throws: CommandError.self) {
      try run.run("swag path --samples 1 --moments \(path)")
    }
    #expect(error.map { "\($0)" }?.contains("add --force to replace it") == true)
    try run.run("swag path --samples 1 --moments \(path) --force")
    try run.run("swag path --samples 1 --moments \(run.folder.path)/m.npz")
    #expect(throws: CommandError.self) {
      try run.run("swag path --samples 1 --moments \(run.folder.path)/m.txt")
    }
    // --force alone would replace nothing.
    #expect(throws: (any Error).self) { try run.run("swag path --samples 1 --force") }
    #expect(throws: (any Error).self) { try run.run("subspace pca path --samples 4 --force") }
  }

  /// The rows of the basis are the run's principal directions, and the origin is its mean.
  @Test func theBasisSpansTheRun() throws {
    let run = try RunSession("mlp:hidden=4", epochs: 3)
    let path = run.folder.path + "/basis.safetensors"
    try run.run("subspace pca path[1..] --rank 2 --samples 4 --grid 0 --warmup 2 --basis \(path)")
    let (file, names) = try read(path)
    let rows = try Array(snapshots(run, names).dropFirst())
    let mean = rows[0].indices.map { index in
      rows.reduce(0) { $0 + $1[index] } / Double(rows.count)
    }
    #expect(try distance(values(file, "origin"), mean) < 1e-6)
    let basis = try (0..<2).map { try values(file, "direction\($0)") }
    func dot(_ one: [Double], _ other: [Double]) -> Double {
      zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(abs(dot(basis[0], basis[1])) < 1e-5 * dot(basis[0], basis[0]))
    // `plane` and `rays` read the rows as their directions.
    let first = try #require(try run.set("path").checkpoints.first)
    let network = try Network(run.set("path").architecture)
    try network.load(first)
    let given = try DirectionFile.directions(
      in: Checkpoint(
        name: "basis", file: nil, identity: "basis", metadata: file.metadata,
        weights: .stored(file.stateDict)),
      for: network.parameterLayout)
    #expect(try given.count == 2 && distance(given[0].array(of: Double.self), basis[0]) == 0)
    // As .npz, with the parameters' names and sizes beside them, too.
    let npz = run.folder.path + "/basis.npz"
    try run.run("subspace pca path[1..] --rank 2 --samples 4 --grid 0 --warmup 2 --basis \(npz)")
    let state = try ArrayFile(path: npz, skipsTexts: true).stateDict()
    let same = try DirectionFile.directions(
      in: Checkpoint(
        name: "basis", file: nil, identity: "basis", metadata: [:], weights: .stored(state)),
      for: network.parameterLayout)
    #expect(try same.count == 2 && distance(same[1].array(of: Double.self), basis[1]) == 0)
    // Three snapshots have two deviations from the running mean, which the two rows span.
    for row in rows {
      let off = zip(row, mean).map { $0 - $1 }
      let along = basis.map { dot(off, $0) / dot($0, $0) }
      let rest = off.indices.map { index in
        off[index] - along[0] * basis[0][index] - along[1] * basis[1][index]
      }
      #expect(dot(rest, rest) < 1e-8 * dot(off, off))
    }
  }
}
