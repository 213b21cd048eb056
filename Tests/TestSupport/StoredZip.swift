import Foundation

/// Zip archives of stored members, for tests that need one with content of their own.
public enum StoredZip {
  /// The archive's bytes.
  public static func bytes(_ members: [(name: String, content: [UInt8])]) -> [UInt8] {
    var output: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in members {
      let common =
        little(20, 2) + little(0, 8) + little(Int(crc32(content)), 4)
        + little(content.count, 4) + little(content.count, 4) + little(name.utf8.count, 2)
      directory +=
        little(0x0201_4b50, 4) + little(20, 2) + common + little(0, 12) + little(output.count, 4)
        + Array(name.utf8)
      output += little(0x0403_4b50, 4) + common + little(0, 2) + Array(name.utf8) + content
    }
    let end =
      little(0x0605_4b50, 4) + little(0, 4) + little(members.count, 2) + little(members.count, 2)
      + little(directory.count, 4) + little(output.count, 4) + little(0, 2)
    return output + directory + end
  }

  private static func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
  }

  /// CRC-32 by its definition, bit by bit: nothing of the reader's.
  public static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var table: [UInt32] = []
    for byte in UInt32(0)..<256 {
      var crc = byte
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
      table.append(crc)
    }
    var crc = ~UInt32(0)
    for byte in bytes { crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
    return ~crc
  }
}
