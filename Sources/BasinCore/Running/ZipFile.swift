import CZlib
import Foundation

/// Several small files as one ZIP file: deflated, without times, so that the same files give the same
/// bytes (PKWARE's APPNOTE 6.3.2, without its extensions).
public enum ZipFile {
  /// The bytes of the archive.
  ///
  /// - Parameter files: names in ASCII; together less than 4 GiB, and fewer than
  ///   65,536.
  public static func data(_ files: [(name: String, data: Data)]) -> Data {
    var archive = Data()
    var directory = Data()
    for (name, data) in files {
      let deflated = deflated(data)
      let packed = deflated ?? data
      // Version 2.0, no flags, deflated or stored, midnight of 1 January 1980.
      let common =
        little(20, 2) + little(0, 2) + little(deflated == nil ? 0 : 8, 2) + little(0, 2)
        + little(0x21, 2) + little(Int(checksum(data)), 4) + little(packed.count, 4)
        + little(data.count, 4) + little(name.utf8.count, 2)
      directory +=
        little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 12) + little(archive.count, 4)
        + Data(name.utf8)
      archive += little(0x0403_4B50, 4) + common + little(0, 2) + Data(name.utf8) + packed
    }
    let end =
      little(0x0605_4B50, 4) + little(0, 4) + little(files.count, 2) + little(files.count, 2)
      + little(directory.count, 4) + little(archive.count, 4) + little(0, 2)
    return archive + directory + end
  }

  /// `nil` when it would not become smaller.
  private static func deflated(_ data: Data) -> Data? {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    var input = [UInt8](data)
    var output = [UInt8](repeating: 0, count: data.count)
    let isDone = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        return deflate(&stream, Z_FINISH) == Z_STREAM_END
      }
    }
    return isDone ? Data(output.prefix(Int(stream.total_out))) : nil
  }

  private static func checksum(_ data: Data) -> UInt {
    let bytes = [UInt8](data)
    return crc32(crc32(0, nil, 0), bytes, UInt32(bytes.count))
  }

  private static func little(_ value: Int, _ width: Int) -> Data {
    Data((0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 })
  }
}
