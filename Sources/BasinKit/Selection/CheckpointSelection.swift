import Foundation
import Landscape

/// Checkpoints as they are typed: `seeds`, `seeds[3]`, `path[5..]`, `path[..10]`, `seeds[-1]`, or
/// several of these separated by commas. Ranges include both ends; negative numbers count from the
/// end.
public struct CheckpointSelection: ExpressibleByArgument, Sendable, Equatable {
  /// One name, with the part of it that is meant.
  public struct Term: Sendable, Equatable {
    /// A set's name in the session.
    public var name: String
    /// Which of its checkpoints.
    public var part: Part

    /// Creates a term.
    public init(name: String, part: Part) {
      self.name = name
      self.part = part
    }
  }

  /// Which checkpoints of a set are meant.
  public enum Part: Sendable, Equatable {
    /// All.
    case all
    /// One.
    case index(Int)
    /// From one to another, both included; `nil` is the end on that side.
    case range(Int?, Int?)
  }

  /// The terms in the order given.
  public var terms: [Term]
  /// The selection as typed.
  public var text: String

  /// Reads a selection; `nil` when it does not follow the grammar. The path of a file does, as a name that nothing
  /// has: the error then says how files are loaded.
  public init?(argument: String) {
    text = argument
    let pieces = argument.split(separator: ",").map { Self.term($0.drop(while: \.isWhitespace)) }
    if !pieces.isEmpty, pieces.allSatisfy({ $0 != nil }) {
      terms = pieces.compactMap(\.self)
    } else if SessionName.isPath(argument) {
      terms = [Term(name: argument, part: .all)]
    } else {
      return nil
    }
  }

  /// The session's names: whoever completes lines knows them.
  public static var defaultCompletionKind: CompletionKind { .custom { _, _, _ in [] } }

  private static func term(_ text: Substring) -> Term? {
    let name = text.prefix { $0 != "[" }
    guard SessionName.isValid(String(name)) else { return nil }
    let rest = text.dropFirst(name.count)
    guard !rest.isEmpty else { return Term(name: String(name), part: .all) }
    guard rest.hasSuffix("]") else { return nil }
    let inside = rest.dropFirst().dropLast()
    let ends = inside.split(separator: "..", omittingEmptySubsequences: false)
    switch ends.count {
    case 1:
      guard let index = Int(ends[0]) else { return nil }
      return Term(name: String(name), part: .index(index))
    case 2:
      let numbers = ends.map { Int($0) }
      guard zip(ends, numbers).allSatisfy({ $0.isEmpty || $1 != nil }) else { return nil }
      return Term(name: String(name), part: .range(numbers[0], numbers[1]))
    default: return nil
    }
  }
}

/// What may name a value in the session.
public enum SessionName {
  /// Whether a word that is no name means files: it has a slash, or a file is there.
  static func isPath(_ word: String) -> Bool { word.contains("/") || exists(word) }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// What to say where a file is given in place of a name; `nil` where the word means no file.
  public static func advice(onFile word: String) -> String? {
    guard isPath(word) else { return nil }
    let path = word.hasOnlyLetters(and: "._-/+=:@%*?[]{}") ? word : word.inSingleQuotes
    let isThere = exists(word) || word.contains { "*?[{".contains($0) }
    return isThere
      ? "'\(word)' is a file and not a name; `load \(path) --as x` names its checkpoints x"
      : "there is no file '\(word)'; where it is there, `load \(path) --as x` names its checkpoints x"
  }

  /// Letters, digits, `_` and `-`, starting with a letter or `_`.
  public static func isValid(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first.properties.isAlphabetic || first == "_"
    else { return false }
    return name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-"
    }
  }
}

/// A checkpoint that a selection picked.
public struct SelectedCheckpoint: Sendable {
  /// The set it belongs to, by session name.
  public var set: String
  /// Its place in the set, from 0.
  public var index: Int
  /// Its weights and where they came from.
  public var checkpoint: Checkpoint
  /// The function that the weights are for.
  public var architecture: Architecture

  /// Creates one that no selection picked.
  public init(set: String, index: Int, checkpoint: Checkpoint, architecture: Architecture) {
    self.set = set
    self.index = index
    self.checkpoint = checkpoint
    self.architecture = architecture
  }

  /// `seeds[3]`: what to type for this one.
  public var label: String { "\(set)[\(index)]" }
}
