import Foundation

/// `docs/basin.schema.json`, as Python's jsonschema understands it.
public enum ItemSchema {
  /// Something that one of the schema's definitions describes.
  public struct Document: Encodable {
    private var name: String
    private var definition: String
    private var text: String

    /// - Parameters:
    ///   - name: what messages call it.
    ///   - definition: what it is: `results`, `report`, `line`, `output`, `item`.
    ///   - json: its JSON.
    public init(_ name: String, is definition: String, _ json: Data) {
      self.name = name
      self.definition = definition
      text = String(decoding: json, as: UTF8.self)
    }
  }

  /// There is nothing here that validates.
  public struct NoValidator: Error, CustomStringConvertible {
    /// One line with what to do.
    public var description: String {
      "no python3 here has jsonschema 4 (python3-jsonschema); install it with: script/setup --tests"
    }
  }

  /// What is wrong with documents, a line each; none when all of them are as the schema says.
  ///
  /// - Throws: ``NoValidator``, so that a test without it fails; an error of the validator itself.
  public static func faults(in documents: [Document]) throws -> [String] {
    let python = try python()
    let path = NSTemporaryDirectory() + "basin-tests-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try JSONEncoder().encode(documents).write(to: URL(fileURLWithPath: path))
    let outcome = try BuiltProgram.run(
      "/usr/bin/env", python + ["-c", script, schema, path])
    let lines = outcome.output.split(separator: "\n").map(String.init)
    guard outcome.status == 0, lines.last == "validated \(documents.count)" else {
      throw CocoaError(.featureUnsupported, userInfo: [NSDebugDescriptionErrorKey: outcome.output])
    }
    return lines.dropLast()
  }

  private static let schema = URL(fileURLWithPath: Fixtures.folder)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/basin.schema.json").path

  private static func python() throws -> [String] {
    let probe = "import jsonschema; jsonschema.Draft202012Validator"
    for name in ["python3", "/usr/bin/python3"] {
      let outcome = try? BuiltProgram.run("/usr/bin/env", [name, "-c", probe])
      if outcome?.status == 0 { return [name] }
    }
    throw NoValidator()
  }

  private static let script = """
    import json, sys
    import jsonschema
    def refuse(word):
        raise ValueError(word + " is no JSON")
    schema = json.load(open(sys.argv[1]))
    jsonschema.Draft202012Validator.check_schema(schema)
    documents = json.load(open(sys.argv[2]))
    for one in documents:
        of = {"$ref": "#/$defs/" + one["definition"], "$defs": schema["$defs"]}
        value = json.loads(one["text"], parse_constant=refuse)
        fault = jsonschema.exceptions.best_match(
            jsonschema.Draft202012Validator(of).iter_errors(value))
        if fault:
            print(one["name"], fault.json_path, " ".join(fault.message.split())[:300])
    print("validated", len(documents))
    """
}
