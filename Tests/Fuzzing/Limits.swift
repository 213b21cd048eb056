import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Limits of this process: going beyond them ends it.
enum Limits {
  /// Limits memory that is not a file's: an allocation beyond it fails.
  static func setMemory(beyondNow bytes: Int) {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmData:") }
    let now = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
    set(RLIMIT_DATA, to: now * 1024 + bytes)
  }

  /// Limits processor time, which other programs do not take from.
  static func setProcessorTime(_ seconds: Int) { set(RLIMIT_CPU, to: seconds) }

  private static func set(_ resource: __rlimit_resource, to value: Int) {
    var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
    setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
  }
}
