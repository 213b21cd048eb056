import BasinKit
import BasinSession
import Datasets
import DiversityPlane
import Foundation
import TestSupport
import Testing

@Suite struct DataCommandTests {
  private let session: Session

  init() throws { session = try Session(plugins: [diversityPlane]) }

  @discardableResult
  private func run(_ line: String) throws -> Evaluation {
    try #require(try session.evaluate(line, from: .prompt))
  }

  private func notes(_ evaluation: Evaluation) -> [String] {
    evaluation.result.items.compactMap { item in
      if case .note(let note) = item { note.text } else { nil }
    }
  }

  private func message(_ line: String) -> String {
    do {
      _ = try session.evaluate(line, from: .prompt)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func datasetsAreMadeOfDatasetsOfTheSession() throws {
    try run("data digits --as clean")
    let evaluation = try run("data clean --corrupt gaussian-noise:3 --as shifted")
    let shifted = try #require(session.workspace.dataset)
    #expect(shifted.name == "digits, gaussian-noise:3 (seed 0)")
    #expect(
      notes(evaluation)[0]
        == "digits, gaussian-noise:3 (seed 0): 1197 training and 600 test inputs of 1×8×8, 10 classes"
    )
    let clean = try #require(session.workspace.values["clean"] as? Dataset)
    #expect(shifted.sha256 != clean.sha256)
    // Provenance is the file's, whatever was made of it.
    #expect(evaluation.inputs == clean.files && clean.files[0].sha256 == clean.sha256)
    #expect(try run("eval --help").inputs.isEmpty)
    try run("data shifted --normalize --subset 100")
    #expect(
      session.workspace.dataset?.name
        == "digits, gaussian-noise:3 (seed 0), subset:100 (seed 0), normalize:training")
  }

  @Test func evaluationIsOfTheDatasetInUse() throws {
    let folder = try TemporaryFolder()
    func accuracy() throws -> Result.Item? { try run("eval seeds").result.items.first }
    try run("data digits --as clean")
    try run("train mlp:hidden=16 --epochs 2 --seeds 0 --out \(folder.path)/runs")
    let clean = try run("eval seeds").result.items
    try run("data clean --corrupt gaussian-blur:5 --as shifted")
    #expect(try run("eval seeds").result.items != clean)
    try run("data clean")
    #expect(try run("eval seeds").result.items == clean)
  }

  @Test func classNamesAreGivenOrComeWithTheFiles() throws {
    try run("data digits --class-names zero,one,two,three,four,five,six,seven,eight,nine")
    #expect(session.workspace.dataset?.classNames[3] == "three")
    try run("data \(Fixtures.images)/split --grey --resize 4x4")
    #expect(session.workspace.dataset?.classNames == ["cat", "dog"])
    #expect(session.workspace.dataset?.inputShape == [1, 4, 4])
  }

  @Test func networksAreTrainedOnAugmentedImages() throws {
    let folder = try TemporaryFolder()
    let evaluation = try run("data \(Fixtures.images)/split --normalize --augment flip,crop:1")
    #expect(notes(evaluation).last == "training batches are augmented: flip,crop:1")
    let line = "train cnn:channels=2 --epochs 2 --out \(folder.path)/runs"
    let first = try run(line)
    #expect(try run(line).result.items == first.result.items)
    try run("data \(Fixtures.images)/split --normalize")
    #expect(message(line).contains("its augmentation is flip,crop:1, not none"))
  }

  @Test(
    arguments: [
      ("data digits --class-names a,b", "--class-names has 2 names where digits has 10 classes"),
      (
        "data digits --class-names a,a,a,a,a,a,a,a,a,a", "--class-names names a class twice"
      ),
      ("data --subset 3", "options of data need a dataset: data NAME|FILE|FOLDER …"),
      ("data digits --labels fine", "dataset digits: --labels has no meaning for digits"),
      (
        "data digits --label-noise 2",
        "data: --label-noise is 2.0; it must be from 0 to 1; see `help data`"
      ),
      (
        "data digits --corrupt-train",
        "data: --corrupt-train needs --corrupt KIND:SEVERITY; see `help data`"
      ),
      (
        "data known --grey",
        "'known' is loaded; --train-size, --labels, --resize, --grey, --layout and --divide say how files are read"
      ),
      (
        "data digits --subset 0",
        "dataset digits: --subset is 0; its train split has 1197 inputs"
      ),
    ])
  func wrongUsageIsSaidInOneLine(line: String, text: String) throws {
    try run("data digits --as known")
    #expect(message(line) == text)
  }

  @Test(
    arguments: [
      ("--corrupt fog:2", "it takes KIND:SEVERITY, from 1 to 5; the kinds are gaussian-noise, "),
      ("--augment turn", "it takes flip, crop:PIXELS from 1 to 64, or flip,crop:4"),
      ("--resize 32", "it takes WxH, such as 32x32, each from 1 to 4096"),
      ("--normalize=1:0", "--normalize is '1:0'; it takes nothing, or means and positive"),
    ])
  func wrongValuesAreSaidWithTheirForm(option: String, text: String) {
    let message = message("data digits \(option)")
    #expect(message.contains(text) && !message.contains("\n"), "\(message)")
  }
}
