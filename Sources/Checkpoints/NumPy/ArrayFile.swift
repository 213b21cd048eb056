import BasinCore
import Foundation

/// A file of named arrays: .npz, .npy or .safetensors.
public struct ArrayFile: Sendable {
  /// The arrays in the file's order; the one of a .npy file is named `array`.
  public var arrays: [StoredTensor]
  private let source: ByteSource

  /// The file's size in bytes.
  public var byteCount: Int { source.count }

  /// SHA-256 of the file as 64 hexadecimal digits.
  public func sha256() throws -> String { try source.sha256() }

  /// The array of a name.
  public subscript(name: String) -> StoredTensor? { arrays.first { $0.name == name } }

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limits: What is too much.
  ///   - skipsTexts: Whether arrays of texts in a .npz file are left out; otherwise they are refused.
  /// - Throws: `FileError`; ``CheckpointError`` saying what is wrong with it.
  public init(path: String, limits: ReadLimits = .default, skipsTexts: Bool = false) throws {
    try self.init(ByteSource(path: path), limits, skipsTexts: skipsTexts)
  }

  /// Opens data in memory, under a name for messages.
  ///
  /// - Throws: ``CheckpointError``.
  public init(data: Data, name: String, limits: ReadLimits = .default) throws {
    try self.init(ByteSource(data: data, name: name), limits)
  }

  /// The arrays as tensors by name.
  ///
  /// - Throws: ``CheckpointError`` when a name occurs twice.
  public func stateDict() throws -> StateDict { try StateDict(arrays, path: source.path) }

  private init(_ source: ByteSource, _ limits: ReadLimits, skipsTexts: Bool = false) throws {
    self.source = source
    guard source.count > 0 else { throw CheckpointError(source.path, "it is empty") }
    try LFSPointer.refuse(source)
    if try ZipArchive.recognises(source) {
      arrays = try Self.archive(source, limits, skipsTexts: skipsTexts)
    } else if try SafetensorsReader.recognises(source) {
      arrays = try SafetensorsReader.read(source, limits: limits).tensors
    } else {
      let start = try source.bytes(0..<min(source.count, NPYHeader.longest + 12))
      arrays = [
        try Self.array(source, "array", start: start, count: source.count, limits: limits) {
          .init(source: source, range: $1..<source.count, isBigEndian: $0)
        }
      ]
    }
  }

  private static func archive(
    _ source: ByteSource, _ limits: ReadLimits, skipsTexts: Bool
  ) throws -> [StoredTensor] {
    let archive = try ZipArchive(source, limits: limits)
    var total = 0
    let (scaled, overflow) = source.count.multipliedReportingOverflow(by: limits.archiveRatio)
    let bound = min(
      limits.inflatedBytes, max(limits.inflatedBytesOfAny, overflow ? limits.inflatedBytes : scaled)
    )
    return try archive.members.compactMap { member in
      guard member.name.hasSuffix(".npy") else {
        throw CheckpointError(
          source.path,
          member.name.hasSuffix("data.pkl")
            ? "it is a PyTorch file, and data are read from .npz and .safetensors; "
              + "numpy.savez('data.npz', **{k: v.numpy() for k, v in torch.load(FILE).items()}) makes one of "
              + "a dictionary of x_train, y_train, x_test, y_test (weights are opened by `load`)"
            : "member '\(shown(member.name))' is no array; numpy.savez writes .npz files")
      }
      if member.method != 0 { total += min(member.size, limits.inflatedBytes) }
      guard total <= bound else {
        throw CheckpointError(
          source.path,
          "its \(source.count) bytes inflate to over \(bound) bytes; up to 1 GiB or 100 times the file, and "
            + "8 GiB, are read; numpy.savez (not savez_compressed) stores arrays as they are")
      }
      let start = try archive.beginning(of: member, atMost: NPYHeader.longest + 12)
      if skipsTexts, isText(start) { return nil }
      return try array(
        source, String(member.name.dropLast(4)), start: start, count: member.size, limits: limits
      ) { isBigEndian, dataOffset in
        if member.method == 0 {
          return .init(
            source: source, range: (member.range.lowerBound + dataOffset)..<member.range.upperBound,
            isBigEndian: isBigEndian, check: { try archive.check(member) })
        }
        // Inflated when its numbers are first asked for, and not before.
        return .init(of: source, range: dataOffset..<member.size, isBigEndian: isBigEndian) {
          ByteSource(
            data: Data(try archive.contents(of: member, atMost: limits.inflatedBytes)),
            name: source.path)
        }
      }
    }
  }

  private static func array(
    _ file: ByteSource, _ name: String, start: [UInt8], count: Int, limits: ReadLimits,
    storage: (_ isBigEndian: Bool, _ dataOffset: Int) -> StoredTensor.Storage
  ) throws -> StoredTensor {
    func refuse(_ reason: String) -> CheckpointError {
      CheckpointError(file.path, name == "array" ? reason : "array '\(shown(name))': \(reason)")
    }
    let header: NPYHeader
    do {
      header = try NPYHeader(start)
    } catch let refusal as NPYHeader.Refusal {
      throw refuse(refusal.reason)
    }
    let strides = header.isColumnMajor ? try columnMajor(header.shape, refuse) : nil
    let tensor = try StoredTensor(
      name: name, scalarType: header.scalarType, shape: header.shape, strides: strides,
      storage: storage(header.isBigEndian, header.dataOffset), limits: limits)
    guard tensor.byteCount == count - header.dataOffset else {
      throw refuse(
        "it has \(count - header.dataOffset) bytes of elements, not \(tensor.byteCount)")
    }
    return tensor
  }

  private static func isText(_ start: [UInt8]) -> Bool {
    do { _ = try NPYHeader(start) } catch { return (error as? NPYHeader.Refusal)?.isText == true }
    return false
  }

  private static func columnMajor(
    _ shape: [Int], _ refuse: (String) -> CheckpointError
  ) throws -> [Int] {
    var strides: [Int] = []
    var step = 1
    for size in shape {
      strides.append(step)
      let (next, overflow) = step.multipliedReportingOverflow(by: max(1, size))
      guard !overflow else { throw refuse("its shape is beyond all bounds") }
      step = next
    }
    return strides
  }
}
