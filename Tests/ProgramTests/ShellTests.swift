import BasinCore
import Foundation
import TestSupport
import Testing

/// The program from a shell.
@Suite(.serialized) struct ShellTests {
  private let folder = try! TemporaryFolder()

  private func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (status: Int32, output: String) {
    let basin = try TerminalProgram(
      "basin", arguments, home: folder.path, environment: environment)
    return (try basin.end(), basin.output.replacing("\r\n", with: "\n"))
  }

  @Test func theDoctorSaysWhatIsThereAndWhatIsNot() throws {
    let well = try run(["doctor"])
    #expect(well.status == 0)
    for part in ["libtorch", "Swift runtime", "gnuplot", "cmark", "libedit", "device cpu"] {
      #expect(well.output.contains(part))
    }
    #expect(well.output.contains("all required components are installed"))

    let ill = try run(["doctor"], environment: ["PATH": "/nonexistent", "PAGER": ""])
    #expect(ill.status == 1)
    #expect(ill.output.contains("apt-get install gnuplot-nox"))
    #expect(ill.output.contains("apt-get install less"))
    #expect(ill.output.contains("apt-get install chromium"))

    let machine = try run(["doctor", "--json"])
    #expect(machine.status == 0 && machine.output.hasPrefix("{\"bindings\":[]"))
    let unwritable = try run(["doctor"], environment: ["TMPDIR": "/nonexistent"])
    #expect(unwritable.status == 1)
  }

  @Test func scriptsAreRunFromFiles() throws {
    let script = folder.path + "/script.txt"
    try "set seed 5\n!!\nset seed 6\n".write(toFile: script, atomically: true, encoding: .utf8)
    for arguments in [["script.txt"], ["-f", "script.txt"], ["--quiet", "./script.txt"]] {
      let (status, output) = try run(arguments)
      #expect(status == 2)
      #expect(output.contains("unknown command '!!'") && !output.contains("seed is 6"))
      #expect(output.contains("seed is 5") == !arguments.contains("--quiet"))
    }
    #expect(try run(["--keep-going", "script.txt"]).output.contains("seed is 6"))
    #expect(try run(["nothing.txt"]).status == 2)
    #expect(try run(["lst"]).output.contains("did you mean"))
  }

  @Test func aScriptEndsAfterAStoppedCommand() throws {
    let lines =
      "data digits\ntrain cnn --epochs 9999 --seeds 0 --out runs --as seeds\nset seed 6\n"
    try lines.write(toFile: folder.path + "/long.txt", atomically: true, encoding: .utf8)
    let basin = try TerminalProgram("basin", ["long.txt", "--keep-going"], home: folder.path)
    try basin.wait(for: " left")
    basin.type("\u{03}")
    #expect(try basin.end() == 130)
    #expect(basin.output.contains("cancelled") && !basin.output.contains("seed is 6"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsKnowTheCommands(shell: String) throws {
    let (status, output) = try run(["completions", shell])
    #expect(status == 0)
    for word in ["diversity", "doctor", "keep-going", "baseline"] { #expect(output.contains(word)) }
    #expect(try run(["completions", "tcsh"]).status == 2)
  }

  @Test func completionsWorkInBash() throws {
    let script = folder.path + "/complete.bash"
    try """
    source "$1"
    COMP_WORDS=(basin diversi); COMP_CWORD=1; COMP_LINE='basin diversi'; COMP_POINT=13
    _basin basin diversi basin; echo "first: ${COMPREPLY[*]}"; COMPREPLY=()
    COMP_WORDS=(basin diversity --split ''); COMP_CWORD=3; COMP_LINE='basin diversity --split '
    COMP_POINT=24; _basin basin '' --split; echo "second: ${COMPREPLY[*]}"
    """.write(toFile: script, atomically: true, encoding: .utf8)
    let completions = try run(["completions", "bash"]).output
    try completions.write(
      toFile: folder.path + "/basin.bash", atomically: true, encoding: .utf8)
    let bash = Process()
    let pipe = Pipe()
    bash.executableURL = URL(fileURLWithPath: "/bin/bash")
    bash.arguments = ["--norc", script, folder.path + "/basin.bash"]
    bash.standardOutput = pipe
    try bash.run()
    let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    bash.waitUntilExit()
    #expect(said == "first: diversity\nsecond: train test\n")
  }

  /// A hostile text in a tensor's name, in metadata, in a file's name, on the command line and in a
  /// script, at a terminal.
  @Test(arguments: stride(from: 0, to: HostileText.terminal.count, by: 10).map { $0 })
  func hostileTextIsMadeVisible(start: Int) throws {
    let texts = HostileText.terminal[start..<min(start + 10, HostileText.terminal.count)]
    let header: [String: Any] = Dictionary(
      uniqueKeysWithValues: texts.map {
        ($0, ["dtype": "F32", "shape": [0], "data_offsets": [0, 0]] as [String: Any])
      }
    ).merging(["__metadata__": Dictionary(uniqueKeysWithValues: texts.map { ($0, $0) })]) { $1 }
    let json = try JSONSerialization.data(withJSONObject: header)
    var file = Data()
    withUnsafeBytes(of: UInt64(json.count).littleEndian) { file.append(contentsOf: $0) }
    file.append(json)
    try file.write(to: URL(fileURLWithPath: folder.path + "/hostile.safetensors"))

    var script = "inspect hostile.safetensors\ninspect hostile.safetensors --names\n"
    // A script with control or hidden characters is refused as a whole.
    for text in texts
    where !text.unicodeScalars.contains(where: { $0.isControl })
      && HiddenCharacter.first(in: text) == nil
    {
      let quoted = "'" + text.replacing("'", with: "") + "'"
      let name = text.replacing("/", with: "_").replacing("'", with: "")
      try? file.write(to: URL(fileURLWithPath: folder.path + "/" + name + ".safetensors"))
      script += "\(quoted)\nshow \(quoted)\nset \(quoted) 1\nset figures \(quoted)\n"
      script += "inspect '\(name).safetensors'\nload '\(name).safetensors' --as \(quoted)\n"
      script += "data \(quoted)\ntrain \(quoted)\n%\(text)\n"
    }
    try script.write(
      toFile: folder.path + "/script.txt", atomically: true, encoding: .utf8)
    for arguments in [["--keep-going", "script.txt"], ["--json", "--keep-going", "script.txt"]] {
      let (status, output) = try run(arguments)
      #expect(status != 0)
      #expect(output.contains("hostile") || output.contains("inspect"))
      #expect(HostileText.obeyed(in: output) == [], "\(arguments)")
    }
    // One text in each of these places.
    for (index, text) in texts.prefix(5).enumerated() where !text.contains("\0") {
      let places = [
        [text], ["run", text], ["--no-" + text], ["-c", text], ["completions", text],
      ]
      let arguments = places[index % places.count]
      #expect(HostileText.obeyed(in: try run(arguments).output) == [], "\(arguments)")
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool { properties.generalCategory == .control }
}
