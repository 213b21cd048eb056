import BasinKit
import Checkpoints
import Foundation

/// `convert A.pt B.safetensors`.
struct Convert: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Convert a state dict to safetensors.",
    discussion: "Every tensor is copied byte for byte.")
  static let task = CommandTask.contents
  static let examples = [
    "convert model.pt model.safetensors"
  ]

  @Argument(help: "A file, or a checkpoint such as seeds[0].") var source: String
  @Argument(help: "The .safetensors file to write.") var target: String
  @Option(help: "Key of the state dict in a file that contains several.") var key: String?
  @Flag(help: "Replace an existing file.") var force = false

  func validate() throws {
    guard target.hasSuffix(".safetensors") else {
      throw ValidationError("\(target) should end in .safetensors, which is what is written")
    }
  }

  var writes: [String] { [target] }

  func run(in session: Session, _ context: Context) throws -> Result {
    guard force || !FileManager.default.fileExists(atPath: target) else {
      throw CommandError("\(target) is there already; add --force to replace it")
    }
    let named = try NamedStateDict(source, key: key, in: session, context)
    let total = named.stateDict.tensors.count
    let tensors = named.stateDict.tensors.enumerated().map { index, tensor in
      SafetensorsWriter.Tensor(tensor.name, tensor.scalarType, tensor.shape) {
        try context.cancellation.check()
        context.progress.report(
          ProgressUpdate("writing \(tensor.name)", completed: index, total: total))
        return try tensor.bytes()
      }
    }
    try SafetensorsWriter.write(tensors, metadata: named.metadata, to: target)
    context.recordWritten(target)
    var result = Result(items: named.notes.map { .note(Note($0)) })
    result.add(Note("\(target): \(Counted.text(tensors.count, "tensors"))"))
    return result
  }
}
