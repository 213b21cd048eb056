import CEdit
import Foundation

extension LineEditor {
  /// Gives libedit the next character: 1 for one, 0 at the end, -1 when the line is given up.
  func readScalar(into scalar: UnsafeMutablePointer<wchar_t>?) -> Int32 {
    guard let first = nextByte() else { return wasInterrupted ? -1 : 0 }
    var bytes = [first]
    let length = Self.sequenceLength(first)
    while bytes.count < length, let next = nextByte() {
      guard next & 0xC0 == 0x80 else {
        pendingByte = next
        break
      }
      bytes.append(next)
    }
    if wasInterrupted { return -1 }
    let decoded = String(decoding: bytes, as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}"
    scalar?.pointee = wchar_t(bitPattern: decoded.value)
    return 1
  }

  /// Forgets signals that came while no line was read.
  func drainSignals() {
    guard wake >= 0 else { return }
    var byte: UInt8 = 0
    while read(wake, &byte, 1) == 1 {}
  }

  private static func sequenceLength(_ first: UInt8) -> Int {
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }

  /// The next byte from the terminal, one at a time so that a child process finds what is typed
  /// for it; `nil` at the end or after an interrupt.
  private func nextByte() -> UInt8? {
    if let byte = pendingByte {
      pendingByte = nil
      return byte
    }
    if !typedAhead.isEmpty { return typedAhead.removeFirst() }
    while true {
      var descriptors = [
        pollfd(fd: input, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&descriptors, 2, -1) < 0 {
        if errno == EINTR { continue }
        return nil
      }
      if descriptors[1].revents != 0, !handleSignal() { return nil }
      guard descriptors[0].revents != 0 else { continue }
      var byte: UInt8 = 0
      let count = read(input, &byte, 1)
      if count == 1 { return byte }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      return nil
    }
  }

  /// Deals with one signal; `false` when it gives the line up.
  private func handleSignal() -> Bool {
    var byte: UInt8 = 0
    guard read(wake, &byte, 1) == 1 else { return true }
    switch byte {
    case UInt8(ascii: "I"):
      wasInterrupted = true
      leaveLine(with: "^C")
      errno = EINTR
      return false
    case UInt8(ascii: "W"):
      redrawAfterResize()
    default:
      cedit_prepare_terminal(editor)
      cedit_refresh(editor)
    }
    return true
  }

  /// Writes `mark` at the end of the line and goes to a fresh row below it.
  func leaveLine(with mark: String) {
    let place = geometry()
    let down = String(repeating: "\n", count: place.end.row - place.cursor.row)
    let right = place.end.column > 0 ? "\u{1B}[\(place.end.column)C" : ""
    write(down + "\r" + right + mark + "\r\n")
  }

  // The terminal has broken the line again at its new width, and the cursor went with the text: from
  // there it is as many rows up to the prompt as the new width makes.
  private func redrawAfterResize() {
    let row = geometry().cursor.row
    write("\r" + (row > 0 ? "\u{1B}[\(row)A" : "") + "\u{1B}[J")
    el_resize(editor)
    cedit_refresh(editor)
  }

  private func geometry() -> LineGeometry {
    let (line, cursor) = currentLine()
    return LineGeometry(
      prompt + line, cursor: prompt.unicodeScalars.count + cursor,
      columns: Terminal.current(output).columns ?? 80)
  }

  /// The line as it is now, and the cursor's place in Unicode scalars.
  func currentLine() -> (line: String, cursor: Int) {
    guard let info = el_line(editor)?.pointee, let start = info.buffer else { return ("", 0) }
    func text(_ end: UnsafePointer<CChar>?) -> String {
      guard let end, end > start else { return "" }
      let bytes = UnsafeRawBufferPointer(start: start, count: end - start)
      return String(decoding: bytes, as: UTF8.self)
    }
    return (text(info.lastchar), text(info.cursor).unicodeScalars.count)
  }
}
