import CGnuplot

/// An open stream of commands and binary records into gnuplot.
///
/// After the first failure, when gnuplot no longer reads, everything else is dropped: the outcome
/// of the process says why.
final class GnuplotStream {
  private var stream: OpaquePointer?

  /// Takes over a descriptor.
  init(descriptor: Int32) { stream = cgnuplot_open(descriptor) }

  deinit { close() }

  func send(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      guard let stream, let base = bytes.baseAddress else { return }
      base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { text in
        check(cgnuplot_send_text(stream, text, bytes.count))
      }
    }
  }

  func send(_ block: DataBlock) {
    guard let stream else { return }
    switch block.shape {
    case .records:
      check(cgnuplot_send_records(stream, block.values, block.rows, block.columns.count))
    case .grid(let columns):
      check(cgnuplot_send_grid(stream, block.values.map(Float.init), block.rows, columns))
    }
  }

  func close() {
    guard let stream else { return }
    _ = cgnuplot_close(stream)
    self.stream = nil
  }

  private func check(_ status: Int32) {
    if status != 0 { close() }
  }
}
