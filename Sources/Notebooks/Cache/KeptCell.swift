import BasinCore
import Foundation
import Plotting

/// What a cell returned, as it is kept: a line with the SHA-256 of the rest, then JSON.
struct KeptCell: Codable, Equatable {
  struct Command: Codable, Equatable {
    var command: String
    var plugin: String?
    var seed: UInt64?
    var seconds: Double
    var inputs: [InputFile]
    var items: [Result.Item]
  }

  struct Drawing: Codable, Equatable {
    struct Source: Codable, Equatable {
      var name: String
      var data: Data
    }

    var name: String
    var light: String
    var dark: String
    var png: Data
    var sources: [Source]
    var alt: String
    var note: String?
  }

  /// The notebook and the cell that it was computed in, for people.
  var notebook: String
  var cell: String
  var computed: Date
  /// How long computing took.
  var seconds: Double
  var commands: [Command] = []
  var drawings: [Drawing] = []
  /// What the interpreter did, in its own words.
  var outcome = Data()
}

extension KeptCell {
  /// Reads an entry.
  ///
  /// - Throws: ``Damaged``; what decoding throws.
  init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path), data.count > 65 else {
      throw Damaged()
    }
    let json = data.dropFirst(65)
    guard data.prefix(65) == Data((SHA256.hexadecimal(of: json) + "\n").utf8) else {
      throw Damaged()
    }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self = try decoder.decode(KeptCell.self, from: Data(json))
  }

  func data() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .secondsSince1970
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let json = try encoder.encode(self)
    return Data((SHA256.hexadecimal(of: json) + "\n").utf8) + json
  }

  struct Damaged: Error {}
}

extension KeptCell.Command {
  init(_ evaluation: Evaluation) {
    self.init(
      command: evaluation.command, plugin: evaluation.plugin, seed: evaluation.seed,
      seconds: evaluation.seconds, inputs: evaluation.inputs, items: evaluation.result.items)
  }

  var evaluation: Evaluation {
    Evaluation(
      command: command, plugin: plugin, result: Result(items: items), inputs: inputs, seed: seed,
      seconds: seconds)
  }
}

extension KeptCell.Drawing {
  init(_ drawn: RenderedFigure, name: String) {
    self.init(
      name: name, light: drawn.lightSVG, dark: drawn.darkSVG, png: drawn.png,
      sources: drawn.sources.map { .init(name: $0.name, data: $0.data) }, alt: drawn.altText,
      note: drawn.dataNote)
  }

  var drawn: RenderedFigure {
    RenderedFigure(
      lightSVG: light, darkSVG: dark, png: png,
      sources: sources.map { .init(name: $0.name, data: $0.data) }, altText: alt, dataNote: note)
  }
}
