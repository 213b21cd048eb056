import BasinCore
import Programs

/// A figure could not be drawn.
public enum PlottingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is no gnuplot at this path, or on `PATH`.
  case gnuplotMissing(String)
  /// gnuplot was ended by a signal.
  case killed(signal: Int32)
  /// gnuplot was ended because it took longer than this.
  case timedOut(seconds: Double)
  /// gnuplot stopped at an error, with its own words.
  case failed(String)
  /// gnuplot ended well, but the file it wrote is empty or cut.
  case incomplete(file: String, folder: String)
  /// The system refused something that drawing needs.
  case system(String)
  /// The figure itself cannot be drawn, and why.
  case unusable(figure: String, reason: String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .gnuplotMissing(let path):
      "cannot draw figures: there is no gnuplot at “\(path)”; install it (Debian: "
        + "apt install gnuplot-nox, macOS: brew install gnuplot)"
    case .killed(let signal):
      "cannot draw the figure: gnuplot was killed by signal \(signal)"
    case .timedOut(let seconds):
      "cannot draw the figure: gnuplot took longer than "
        + "\(NumberFormat.significant(3).text(seconds)) s and was stopped"
    case .failed(let message):
      "cannot draw the figure: gnuplot said “\(message)”"
    case .incomplete(let file, let folder):
      "cannot draw the figure: gnuplot wrote \(file) only in part; is the disk that holds "
        + "\(folder) full?"
    case .system(let reason):
      "cannot draw the figure: \(reason)"
    case .unusable(let figure, let reason):
      "cannot draw “\(figure)”: \(reason)"
    }
  }
}

extension PlottingError {
  /// Runs `body`, and has its errors of starting programs speak of gnuplot.
  static func translating<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch ProgramError.missing(let path) {
      throw PlottingError.gnuplotMissing(path)
    } catch ProgramError.system(let reason) {
      throw PlottingError.system(reason)
    }
  }

  /// A folder for one run of gnuplot.
  static func workFolder() throws -> WorkFolder { try translating { try WorkFolder() } }
}
