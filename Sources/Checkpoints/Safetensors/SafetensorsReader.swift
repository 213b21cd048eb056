import BasinCore

/// Reads the safetensors format: a length, a JSON header, one buffer.
enum SafetensorsReader {
  /// Bytes a header may have: the format's own limit.
  static let longestHeader = 100_000_000

  private static let types: [String: ScalarType] = [
    "F64": .float64, "F32": .float32, "F16": .float16, "BF16": .bfloat16,
    "F8_E4M3": .float8e4m3fn, "F8_E5M2": .float8e5m2, "F8_E8M0": .float8e8m0fnu,
    "F8_E4M3FNUZ": .float8e4m3fnuz, "F8_E5M2FNUZ": .float8e5m2fnuz, "F6_E2M3": .float6e2m3,
    "F6_E3M2": .float6e3m2, "F4": .float4e2m1, "I64": .int64, "I32": .int32, "I16": .int16,
    "I8": .int8, "U64": .uint64, "U32": .uint32, "U16": .uint16, "U8": .uint8,
    "BOOL": .bool, "C64": .complex64,
  ]

  /// The format's name of a type; `nil` for one it does not have.
  static func name(of type: ScalarType) -> String? { types.first { $0.value == type }?.key }

  /// Whether the bytes begin like a safetensors file.
  static func recognises(_ source: ByteSource) throws -> Bool {
    guard source.count >= 9 else { return false }
    let length: UInt64 = try source.integer(at: 0)
    return try length >= 2 && length <= UInt64(longestHeader)
      && source.integer(at: 8, as: UInt8.self) == UInt8(ascii: "{")
  }

  /// The tensors and metadata of a file.
  ///
  /// - Throws: ``CheckpointError`` for anything that the format does not allow: a header beyond
  ///   the file, names twice, unknown types, buffers that overlap, leave holes or do not fit.
  static func read(
    _ source: ByteSource, limits: ReadLimits
  ) throws -> (tensors: [StoredTensor], metadata: [String: String]) {
    func refuse(_ reason: String) -> CheckpointError { CheckpointError(source.path, reason) }
    guard source.count >= 8 else { throw refuse("it is too short for a safetensors file") }
    let length: UInt64 = try source.integer(at: 0)
    guard length <= UInt64(min(longestHeader, source.count - 8)) else {
      throw refuse(
        "its safetensors header should have \(length) bytes, more than the file or the format allows"
      )
    }
    let start = 8 + Int(length)
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(source.bytes(8..<start), limits: limits)
    } catch let refusal as SafetensorsHeader.Refusal {
      throw refuse(refusal.reason)
    }
    let size = source.count - start
    var tensors: [StoredTensor] = []
    for entry in header.entries {
      let label = "tensor '\(shown(entry.name))'"
      guard let type = types[entry.dtype] else {
        throw refuse("\(label) has the type '\(shown(entry.dtype))', which is not read")
      }
      guard entry.begin <= entry.end, entry.end <= size else {
        throw refuse(
          "\(label) has bytes \(entry.begin) to \(entry.end) of a buffer of \(size)")
      }
      let tensor = try StoredTensor(
        name: entry.name, scalarType: type, shape: entry.shape,
        storage: .init(
          source: source, range: (start + entry.begin)..<(start + entry.end)),
        limits: limits)
      guard tensor.byteCount == entry.end - entry.begin else {
        throw refuse(
          "\(label) needs \(Counted.text(tensor.byteCount, "bytes")) and is given \(entry.end - entry.begin)"
        )
      }
      tensors.append(tensor)
    }
    var covered = 0
    for entry in header.entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard entry.begin == covered else {
        throw refuse(
          "tensor '\(shown(entry.name))' starts at byte \(entry.begin) of the buffer, where "
            + "\(covered) was due: tensors overlap or leave a hole")
      }
      covered = entry.end
    }
    guard covered == size else {
      throw refuse("\(size - covered) bytes follow the last tensor")
    }
    return (tensors, header.metadata)
  }
}
