import BasinKit
import Datasets
import Foundation
import Landscape

extension Session: KeepingInterpreter {
  /// All commands of Basin's own but those that load, train and measure; and what is no command.
  public func changesSession(_ line: String) -> Bool {
    guard let name = line.split(whereSeparator: \.isWhitespace).first,
      let entry = try? registry.command(String(name))
    else { return true }
    if entry.plugin != nil { return false }
    return !([Load.self, Train.self, Eval.self] as [any SessionCommand.Type]).contains {
      $0._commandName == entry.name
    }
  }

  /// Begins to note what lines read, bind, set and write.
  public func startKeeping() { workspace.tracer = Tracer() }

  /// Forgets what was noted.
  public func stopKeeping() { workspace.tracer = nil }

  /// What was noted, with the values that were made in a folder; `nil` where it cannot be done again
  /// without the lines.
  public func finishKeeping(in folder: String) throws -> KeptEffects? {
    guard let tracer = workspace.tracer else { return nil }
    workspace.tracer = nil
    guard tracer.isComplete else { return nil }
    var outcome = KeptOutcome(
      changes: [], written: tracer.written.flatMap(KeptOutcome.Written.all), values: nil)
    var vectors = KeptVectors()
    for (index, change) in tracer.changes.enumerated() {
      switch change {
      case .set(let name, let value): outcome.changes.append(.set(name: name, value: value))
      case .bound(let name, let value):
        // What a later line replaced need not be kept, but for a dataset: the later one may be made
        // of it.
        let isReplaced = tracer.changes[(index + 1)...].contains {
          if case .bound(name, _) = $0 { true } else { false }
        }
        if isReplaced, !(value is Dataset) { continue }
        guard let identity = value.identity, let kept = keep(value, &vectors) else { return nil }
        outcome.changes.append(.bound(name: name, identity: identity, value: kept))
        if let shown = shown[name] {
          outcome.shown = outcome.shown ?? [:]
          outcome.shown?[name] = .init(command: shown.command, items: shown.result.items)
        }
      }
    }
    outcome.values = try vectors.write(in: folder)
    return KeptEffects(
      conditions: try KeptOutcome.encoder.encode(tracer.conditions),
      outcome: try KeptOutcome.encoder.encode(outcome))
  }

  private func keep(_ value: any SessionValue, _ vectors: inout KeptVectors) -> KeptOutcome.Value? {
    switch value {
    case let set as CheckpointSet: return .checkpoints(KeptSet(set, &vectors))
    case let kept as KeptResult: return .result(command: kept.command, items: kept.result.items)
    case let dataset as Dataset:
      return dataset.identity.flatMap { origins[$0] }.map { .dataset(words: $0) }
    default: return nil
    }
  }

  /// Whether values are here as they were when lines were noted.
  public func holds(_ conditions: Foundation.Data) -> Bool {
    guard
      let conditions = try? KeptOutcome.decoder.decode(Tracer.Conditions.self, from: conditions)
    else { return false }
    return conditions.values.allSatisfy { workspace.value($0.name)?.identity == $0.identity }
      && (conditions.names == nil || conditions.names == workspace.names)
      && (!conditions.usesDataset || conditions.dataset == workspace.dataset?.identity)
      && conditions.files.allSatisfy { sums.sha256(of: $0.path) == $0.sha256 }
      && conditions.listings.allSatisfy {
        ((try? FileNames.matching($0.pattern)) ?? []) == $0.paths
      }
  }

  /// Binds what noted lines bound, and sets what they set, without them.
  public func bringBack(
    _ effects: KeptEffects, of lines: [String], from folder: String
  ) throws -> Bool {
    let outcome = try KeptOutcome.decoder.decode(KeptOutcome.self, from: effects.outcome)
    guard outcome.written.allSatisfy(\.isThere) else { return false }
    let vectors = try outcome.values.map { try KeptVectors(in: folder, sha256: $0, sums) }
    let isBack = try workspace.attempt {
      for change in outcome.changes {
        switch change {
        case .set(let name, let value): try workspace.set(name, to: value)
        case .bound(let name, let identity, let kept):
          guard let value = try value(kept, vectors), value.identity == identity else {
            return false
          }
          workspace.bind(name, to: value)
          shown[name] = outcome.shown?[name].map {
            KeptResult(command: $0.command, result: Result(items: $0.items))
          }
        }
      }
      return true
    }
    if isBack { for line in lines { remember(line) } }
    return isBack
  }

  private func value(
    _ kept: KeptOutcome.Value, _ vectors: KeptVectors?
  ) throws -> (any SessionValue)? {
    switch kept {
    case .checkpoints(let set): return try set.value(vectors, sums)
    case .result(let command, let items):
      return KeptResult(command: command, result: Result(items: items))
    case .dataset(let words):
      // A file that is gone is one that has changed.
      do {
        let context = context(for: words)
        return try Data.parse(Array(words.dropFirst())).run(in: self, context).bindings.first?.value
      } catch let cancelled as Cancelled {
        throw cancelled
      } catch {
        return nil
      }
    }
  }
}

/// What lines of a session left behind.
struct KeptOutcome: Codable {
  enum Value: Codable {
    case checkpoints(KeptSet)
    /// Made again by a `data` command: its inputs are computed from files when they are needed.
    case dataset(words: [String])
    case result(command: String, items: [Result.Item])
  }

  enum Change: Codable {
    case bound(name: String, identity: String, value: Value)
    case set(name: String, value: String)
  }

  /// What the command showed that made a value.
  struct Shown: Codable {
    var command: String
    var items: [Result.Item]
  }

  /// A file as it was written. It may be large, so what the system says of it stands for its content.
  struct Written: Codable, Equatable {
    var path: String
    var stamp: FileStamp

    init?(_ path: String) {
      guard let stamp = FileStamp(path) else { return nil }
      (self.path, self.stamp) = (path, stamp)
    }

    var isThere: Bool { Written(path) == self }

    /// A file, or the files in a folder.
    static func all(_ path: String) -> [Written] {
      if let one = Written(path) { return [one] }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      return names.sorted().compactMap { Written("\(path)/\($0)") }
    }
  }

  var changes: [Change]
  var written: [Written]
  /// What was shown with values that were bound, by their names.
  var shown: [String: Shown]?
  /// The SHA-256 of the file with the vectors, if there is one.
  var values: String?

  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}
