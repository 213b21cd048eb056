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
  /// - Throws: `FileError`; ``CheckpointError`` saying what is wrong with it.
  public init(path: String, limits: ReadLimits = .default) throws {
    try self.init(ByteSource(path: path), limits)
  }

  /// Opens data in memory, under a name for messages.
  ///
  /// - Throws: ``CheckpointError``.
  public init(data: Data, name: String, limits: ReadLimits = .default) throws {
    try self.init(ByteSource(data: data, name: name), limits)
  }

  private init(_ source: ByteSource, _ limits: ReadLimits) throws {
    self.source = source
    guard source.count > 0 else { throw CheckpointError(source.path, "it is empty") }
    if try ZipArchive.recognises(source) {
      arrays = try Self.archive(source, limits)
    } else if try SafetensorsReader.recognises(source) {
      arrays = try SafetensorsReader.read(source, limits: limits).tensors
    } else {
      arrays = [
        try Self.array(
          source, "array", in: source, range: 0..<source.count, check: nil, limits: limits)
      ]
    }
  }

  private static func archive(_ source: ByteSource, _ limits: ReadLimits) throws -> [StoredTensor] {
    let archive = try ZipArchive(source, limits: limits)
    var total = 0
    return try archive.members.map { member in
      guard member.name.hasSuffix(".npy") else {
        throw CheckpointError(
          source.path,
          "member '\(shown(member.name))' is no array; a PyTorch checkpoint is opened "
            + "by `load`")
      }
      let name = String(member.name.dropLast(4))
      if member.method == 0 {
        let range = try archive.range(of: member)
        return try array(
          source, name, in: source, range: range,
          check: { try archive.check(member, at: range) }, limits: limits)
      }
      total += member.size
      guard total <= limits.inflatedBytes else {
        throw CheckpointError(source.path, "it inflates to over \(limits.inflatedBytes) bytes")
      }
      let contents = try archive.contents(of: member, atMost: limits.inflatedBytes)
      let inflated = ByteSource(data: Data(contents), name: source.path)
      return try array(
        source, name, in: inflated, range: 0..<contents.count, check: nil, limits: limits)
    }
  }

  private static func array(
    _ file: ByteSource, _ name: String, in source: ByteSource, range: Range<Int>,
    check: (@Sendable () throws -> Void)?, limits: ReadLimits
  ) throws -> StoredTensor {
    func refuse(_ reason: String) -> CheckpointError {
      CheckpointError(file.path, name == "array" ? reason : "array '\(shown(name))': \(reason)")
    }
    let header: NPYHeader
    do {
      header = try NPYHeader(
        source.bytes(
          range.lowerBound..<min(range.upperBound, range.lowerBound + NPYHeader.longest + 12)))
    } catch let refusal as NPYHeader.Refusal {
      throw refuse(refusal.reason)
    }
    let strides = header.isColumnMajor ? try columnMajor(header.shape, refuse) : nil
    let tensor = try StoredTensor(
      name: name, scalarType: header.scalarType, shape: header.shape, strides: strides,
      storage: .init(
        source: source, range: (range.lowerBound + header.dataOffset)..<range.upperBound,
        isBigEndian: header.isBigEndian, check: check, member: name),
      limits: limits)
    guard tensor.byteCount == range.count - header.dataOffset else {
      throw refuse(
        "it has \(range.count - header.dataOffset) bytes of elements, not \(tensor.byteCount)")
    }
    return tensor
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
