import BasinCore
import Foundation

/// A folder that a library wrote as one checkpoint: Hugging Face's, torch.distributed's or DeepSpeed's.
enum CheckpointFolder {
  /// What a folder leads to.
  struct Found {
    /// The file that holds its weights.
    var path: String
    var notes: [String]
    /// Files besides that decided it.
    var others: [ByteSource] = []
  }

  /// The file of a folder that holds its weights, with what to note about it.
  ///
  /// - Throws: ``CheckpointError`` saying what the folder is, and what makes a file of it.
  static func weights(in folder: String) throws -> Found {
    let folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    if names.contains(".metadata") || names.contains(where: { $0.hasSuffix(".distcp") }) {
      throw CheckpointError(folder, distributed(folder))
    }
    if let found = try deepSpeed(folder, names) { return found }
    if names.contains("adapter_model.safetensors") || names.contains("adapter_model.bin") {
      throw CheckpointError(
        folder,
        "it has an adapter and not a whole network; merge it in Python: "
          + "model.merge_and_unload().save_pretrained(FOLDER)")
    }
    // In the order in which transformers looks for them.
    for name in [
      "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
      "pytorch_model.bin.index.json",
    ] where names.contains(name) {
      return Found(path: "\(folder)/\(name)", notes: ["\(name) of a folder of Hugging Face"])
    }
    throw CheckpointError(folder, nothing(names, folder))
  }

  /// What a torch.distributed.checkpoint is, and what makes a file of it.
  static func distributed(_ folder: String) -> String {
    "it is a distributed checkpoint (torch.distributed.checkpoint); convert it: python -m "
      + "torch.distributed.checkpoint.format_utils dcp_to_torch \(quoted(folder)) OUT.pt"
  }

  // DeepSpeed's `save_checkpoint(FOLDER)`: `latest` names a folder of files, one a process.
  private static func deepSpeed(_ folder: String, _ names: [String]) throws -> Found? {
    if names.contains("latest") {
      let latest = try ByteSource(path: "\(folder)/latest")
      let tag = String(decoding: try latest.bytes(0..<min(latest.count, 256)), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      let inner = "\(folder)/\(tag)"
      // A name of a folder in this one, whatever the file says.
      guard names.contains(tag),
        let files = try? FileManager.default.contentsOfDirectory(atPath: inner)
      else {
        throw CheckpointError(
          folder, "its file latest names '\(shown(tag))', which is not a folder in it")
      }
      var found = try states(in: inner, files, root: folder)
      found.others = [latest]
      return found
    }
    guard names.contains(where: { $0.hasSuffix("_model_states.pt") }) else { return nil }
    return try states(
      in: folder, names, root: folder.contains("/") ? parent(of: folder) : "\(folder)/..")
  }

  private static func parent(of folder: String) -> String {
    folder.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }

  private static func states(
    in folder: String, _ names: [String], root: String
  ) throws -> Found {
    let states = names.filter { $0.hasSuffix("_model_states.pt") }
    // One whole model, and not parts of one by process or layer.
    guard states == ["mp_rank_00_model_states.pt"] else {
      throw CheckpointError(
        folder,
        "DeepSpeed has spread its weights over \(states.count == 1 ? "processes" : "files"); convert it: "
          + "python \(quoted("\(root)/zero_to_fp32.py")) \(quoted(root)) OUT, and load OUT")
    }
    return Found(
      path: "\(folder)/\(states[0])",
      notes: [
        "\(states[0]) of a folder of DeepSpeed; weights trained in half precision are in it so, and "
          + "zero_to_fp32.py gives them in single precision"
      ]
    )
  }

  private static func nothing(_ names: [String], _ folder: String) -> String {
    let readable = names.filter { name in
      [".safetensors", ".pt", ".pth", ".ckpt", ".bin"].contains { name.lowercased().hasSuffix($0) }
    }
    guard let first = readable.first else {
      return
        "it is a folder without a checkpoint that is read: neither Hugging Face's, nor DeepSpeed's"
    }
    return
      "it is a folder; name its files: \(quoted("\(folder)/\(first)"))"
      + (readable.count > 1 ? " and \(readable.count - 1) more" : "")
  }

  private static func quoted(_ path: String) -> String {
    let path = shown(path)
    return path.hasOnlyLetters(and: "/._-=+:@%,") ? path : path.inSingleQuotes
  }
}
