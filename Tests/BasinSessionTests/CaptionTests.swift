import BasinKit
import BasinPlugins
import BasinSession
import TestSupport
import Testing

/// What captions and notes say about a network is true of it.
@Suite(.serialized) struct CaptionTests {
  private let folder = try! TemporaryFolder()

  private static let lines = [
    "swag p --samples 2 --plane --grid 3",
    "subspace pca p --samples 4 --chains 2 --warmup 2 --grid 0",
    "swa p", "path s[0] s[1] --points 3", "barrier s --points 3", "plane s[0] s[1] s[2] --grid 3",
    "rays s --n 2 --points 3", "connect s[0] s[1] --epochs 1 --points 3",
    "sample random s[0] --n 2",
    "radial s[0] --and s[1] --grid 3", "fge p", "eval s",
  ]

  private func words(_ architecture: String) throws -> [String: String] {
    let session = try Session(plugins: basinPlugins)
    func run(_ line: String) throws -> Result {
      try #require(try session.evaluate(line, from: .prompt)).result
    }
    _ = try run("data digits --subset 60 --test-subset 40")
    let runs = "\(folder.path)/\(architecture)"
    _ = try run(
      "train \(architecture) --epochs 3 --seeds 0..2 --snapshot epoch --out \(runs) --as s")
    _ = try run("load \(runs)/seed0/epoch*.safetensors --as p")
    return try Dictionary(
      Self.lines.map { line in
        let texts = try run(line).items.map { item in
          switch item {
          case .note(let note): note.text
          case .figure(let figure): figure.caption ?? ""
          case .table(let table): table.title
          default: ""
          }
        }
        return (line, texts.joined(separator: "\n"))
      }
    ) { first, _ in first }
  }

  @Test func nothingIsSaidOfBatchNormWhereThereIsNone() throws {
    for (line, words) in try words("mlp:hidden=4") {
      #expect(!words.replacing("-", with: " ").contains("batch norm"), "\(line): \(words)")
    }
    // And said where there is: all but these evaluate networks that no training left.
    for (line, words) in try words("cnn-bn:channels=2") {
      let isSaid = words.replacing("-", with: " ").contains("batch norm")
      #expect(isSaid || ["eval s", "fge p"].contains(line), "\(line): \(words)")
    }
  }
}
