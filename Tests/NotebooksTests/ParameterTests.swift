import BasinCore
import Foundation
import Testing

@testable import Notebooks

@Suite struct ParameterTests {
  private let text = """
    ---
    parameters:
      epochs: 20
      depth: {type: integer, default: 3, help: Blocks in a stage.}
      rate:
        default: 0.1
        choices: [0.1, 0.01]
        help: The learning
          rate.
      name: {help: Who it is for.}
      fast: {type: boolean, default: false}
      widths: [4, 8]
      tags: {type: list, default: a}
      label: {type: string, default: 7}
    ---
    ```basin
    go {epochs} {depth} {rate} {name} {fast} {widths} {tags} {label}
    ```
    """

  private func book(_ overrides: [String: String]) throws -> Notebook {
    try Notebook(
      Foundation.Data(text.utf8), file: "x.md",
      overrides: overrides.merging(["name": "me"]) { own, _ in own })
  }

  @Test func defaultsAndGivenValuesAreFilledIn() throws {
    #expect(try book([:]).cells[0].lines[0].text == "go 20 3 0.1 me false 4,8 a 7")
    let given = [
      "epochs": "2.5", "depth": "4", "rate": "0.01", "name": "you", "fast": "true",
      "widths": "16,32.5,1e3", "tags": "b,c d", "label": "x=y",
    ]
    #expect(
      try book(given).cells[0].lines[0].text == "go 2.5 4 0.01 you true 16,32.5,1e3 'b,c d' x=y")
  }

  @Test(arguments: [
    ("epochs", "many", "x.md:3: parameter “epochs” must be a number, not “many”"),
    ("depth", "3.5", "x.md:4: parameter “depth” must be a whole number, not “3.5”"),
    ("depth", "", "x.md:4: parameter “depth” must be a whole number, not “”"),
    ("rate", "0.2", "x.md:5: parameter “rate” must be one of 0.1, 0.01, not “0.2”"),
    ("fast", "yes", "x.md:11: parameter “fast” must be true or false, not “yes”"),
    ("widths", "4,a", "x.md:12: parameter “widths” must be numbers separated by commas, not “4,a”"),
    (
      "widths", "4,,5",
      "x.md:12: parameter “widths” must be numbers separated by commas, not “4,,5”"
    ),
    ("tags", "", "x.md:13: parameter “tags” must be values separated by commas, not “”"),
    ("name", "a\nb", "x.md:10: parameter “name” must be one line of text, not “a\\nb”"),
  ])
  func wrongValuesAreNamedInOneLine(_ name: String, _ value: String, _ message: String) {
    #expect(failure { _ = try book([name: value]) } == message)
  }

  @Test func aMissingValueSaysWhatItIsFor() throws {
    #expect(
      failure { _ = try notebook(text) }
        == "x.md:10: parameter “name” has no value; give one with -P name=… (Who it is for.)")
  }

  @Test(
    arguments: [
      ("a b", "go 'a b' x/'a b'.pt \"a b\" 'a b' 7 a b"),
      ("it's", #"go 'it'\''s' x/'it'\''s'.pt "it's" 'it'\''s' 7 it's"#),
      (#"a"\b"#, #"go 'a"\b' x/'a"\b'.pt "a\"\\b" 'a"\b' 7 a"\b"#),
      ("#a", "go '#a' x/'#a'.pt \"#a\" '#a' 7 #a"),
      ("", "go '' x/''.pt \"\" '' 7 "),
    ] as [(String, String)])
  func aTypedValueIsOneWordInWhateverQuotesItStands(value: String, line: String) throws {
    let text = """
      ---
      parameters: {s: {type: string}, plain: x}
      ---
      ```basin
      go {s} x/{s}.pt "{s}" '{s}' 7 {plain}
      ```
      """
    let book = try notebook(text, ["s": value, "plain": value])
    // Comments and blanks at the end go.
    #expect(book.cells[0].source == line)
  }

  @Test func checkpointsMustBeThere() throws {
    let text = "---\nparameters:\n  model: {type: checkpoint, default: none.pt}\n---\n"
    #expect(
      failure { _ = try notebook(text) }
        == "x.md:3: parameter “model” must be a checkpoint's file, and there is none that can be "
        + "read at “none.pt”")
    let path = #filePath
    let book = try Notebook(
      Foundation.Data(text.utf8), file: "x.md", overrides: ["model": path])
    #expect(book.parameters[0].value == path)
  }

  @Test(arguments: [
    (
      "x: {type: numbr, default: 1}",
      "x.md:3: parameter “x” has the type “numbr”; did you mean “number”?"
    ),
    (
      "x: {typ: number}", "x.md:3: unknown “typ” of parameter “x”; did you mean “type”?"
    ),
    (
      "x: {type: integer, default: 1, choices: [1, 2.5]}",
      "x.md:3: parameter “x” must be a whole number, which its choice “2.5” is not"
    ),
    ("x: {type: integer, default: a}", "x.md:3: parameter “x” must be a whole number, not “a”"),
    ("x: {default: 3, choices: [1, 2]}", "x.md:3: parameter “x” must be one of 1, 2, not “3”"),
  ])
  func wrongDeclarationsAreErrors(_ line: String, _ message: String) {
    #expect(failure { _ = try notebook("---\nparameters:\n  \(line)\n---\n") } == message)
  }

  @Test func theyAreListed() throws {
    let path = NSTemporaryDirectory() + "basin-parameters-\(UUID().uuidString).md"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let table = try Notebook.parameterTable(contentsOf: path)
    let rows = table.rows.indices.map { row in
      table.columns.indices.map { table.text(row: row, column: $0) }.joined(separator: "|")
    }
    #expect(
      rows == [
        "epochs|number|20|", "depth|integer|3|Blocks in a stage.",
        "rate|number|0.1|The learning rate.; one of 0.1, 0.01", "name|string|–|Who it is for.",
        "fast|boolean|false|", "widths|list of numbers|4,8|", "tags|list|a|", "label|string|7|",
      ])
  }
}
