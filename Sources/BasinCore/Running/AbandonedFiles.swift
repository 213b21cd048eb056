import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// What killed processes left of files that they were writing: `NAME.tmp-PID-NUMBER` beside NAME.
///
/// Whoever writes holds a lock (`flock`) on such a file, which the system drops with the process. A write to the
/// same folder removes those that nobody holds, of processes of this user that are gone.
enum AbandonedFiles {
  private struct Key: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  // When long folders were read, which they are only so often.
  private static let swept = Mutex<[Key: Int]>([:])
  private static let seconds = 60
  private static let many = 1000

  /// Removes them from an open folder; where it has many files, once a minute.
  static func sweep(_ folder: Int32) {
    var status = stat()
    guard fstat(folder, &status) == 0 else { return }
    let key = Key(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    let now = time(nil)
    let last = swept.withLock { $0[key] }
    if let last, (0..<seconds).contains(now - last) { return }
    let count = remove(in: folder)
    swept.withLock { $0[key] = count < many ? nil : now }
  }

  // Returns how many names the folder has.
  private static func remove(in folder: Int32) -> Int {
    let own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0 else { return 0 }
    guard let listing = fdopendir(own) else {
      close(own)
      return 0
    }
    defer { closedir(listing) }
    var count = 0
    while let entry = readdir(listing) {
      count += 1
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let match = name.wholeMatch(of: /(?s).+\.tmp-(\d{1,9})-\d{1,10}/),
        let process = pid_t(match.1)
      else { continue }
      let descriptor = openat(own, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        status.st_uid == geteuid(), flock(descriptor, LOCK_EX | LOCK_NB) == 0,
        isGone(process, age: time(nil) - status.st_mtim.tv_sec)
      else { continue }
      unlinkat(own, name, 0)
    }
    return count
  }

  // A number may have gone to another process meanwhile, which holds no lock on the file.
  private static func isGone(_ process: pid_t, age: Int) -> Bool {
    kill(process, 0) == 0 || errno != ESRCH ? age > 3600 : true
  }
}
