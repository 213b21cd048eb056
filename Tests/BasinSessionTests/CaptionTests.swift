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

  private func words(
    _ architecture: String
  ) throws -> (session: Session, said: [String: String]) {
    let session = try Session(plugins: basinPlugins)
    func run(_ line: String) throws -> Result {
      try #require(try session.evaluate(line, from: .prompt)).result
    }
    _ = try run("data digits --subset 60 --test-subset 40")
    let runs = "\(folder.path)/\(architecture)"
    _ = try run(
      "train \(architecture) --epochs 3 --seeds 0..2 --snapshot epoch --out \(runs) --as s")
    _ = try run("load \(runs)/seed0/epoch*.safetensors --as p")
    let said = try Dictionary(
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
    return (session, said)
  }

  @Test func nothingIsSaidOfBatchNormWhereThereIsNone() throws {
    for (line, words) in try words("mlp:hidden=4").said {
      #expect(!words.replacing("-", with: " ").contains("batch norm"), "\(line): \(words)")
    }
    // And said where there is: all but these evaluate networks that no training left.
    let (session, said) = try words("cnn-bn:channels=2")
    for (line, words) in said {
      let isSaid = words.replacing("-", with: " ").contains("batch norm")
      #expect(isSaid || ["eval s", "fge p"].contains(line), "\(line): \(words)")
    }
    // Each figure and table of losses and errors says with which statistics they are.
    for line in [
      "plane s[0] s[1] s[2] --grid 3 --surface", "plane s[0] --random --grid 3 --keep-bn",
      "path s[0] s[1] --points 3", "rays s --n 2 --points 3", "barrier s --points 3",
      "barrier s --points 3 --keep-bn", "connect s[0] s[1] --epochs 1 --points 3 --as c",
      "curve c --points 3", "connect s --epochs 1 --points 3 --as m",
    ] {
      let result = try #require(try session.evaluate(line, from: .prompt)).result
      for item in result.items {
        switch item {
        // Training has batches' own statistics, and angles are of weights.
        case .figure(let figure)
        where !figure.title.hasPrefix("Training of") && !figure.title.hasPrefix("Angles"):
          #expect(
            figure.caption?.contains("atch-norm statistics") == true, "\(line): \(figure.title)")
        case .table(let table):
          let headers = table.columns.map(\.name).joined(separator: " ")
          guard (table.title + headers).lowercased().contains(/loss|error|barrier|nats/) else {
            continue
          }
          #expect(
            table.title.contains("atch-norm statistics") || headers.contains("batch norm")
              || headers.contains("recomputed"), "\(line): \(table.title)")
          guard headers.contains("its own") else { continue }
          #expect(table.title.contains("stored with each checkpoint for values of its own"))
        default: continue
        }
      }
    }
  }
}
