import BasinCore
import BasinREPL
import Foundation
import Notebooks
import Plotting
import Torch

/// One thing that Basin runs on, and how it is.
struct Finding: Equatable {
  /// How much it matters.
  enum State: String {
    case fine
    /// Basin does its work without it, but less well.
    case advice
    /// Something that is needed is not there, or does not work.
    case missing
  }

  /// What it is: `gnuplot`.
  var part: String
  /// Its version, or what is known of it.
  var found: String
  var state = State.fine
  /// The command that mends it, or what to do.
  var remedy = ""
}

/// What `basin doctor` looks at.
struct Checkup {
  /// Whether the terminal is asked what it can show.
  var asksTerminal = true
  var environment = ProcessInfo.processInfo.environment

  /// All findings, in the order in which they are shown.
  func findings() -> [Finding] {
    libraries + devices + [gnuplot, fonts, chromium, temporaryFolder, history, pager, terminal]
  }

  // What is linked is there, or this would not run.
  private var libraries: [Finding] {
    let swift = _SwiftStdlibVersion.current
    return [
      Finding(part: "basin", found: BasinVersion.text),
      Finding(part: "Swift runtime", found: "\(swift)"),
      Finding(part: "libtorch", found: Engine.version),
      Finding(part: "cmark", found: MarkdownEngine.version),
      Finding(part: "libedit", found: PromptLibraries.editVersion),
      Finding(part: "libsixel", found: PromptLibraries.sixelVersion),
    ]
  }

  private var devices: [Finding] {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    let cpu = Finding(
      part: "device cpu", found: "\(processors) processor\(processors == 1 ? "" : "s")")
    let count = (0..<64).prefix { Engine.isAvailable(device: "cuda:\($0)") }.count
    if count > 0 {
      return [
        cpu, Finding(part: "device cuda", found: "\(count); `set device cuda` uses the first"),
      ]
    }
    guard access("/dev/nvidiactl", F_OK) == 0 else { return [cpu] }
    return [
      cpu,
      Finding(
        part: "device cuda", found: "there is a GPU, but this libtorch cannot use it",
        state: .advice,
        remedy: "build with BASIN_LIBTORCH=…/site-packages/torch of a PyTorch with CUDA"),
    ]
  }

  // Its version says little: a figure is drawn.
  private var gnuplot: Finding {
    let renderer = FigureRenderer(timeout: 20)
    do {
      let version = try renderer.gnuplotVersion()
      let panel = Figure.Panel(
        x: .init("x"), y: .init("y"), layers: [.line(x: [0, 1], y: [0, 1])])
      _ = try renderer.render(Figure("test", panels: [panel]), name: "doctor")
      return Finding(part: "gnuplot", found: version)
    } catch PlottingError.gnuplotMissing {
      return Finding(
        part: "gnuplot", found: "not found", state: .missing, remedy: Self.install("gnuplot-nox"))
    } catch {
      return Finding(
        part: "gnuplot", found: "\(error)", state: .missing,
        remedy: Self.install("--reinstall gnuplot-nox fonts-dejavu-core"))
    }
  }

  private var fonts: Finding {
    let hasFonts = (try? FigureRenderer().hasFonts()) ?? true
    return hasFonts
      ? Finding(part: "fonts", found: "there are some")
      : Finding(
        part: "fonts", found: "none: PNG figures have no text", state: .advice,
        remedy: Self.install("fonts-dejavu-core"))
  }

  private var chromium: Finding {
    if let printer = try? PagePrinter(environment: environment) {
      return Finding(part: "chromium", found: printer.executable)
    }
    return Finding(
      part: "chromium", found: "not found; `basin run --format pdf` needs one", state: .advice,
      remedy: Self.install("chromium"))
  }

  private var temporaryFolder: Finding {
    let folder = FileManager.default.temporaryDirectory.path
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
    let room = "\(NumberFormat.significant(3).text(Double(free) / Double(1 << 30))) GiB free"
    guard access(folder, W_OK) == 0 else {
      return Finding(
        part: "temporary folder", found: "\(folder) cannot be written", state: .missing,
        remedy: "set TMPDIR to a folder that can")
    }
    return free < 64 << 20
      ? Finding(
        part: "temporary folder", found: "\(folder), \(room)", state: .missing,
        remedy: "free some space, or set TMPDIR to another folder")
      : Finding(part: "temporary folder", found: "\(folder), \(room)")
  }

  private var history: Finding {
    guard let file = HistoryFile.standard(environment: environment) else {
      return Finding(
        part: "history", found: "there is no home folder", state: .advice,
        remedy: "set HOME or XDG_STATE_HOME")
    }
    // The file, or the first folder above it that is there.
    var path = file.path
    while access(path, F_OK) != 0, path != "/" {
      path = FilePath.folder(of: path)
    }
    guard access(path, W_OK) == 0 else {
      return Finding(
        part: "history", found: "\(path) cannot be written", state: .advice,
        remedy: "set XDG_STATE_HOME to a folder that can")
    }
    return Finding(part: "history", found: file.path)
  }

  private var pager: Finding {
    if let own = environment["PAGER"], !own.isEmpty { return Finding(part: "pager", found: own) }
    let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    if let folder = folders.first(where: { access("\($0)/less", X_OK) == 0 }) {
      return Finding(part: "pager", found: "\(folder)/less")
    }
    return Finding(
      part: "pager", found: "no less and no $PAGER", state: .advice, remedy: Self.install("less"))
  }

  private var terminal: Finding {
    let terminal = Terminal.current(STDOUT_FILENO, environment: environment)
    guard terminal.isInteractive else {
      return Finding(part: "terminal", found: "standard output is none")
    }
    guard terminal.canMoveCursor else {
      return Finding(
        part: "terminal", found: "one that only prints (TERM is '\(environment["TERM"] ?? "")')",
        state: .advice, remedy: "set TERM to the terminal's type, for instance xterm-256color")
    }
    let size =
      "\(terminal.columns ?? 80) × \(terminal.rows ?? 24), "
      + "\(terminal.hasColor ? "colours" : "no colours")"
    guard asksTerminal else { return Finding(part: "terminal", found: size) }
    let graphics = TerminalGraphics(takesKeys: false)
    let figures =
      switch graphics.method {
      case .kitty: "kitty graphics"
      case .sixels: "sixels"
      case nil: "text"
      }
    let between = graphics.multiplexerName.map { " (inside \($0))" } ?? ""
    return Finding(part: "terminal", found: "\(size), figures as \(figures)\(between)")
  }

  private static func install(_ packages: String) -> String {
    let prefix = getuid() == 0 ? "" : "sudo "
    return "\(prefix)apt-get install \(packages)"
  }
}
