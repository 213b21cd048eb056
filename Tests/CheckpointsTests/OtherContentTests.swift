import Checkpoints
import Foundation
import TestSupport
import Testing

/// Files that are something else than their names say, or more, and what helps.
@Suite struct OtherContentTests {
  private func reason(_ path: String, key: String? = nil) -> String {
    let error = #expect(throws: CheckpointError.self) {
      try CheckpointReader.open(path, key: key)
    }
    return error?.reason ?? ""
  }

  @Test("A quantised network is named as such, with or without --key", arguments: [nil, "."])
  func quantised(key: String?) {
    #expect(
      reason("\(Fixtures.types)/quantised.pt", key: key)
        == "it is of a quantised network ('0._packed_params._packed_params' holds packed integers), which is not read; "
        + "save the state_dict() of the float network, before quantize_dynamic or convert")
  }

  @Test("A pointer of git-LFS is named as such", arguments: ["a.safetensors", "a.pt", "a.npz"])
  func pointers(name: String) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/\(name)"
    let text =
      "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0", count: 64))\nsize 12345\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let expected =
      "it is git-LFS's pointer to the file and not the file; `git lfs pull` in its repository fetches it"
    #expect(reason(path) == expected)
    let error = #expect(throws: CheckpointError.self) { try ArrayFile(path: path) }
    #expect(error?.reason == expected)
  }

  private func names(_ stored: [String], strip: String? = nil) throws -> (
    [String], notes: [String], values: [[Float]]
  ) {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a.safetensors"
    try SafetensorsWriter.write(
      stored.enumerated().map { place, name in
        .init(name, .float32, [1]) { [Float(place)].withUnsafeBytes { Array($0) } }
      }, metadata: [:], to: path)
    let file = try CheckpointReader.open(path, strip: strip)
    let tensors = file.stateDict.tensors
    return (tensors.map(\.name), file.notes, try tensors.map { try $0.floats() })
  }

  @Test(
    "What wrappers put within names is taken off, as a prefix is",
    arguments: ["_orig_mod", "_checkpoint_wrapped_module", "_fsdp_wrapped_module"])
  func wrappersWithinNames(segment: String) throws {
    let (inner, notes, values) = try names(["a.\(segment).weight", "b.c.\(segment).d.bias", "e.f"])
    #expect(inner == ["a.weight", "b.c.d.bias", "e.f"])
    #expect(values == [[0], [1], [2]])
    #expect(notes == ["wrapper '\(segment).' stripped from 2 of 3 names"])
    let (whole, prefix, _) = try names(["\(segment).module.a.\(segment).b", "\(segment).module.c"])
    #expect(whole == ["a.b", "c"])
    #expect(
      prefix == [
        "prefix '\(segment).' stripped from every name",
        "prefix 'module.' stripped from every name",
        "wrapper '\(segment).' stripped from 1 of 2 names",
      ])
    // The user's prefix as messages name it, and as the file has it.
    let typed = ["net.\(segment).a", "net.\(segment).b"]
    #expect(try names(typed, strip: "net.").0 == ["a", "b"])
    #expect(try names(typed, strip: "net.\(segment).").0 == ["a", "b"])
    // One of a tensor's own, and two that would become one.
    for own in [["a.\(segment)", "b"], ["a.b", "a.\(segment).b"], ["a.x\(segment).b"]] {
      let (kept, notes, _) = try names(own)
      #expect(kept == own && notes.isEmpty, "\(kept) \(notes)")
    }
  }

  @Test("What was appended to an archive is told from one that is cut off")
  func appended() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a.pt"
    let whole = try Data(contentsOf: URL(fileURLWithPath: "\(Fixtures.types)/mixed.pt"))
    try (whole + Data("12345".utf8)).write(to: URL(fileURLWithPath: path))
    #expect(
      reason(path)
        == "it starts like a zip archive, but 5 bytes follow its end, which were appended to it; copy or save the file "
        + "again")
    // More than a record's comment has room for, with what looks like a record in it.
    let lookalike = Data([0x50, 0x4b, 5, 6]) + Data(repeating: 0x50, count: 18)
    for more in [Data(repeating: 7, count: 70_000) + lookalike, Data(count: 2_500_000)] {
      try (whole + more).write(to: URL(fileURLWithPath: path))
      #expect(
        reason(path)
          == "it starts like a zip archive, but \(more.count) bytes follow its end, which were appended to it; copy "
          + "or save the file again")
    }
    // Where all of a file was looked through nothing was appended.
    try (whole.prefix(100) + Data(count: 200_000)).write(to: URL(fileURLWithPath: path))
    #expect(reason(path).hasSuffix("its directory at the end is missing; the file is cut off"))
    #expect(truncate(path, 65 << 20) == 0)
    #expect(
      reason(path).hasSuffix(
        "it has no directory in its last 64 MiB; the file is cut off, or more bytes were appended to it; copy or "
          + "save it again"))
    try whole.dropLast(5).write(to: URL(fileURLWithPath: path))
    #expect(reason(path).hasSuffix("the file is cut off"))
  }
}
