import BasinCore
import BasinKit
import BasinPlugins
import BasinSession
import Checkpoints
import Foundation
import Landscape
import TestSupport
import Testing

/// Checkpoints that are folders, and those of two papers' code; the losses are PyTorch's.
@Suite struct FolderTests {
  private let networks: MeasuredNetworks
  private var session: Session { networks.session }
  private let own = Fixtures.folders

  init() throws {
    networks = try MeasuredNetworks(Fixtures.folders)
    try networks.run("data \(Fixtures.own)/digits.npz")
  }

  @Test(
    "Folders of Hugging Face and DeepSpeed are opened",
    arguments: [
      "hf", "hf/", "hf-sharded", "hf-bin", "deepspeed", "deepspeed/global_step0",
      "deepspeed/global_step0/mp_rank_00_model_states.pt --key module",
    ])
  func opened(name: String) throws {
    try networks.run("load \(own)/\(name) --as m")
    try networks.expect("m", is: ["mlp"])
  }

  @Test("What has to be converted first is said with the line that converts")
  func converted() {
    let line =
      "python -m torch.distributed.checkpoint.format_utils dcp_to_torch \(own)/dcp OUT.pt"
    for path in ["dcp", "dcp/__0_0.distcp", "dcp/.metadata"] {
      for command in ["load", "inspect"] {
        #expect(networks.message("\(command) \(own)/\(path)").hasSuffix(line), "\(command) \(path)")
      }
    }
    for path in ["deepspeed-zero3", "deepspeed-zero3/global_step0"] {
      #expect(
        networks.message("load \(own)/\(path)").hasSuffix(
          "convert it: python \(own)/deepspeed-zero3/zero_to_fp32.py \(own)/deepspeed-zero3 OUT, and load "
            + "OUT"))
    }
    #expect(
      networks.message("load \(own)").contains("it is a folder; name its files: \(own)/curve.pt"))
  }

  @Test("The three control points of dnn-mode-connectivity's curve are a curve")
  func curve() throws {
    let loaded = try networks.run("load \(own)/curve.pt --as c")
    #expect(loaded.items.contains { "\($0)".contains("3 control points of a bezier curve") })
    try networks.expect("c", is: ["curve 0", "curve 1", "curve 2"])
    let set = try #require(session.workspace.value("c") as? CheckpointSet)
    #expect(set.checkpoints.map { $0.metadata["control_point"] } == ["0", "1", "2"])
    #expect(Set(set.checkpoints.map(\.identity)).count == 3)
    let whole = try CheckpointReader.open("\(own)/curve.pt").stateDict
    for (place, one) in set.checkpoints.enumerated() {
      guard case .stored(let stateDict) = one.weights else { continue }
      #expect(
        try stateDict["fc.weight"]?.floats() == whole["net.fc.weight_\(place)"]?.floats())
    }
    try networks.run("curve c --points 3")
  }

  @Test("The moments of swa_gaussian are their mean, and a note says so")
  func moments() throws {
    let loaded = try networks.run("load \(own)/swag.pt --as s")
    #expect(
      loaded.items.contains {
        "\($0)".contains("the moments of SWAG over 3 networks")
          && "\($0)".contains("`swag SET --from-moments \(own)/swag.pt`")
      })
    try networks.expect("s", is: ["swag"])
  }

  @Test(
    "The remedy that an error names is one that works",
    arguments: [
      ("nested.pt", "", "--key state_dict.net"),
      ("nested.pt", " --arch cnn:channels=8-16,norm=batch", "--key state_dict.net"),
      ("nested.pt", " --arch %/net.ts --trust", "--key state_dict.net"),
      ("net.pt", " --arch cnn:channels=8-16,norm=batch", "--strip net."),
      ("extra.pt", " --arch cnn:channels=8-16,norm=batch", "--ignore 'criterion.*'"),
    ])
  func remedies(file: String, options: String, remedy: String) throws {
    let folder = file == "net.pt" ? Fixtures.programs : own
    let load = "load \(folder)/\(file)\(options.replacing("%", with: own)) --as m"
    #expect(networks.message(load).contains(remedy), "\(networks.message(load))")
    try networks.run("\(load) \(remedy)")
    try networks.expect("m", is: ["nested"])
  }

  @Test(
    "A program that was traced with a fixed batch size is said to be one, and its remedy works",
    arguments: [4, 8, 16])
  func fixedBatch(size: Int) throws {
    let file = "\(own)/fixed-\(size).ts"
    #expect(
      networks.message("load \(own)/fixed.pt --arch \(file) --trust --as m").hasPrefix(
        "\(file) takes batches of \(size) inputs only: the batch size of its trace is a constant in it; write it "
          + "again for any size with torch.jit.script(net.eval()).save(\"\(file)\")"))
    // What that line of Python wrote.
    try networks.run("load \(own)/fixed.pt --arch \(own)/fixed-any.ts --trust --as m")
    try networks.expect("m", is: ["fixed"])
  }

  @Test("A state dict where a program is expected is said to be one")
  func noProgram() {
    for trust in ["", " --trust"] {
      let text = networks.message("load \(own)/plain.pt --arch \(own)/plain.pt\(trust) --as m")
      #expect(
        text.hasPrefix("--arch \(own)/plain.pt: it is a state dict of 14 tensors, and no program; ")
      )
    }
  }
}
