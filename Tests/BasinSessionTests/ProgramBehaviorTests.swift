import BasinCore
import BasinKit
import Checkpoints
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import BasinSession

/// Programs that do something else than compute logits of each input, and statistics that nobody updated.
@Suite struct ProgramBehaviorTests {
  private let own = Fixtures.own
  // The session and the measurements by PyTorch.
  private let networks: OwnNetworkTests

  init() throws { networks = try OwnNetworkTests() }

  private func load(_ weights: String, _ program: String, _ options: String = "") throws -> [String]
  {
    let result = try networks.run(
      "load \(own)/\(weights).pt --arch \(own)/\(program).ts --trust --as m \(options)")
    return networks.notes(result, .warning)
  }

  private func refusal(_ line: String) -> String {
    let error = #expect(throws: (any Error).self) { try networks.run(line) }
    return error.map { "\($0)" } ?? ""
  }

  @Test("Programs that compute logits of each input are loaded without a warning")
  func plainPrograms() throws {
    for (weights, program) in [("permuted", "permuted"), ("rows", "rows"), ("cnn-bn", "traced-bn")]
    {
      #expect(try load(weights, program).isEmpty, "\(program)")
      try networks.expect("m", is: weights)
      #expect(networks.notes(try networks.run("eval m"), .warning).isEmpty, "\(program)")
    }
  }

  @Test("Dropout that was traced in training mode is warned of when it is loaded and used")
  func tracedDropout() throws {
    let loaded = try load("dropped", "traced-in-training")
    #expect(loaded.count == 1)
    #expect(
      loaded.first?.hasSuffix("if it was traced, call net.eval() before torch.jit.trace") == true)
    #expect(networks.notes(try networks.run("eval m"), .warning) == loaded)
  }

  @Test("Batch norm that was traced in training mode is refused with the remedy")
  func tracedBatchNorm() throws {
    let reason = refusal(
      "load \(own)/cnn-bn.pt --arch \(own)/traced-bn-in-training.ts --trust --as m")
    #expect(reason.contains("changes its batch-norm statistics in evaluation mode"))
    #expect(reason.contains("call net.eval() before torch.jit.trace"))
  }

  @Test("Outputs that depend on the batch are warned of when the program is loaded")
  func dependentOutputs() throws {
    let loaded = try load("batchy", "batchy")
    #expect(loaded.count == 1)
    #expect(loaded.first?.contains("depend on the other inputs of its batch") == true)
  }

  @Test("Outputs of a sigmoid are warned of, as they are taken for logits")
  func sigmoids() throws {
    let loaded = try load("dropped", "sigmoid-outputs")
    #expect(loaded.count == 1)
    #expect(loaded.first?.contains("are between 0 and 1, as those of a sigmoid") == true)
    #expect(networks.notes(try networks.run("eval m"), .warning) == loaded)
  }

  @Test("Probabilities are refused as logits, and equal PyTorch's with --probabilities")
  func probabilities() throws {
    let reason = refusal("load \(own)/softmax.pt --arch \(own)/softmax.ts --trust --as m")
    #expect(reason.contains("are probabilities"))
    #expect(reason.contains("load it with --probabilities"))
    #expect(try load("softmax", "softmax", "--probabilities").isEmpty)
    try networks.expect("m", is: "softmax")
    let selected = try networks.session.workspace.resolve(
      #require(CheckpointSelection(argument: "m")))
    // Gradients and features go through the logarithm, too.
    let dataset = try #require(networks.session.workspace.dataset)
    let evaluator = try Evaluator(Network(selected[0].architecture), dataset)
    try evaluator.network.load(selected[0].checkpoint)
    let inputs = try evaluator.data(.test).inputs.narrow(0, start: 0, length: 2)
    let logits = try evaluator.network.features(inputs, at: Network.logitsLayer)
    let right = try #require(networks.expected["softmax"]).logits
    for (value, probability) in zip(try logits.exp().flattened().array(of: Double.self), right) {
      #expect(abs(value - probability) < 1e-6)
    }
  }

  @Test("What was saved of a program says how it is loaded again, and that works")
  func savedOfProgram() throws {
    let folder = try TemporaryFolder()
    _ = try load("softmax", "softmax", "--probabilities --freeze 'fc1.*'")
    try networks.run("save checkpoints m \(folder.path)")
    let line = "load \(folder.path)/m-0.safetensors --as again"
    let reason = refusal(line)
    let remedy = try #require(reason.components(separatedBy: "load it with ").last)
    #expect(remedy == "--arch \(own)/softmax.ts --trust --freeze fc1.* --probabilities")
    try networks.run("\(line) \(remedy)")
    try networks.expect("again", is: "softmax")
  }

  @Test("--probabilities is refused where the outputs are none")
  func noProbabilities() throws {
    for program in ["log-softmax", "permuted"] {
      let reason = refusal(
        "load \(own)/\(program).pt --arch \(own)/\(program).ts --trust --probabilities --as m")
      #expect(reason.contains("load it without --probabilities"))
    }
    let reason = refusal("load \(own)/dropped.pt --arch mlp:hidden=32 --probabilities --as m")
    #expect(reason.contains("the outputs of mlp:hidden=32 are logits"))
  }

  @Test("Log-probabilities are noted and are what they are")
  func logProbabilities() throws {
    let result = try networks.run(
      "load \(own)/log-softmax.pt --arch \(own)/log-softmax.ts --trust --as m")
    #expect(networks.notes(result, .warning).isEmpty)
    #expect(networks.notes(result).contains { $0.contains("gives log-probabilities") })
    try networks.expect("m", is: "log-softmax")
  }

  @Test(
    "Multiples of probabilities and negative logarithms of them are warned of, as they are taken for logits",
    arguments: [
      (
        "hundredfold",
        "is of nonnegative numbers that sum to 100, as probabilities times that number"
      ),
      ("negated", "are negative logarithms of probabilities (exp(−x) of each row sums to 1)"),
    ])
  func rescaledProbabilities(program: String, reason: String) throws {
    let loaded = try load("softmax", program)
    #expect(loaded.count == 1 && loaded[0].contains(reason), "\(loaded)")
    #expect(networks.notes(try networks.run("eval m"), .warning).contains { $0.contains(reason) })
    let refused = refusal(
      "load \(own)/softmax.pt --arch \(own)/\(program).ts --trust --probabilities --as m")
    #expect(refused.contains("load it without --probabilities"))
  }

  @Test("What cannot be recomputed of a traced network is said to be traced")
  func tracedStatistics() throws {
    _ = try load("cnn-bn", "traced-bn")
    let reason = refusal("recompute-bn m --as n")
    #expect(reason.contains("a network that was traced (torch.jit.trace) stays in the mode"))
  }

  @Test("Statistics that were never updated are warned of, and recompute-bn mends them")
  func untouchedStatistics() throws {
    let folder = try TemporaryFolder()
    let text = "--arch cnn:channels=8-16,norm=batch"
    let loaded = networks.notes(
      try networks.run("load \(own)/untouched.pt \(text) --as m"), .warning)
    #expect(
      loaded == [
        "\(own)/untouched.pt: the batch-norm statistics of bn1 and bn2 were never updated (mean 0, "
          + "variance 1); `recompute-bn m --as NAME` computes them on the training split"
      ])
    #expect(networks.notes(try networks.run("eval m"), .warning).count == 1)
    try networks.expect("m", is: "untouched")
    let made = networks.notes(try networks.run("recompute-bn m --as n"), .warning)
    #expect(made.isEmpty)
    // update_bn weighs its batches, which are other ones, alike.
    let (loss, accuracy) = try networks.measured("n")
    let right = try #require(networks.expected["updated"])
    #expect(abs(loss - right.loss) < 0.01 * right.loss)
    #expect(abs(accuracy - right.accuracy) < 2.5 / 597)
    #expect(networks.notes(try networks.run("eval n"), .warning).isEmpty)
    try networks.run("save checkpoints n \(folder.path)")
    let again = try networks.run("load \(folder.path)/n-0.safetensors --as k")
    #expect(networks.notes(again, .warning).isEmpty)
    #expect(try networks.measured("k").loss == loss)
  }

  @Test(
    "Of a traced network the warning names what works, when it is loaded and when it is evaluated")
  func untouchedStatisticsOfATrace() throws {
    let remedy =
      "training mode updates none, as of a network that was traced (torch.jit.trace), so that recompute-bn cannot "
      + "compute them: export the network with torch.jit.script(net.eval()), or, for batch norm, call "
      + "torch.optim.swa_utils.update_bn(LOADER, net) in PyTorch and save the weights again"
    let loaded = try load("untouched", "traced-bn")
    #expect(
      loaded.count == 1 && loaded[0].hasSuffix("(mean 0, variance 1); \(remedy)"), "\(loaded)")
    let evaluated = networks.notes(try networks.run("eval m"), .warning)
    #expect(evaluated.count == 1 && evaluated[0].hasSuffix("; \(remedy)"), "\(evaluated)")
    #expect(refusal("recompute-bn m --as n").contains("cannot be recomputed"))
    try networks.expect("m", is: "untouched")
  }

  @Test(
    "Statistics beside a mean of weights are noted as the last network's, and recompute-bn computes the mean's"
  )
  func statisticsOfAMean() throws {
    let folder = try TemporaryFolder()
    let network = try CheckpointReader.open("\(own)/cnn-bn.pt").stateDict
    func notes(_ count: Int64?, _ options: String) throws -> [String] {
      let path = "\(folder.path)/average.safetensors"
      var tensors = network.tensors.map { tensor in
        SafetensorsWriter.Tensor("module.\(tensor.name)", tensor.scalarType, tensor.shape) {
          try tensor.bytes()
        }
      }
      if let count {
        tensors.append(
          .init("n_averaged", .int64, []) { withUnsafeBytes(of: count.littleEndian, Array.init) })
      }
      try SafetensorsWriter.write(tensors, metadata: [:], to: path)
      return networks.notes(try networks.run("load \(path) \(options) --as m"))
        .filter { $0.contains("update_bn") }
    }
    let built = "--arch cnn:channels=8-16,norm=batch"
    let said = try notes(3, built)
    #expect(
      said == [
        "\(folder.path)/average.safetensors (3 networks): means of weights, with batch-norm statistics that are the last "
          + "network's where update_bn was not called; `recompute-bn m --as NAME` computes the mean's on the "
          + "training split"
      ])
    try networks.expect("m", is: "cnn-bn")
    try networks.run("recompute-bn m --as n")
    try networks.run("load \(own)/cnn-bn.pt \(built) --as plain")
    try networks.run("recompute-bn plain --as same")
    #expect(try networks.measured("n") == networks.measured("same"))
    // Of one network, they are its own.
    for count in [nil, 0, 1] as [Int64?] { #expect(try notes(count, built).isEmpty) }
    let traced = try notes(3, "--arch \(own)/traced-bn.ts --trust")
    #expect(traced.count == 1 && traced[0].contains("recompute-bn cannot compute the mean's"))
  }

  @Test("recompute-bn equals PyTorch's statistics where there is one batch")
  func oneBatch() throws {
    // The mean of one batch of all inputs is the mean over the inputs.
    try networks.run("set batch 1200")
    try networks.run("load \(own)/untouched.pt --arch cnn:channels=8-16,norm=batch --as m")
    try networks.run("recompute-bn m --as n")
    let selected = try networks.session.workspace.resolve(
      #require(CheckpointSelection(argument: "n")))
    guard case .vectors(_, let buffers, let counts, _) = selected[0].checkpoint.weights else {
      throw CommandError("no vectors")
    }
    #expect(counts == [1, 1])
    let network = try Network(selected[0].architecture)
    try network.load(selected[0].checkpoint)
    let dataset = try #require(networks.session.workspace.dataset)
    let evaluator = try Evaluator(network, dataset)
    let inputs = try evaluator.data(.train).inputs
    let first = try network.features(inputs, at: "conv1").to(.float64)
    let channels = try first.transposed(0, 1).reshaped([8, -1])
    let entry = try #require(network.bufferLayout["bn1.running_mean"])
    for channel in 0..<8 {
      let mean = try channels.narrow(0, start: channel, length: 1).mean().item()
      #expect(abs(mean - Double(buffers[entry.offset + channel])) < 1e-5)
    }
  }

  @Test("A network without batch norm has nothing to recompute")
  func nothingToRecompute() throws {
    try networks.run("load \(own)/dropped.pt --arch mlp:hidden=32 --as m")
    #expect(
      refusal("recompute-bn m --as n")
        == "m[0] is a mlp:hidden=32, which has no batch-norm statistics")
  }

  @Test("Counters of 0 are warned of, starts of a run are not, missing counters neither")
  func counters() throws {
    let network = try Network(Architecture("cnn-bn:channels=2-2", input: [1, 8, 8], classes: 3))
    try network.initialize(seed: 0)
    let start = try network.checkpoint(named: "start", metadata: ["epoch": "0"])
    #expect(try start.untouchedStatistics(in: network) == nil)
    let initial = try network.checkpoint(named: "initial", metadata: [:])
    #expect(try initial.untouchedStatistics(in: network)?.initial == ["bn1", "bn2"])
    try withoutGradients { try network.slice("bn1.running_mean").fill(0.5) }
    let moved = try network.checkpoint(named: "moved", metadata: [:])
    let found = try #require(try moved.untouchedStatistics(in: network))
    #expect((found.initial, found.uncounted) == (["bn2"], ["bn1"]))
    try withoutGradients { try network.slice("bn2.running_var").fill(0.5) }
    let both = try network.checkpoint(named: "both", metadata: [:])
    #expect(
      try both.untouchedStatistics(in: network)?.description
        == "the counter of batches (num_batches_tracked) of bn1 and bn2 is 0, as if batch-norm "
        + "statistics had never been updated")
    for (_, count) in network.counts { try count.fill(3) }
    let counted = try network.checkpoint(named: "counted", metadata: [:])
    #expect(try counted.untouchedStatistics(in: network) == nil)
  }

  @Test("A program with an operator that libtorch lacks is answered with its name and what helps")
  func newerOperators() throws {
    let newer =
      "which libtorch \(Engine.version) lacks; build Basin against a newer PyTorch's, as README.md says under "
      + "\"PyTorch's own libtorch\": export BASIN_LIBTORCH=$(python3 -c 'import torch, os; "
      + "print(os.path.dirname(torch.__file__))'); or "
    #expect(
      refusal("load \(own)/attention.pt --arch \(own)/later.ts --trust --as m")
        == "\(own)/later.ts: it calls aten::attention_of_later, \(newer)write the network with older "
        + "operators")
    let line = "load \(own)/attention.pt --arch \(own)/attention.ts --trust --as m"
    if Engine.version.hasPrefix("1.") {
      #expect(
        refusal(line)
          == "\(own)/attention.ts: it calls aten::scaled_dot_product_attention, \(newer)write "
          + "attention out before torch.jit.trace, with the lines that docs/architectures.md has under "
          + "\"Attention\"")
    } else {
      try networks.run(line)
    }
    // The program that those lines wrote.
    #expect(try load("attention", "attention-plain").isEmpty)
    let file = try Data(contentsOf: URL(fileURLWithPath: "\(own)/attention.json"))
    let right = try #require(
      JSONDecoder().decode([String: OwnNetworkTests.Measured].self, from: file)["attention"])
    let (loss, accuracy) = try networks.measured("m")
    #expect(abs(loss - right.loss) < 1e-5 && abs(accuracy - right.accuracy) < 1e-9, "\(loss)")
  }

  @Test("A trace for any one batch size is refused with that size")
  func fixedBatchOfAnySize() {
    #expect(
      refusal("load \(own)/plain.pt --arch \(own)/traced-37.ts --trust --as m")
        .hasPrefix("\(own)/traced-37.ts takes batches of 37 inputs only: "))
  }
}
