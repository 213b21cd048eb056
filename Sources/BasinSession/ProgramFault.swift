import BasinKit
import Landscape
import Torch

/// Why a TorchScript program cannot be evaluated on the dataset in use, found when it is loaded.
enum ProgramFault {
  /// Outputs of a shape that is no row of logits for each of so many inputs.
  case shape([Int], inputs: Int)
  /// Outputs that are no floating-point numbers.
  case type(DType?)
  /// The program fails; whether it takes whole numbers, which the dataset has not.
  case failure(TorchError, takesIntegers: Bool)

  /// The error, with the program's file, what it was given and what helps.
  func error(in probe: ProgramProbe) -> CommandError {
    let program = probe.network.architecture.shortText
    let given = "inputs \(ProgramProbe.text(probe.dataset.inputShape)) of \(probe.dataset.name)"
    let wanted = "one row of logits for each input, [N, classes]"
    switch self {
    case .shape(let shape, let inputs):
      return CommandError(
        "\(program) gives outputs \(shape) for \(inputs) \(inputs == 1 ? "input" : "inputs"), where it should "
          + "give \(wanted); \(Self.remedy(for: shape, inputs: inputs))")
    case .type(let type):
      return CommandError(
        "\(program) gives outputs of \(type.map { "\($0)" } ?? "another type") and not floating-point numbers; "
          + "return the logits themselves, before argmax or rounding, and export it again")
    case .failure(let failure, let takesIntegers):
      if let match = failure.message.firstMatch(of: /returned (\w+); Basin needs one tensor/) {
        let kind = String(match.1)
        let item = kind.hasSuffix("Dict") ? "['logits']" : "[0]"
        return CommandError(
          "\(program) gives a \(kind == "GenericDict" ? "dictionary" : kind.lowercased()), where it should give "
            + "\(wanted); export a module whose forward returns the logits alone, such as net(x)\(item)"
        )
      }
      if takesIntegers {
        return CommandError(
          "\(program) takes whole numbers (int64), as tokens are, and \(given) are floating-point numbers; save "
            + "them as whole numbers: x = x.astype('int64')")
      }
      let words = "\(program) fails on \(given): \(failure.reason)"
      if let own = probe.network.ownType, own != .float32, failure.isOfTypes {
        return CommandError(
          "\(words); its parameters are of \(own) and are taken as float32: leave conversions to \(own) out of its "
            + "forward, call net.float() and export it again")
      }
      if failure.isOfTypes {
        return CommandError(
          "\(words); parameters and inputs are taken as float32: convert what has another type in its forward, "
            + "as in self.mean.float(), and export it again")
      }
      return CommandError(
        "\(words); export it for such inputs, or load data with the inputs that it takes")
    }
  }

  private static func remedy(for shape: [Int], inputs: Int) -> String {
    if shape.count == 1 && shape == [inputs] || shape.count == 2 && shape == [inputs, 1] {
      let column = shape.count == 1 ? "z = z[:, None]; " : ""
      return
        "return one logit a class: of the logit z of class 1, \(column)torch.cat([0 * z, z], 1)"
    }
    if shape.first == inputs, shape.count > 2 {
      return shape.dropFirst().count(where: { $0 > 1 }) == 1
        ? "return z.flatten(1), and export it again"
        : "return the logits of one place, or their mean over places, and export it again"
    }
    return "return the logits of the inputs alone, and export it again"
  }
}

extension TorchError {
  /// Whether the operands' types are what is in the way.
  var isOfTypes: Bool {
    ["dtype", "scalar type", "FloatType", "DoubleType", "HalfType", "BFloat16", "Double", "Half"]
      .contains { message.contains($0) }
  }
}
