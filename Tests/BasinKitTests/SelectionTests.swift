import BasinKit
import Landscape
import Testing

@Suite struct SelectionTests {
  private func workspace() throws -> Workspace {
    let workspace = Workspace()
    let architecture = try Architecture("mlp", input: [4], classes: 2)
    func set(_ count: Int) -> CheckpointSet {
      CheckpointSet(
        (0..<count).map {
          Checkpoint(
            name: "c\($0)", file: nil, identity: "\($0)", metadata: [:],
            weights: .vectors(parameters: [], buffers: [], counts: []))
        }, of: architecture)
    }
    workspace.bind("seeds", to: set(5))
    workspace.bind("path", to: set(12))
    return workspace
  }

  @Test(arguments: [
    ("seeds", ["seeds[0]", "seeds[1]", "seeds[2]", "seeds[3]", "seeds[4]"]),
    ("seeds[3]", ["seeds[3]"]), ("seeds[-1]", ["seeds[4]"]),
    ("path[10..]", ["path[10]", "path[11]"]), ("seeds[..1]", ["seeds[0]", "seeds[1]"]),
    ("path[2..4]", ["path[2]", "path[3]", "path[4]"]),
    ("path[-2..]", ["path[10]", "path[11]"]), ("seeds[0],path[1]", ["seeds[0]", "path[1]"]),
    ("seeds[2],", ["seeds[2]"]),
  ])
  func selectionsPickCheckpoints(text: String, labels: [String]) throws {
    let selection = try #require(CheckpointSelection(argument: text))
    #expect(try workspace().resolve(selection).map(\.label) == labels)
  }

  @Test(arguments: ["", "seeds[", "seeds[a]", "seeds[1..2..3]", "3seeds", "se eds", "seeds]"])
  func whatIsNoSelection(text: String) {
    #expect(CheckpointSelection(argument: text) == nil)
  }

  @Test(arguments: [
    (
      "runs/none.pt",
      "there is no file 'runs/none.pt'; where it is there, `load runs/none.pt --as x`"
    ),
    ("runs/*.pt", "'runs/*.pt' is a file and not a name; `load runs/*.pt --as x`"),
    (
      "/dev/null",
      "'/dev/null' is a file and not a name; `load /dev/null --as x` names its checkpoints x"
    ),
    ("/a b/it's", "where it is there, `load '/a b/it'\\''s' --as x`"),
  ])
  func filesAreLoadedFirst(path: String, words: String) throws {
    let selection = try #require(CheckpointSelection(argument: path))
    let error = #expect(throws: CommandError.self) { try workspace().resolve(selection) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func anEmptyRangeIsAnError() throws {
    let selection = try #require(CheckpointSelection(argument: "seeds[3..1]"))
    let error = #expect(throws: CommandError.self) { try workspace().resolve(selection) }
    #expect(
      error?.description
        == "the range in 'seeds[3..1]' is empty; 'seeds[1..3]' has 3 checkpoints")
  }

  /// Errors of a selection say what is there.
  @Test(arguments: [
    ("seeds[7]", "'seeds' has 5 checkpoints, seeds[0..4]; there is no [7]"),
    ("one[1]", "'one' has 1 checkpoint, one[0]; there is no [1]"),
    (
      "zzzzzz",
      "there is nothing named 'zzzzzz'; one, path, seeds are there, and `load FILE… --as zzzzzz` makes it"
    ),
  ])
  func errorsSayWhatIsThere(text: String, words: String) throws {
    let workspace = try workspace()
    let all = try #require(workspace.values["seeds"] as? CheckpointSet)
    workspace.bind("one", to: CheckpointSet([all.checkpoints[0]], of: all.architecture))
    let selection = try #require(CheckpointSelection(argument: text))
    let error = #expect(throws: CommandError.self) { try workspace.resolve(selection) }
    #expect(error?.description == words)
  }

  @Test(arguments: [
    (1, "inputs", "1 input is"), (2, "inputs", "2 inputs are"), (0, "planes", "0 planes are"),
    (1, "entries", "1 entry is"), (1, "batches", "1 batch is"), (1, "classes", "1 class is"),
    (1, "test inputs", "1 test input is"), (1, "ensembles", "1 ensemble is"),
  ])
  func countsAgree(count: Int, plural: String, words: String) {
    #expect(Counted.subject(count, plural) == words)
  }

  @Test(arguments: [
    ("3", [3]), ("0..4", [0, 1, 2, 3, 4]), ("0,2,7", [0, 2, 7]), ("1..2,5", [1, 2, 5]),
  ])
  func numberLists(text: String, values: [Int]) {
    #expect(NumberList(argument: text)?.values == values)
  }

  @Test(arguments: [
    "", "a", "4..1", "1..", "0..9999999999", "1,,x", "-9223372036854775808..9223372036854775807",
  ])
  func whatIsNoNumberList(text: String) { #expect(NumberList(argument: text) == nil) }
}
