import BasinCore
import Foundation

/// Commands for gnuplot with the numbers they draw. The same script can be sent down a pipe, with
/// binary records after each plot, or kept as files that gnuplot runs without Basin.
struct Script {
  /// One thing drawn by a `plot` or `splot` command.
  struct Element {
    /// The numbers; `nil` when `style` begins with a function or a data block of gnuplot's own.
    var data: DataBlock?
    /// What follows the data: `using 1:2 with lines lc rgb '#0072B2' notitle`.
    var style: String

    init(_ data: DataBlock? = nil, _ style: String) {
      self.data = data
      self.style = style
    }
  }

  private enum Step {
    case command(String)
    case plot(String, [Element])
  }

  private var steps: [Step] = []

  /// Adds a command, which holds no text from outside but for `SafeText.quoted`.
  mutating func add(_ command: String) { steps.append(.command(command)) }

  /// Adds a `plot` or `splot` command. Elements without numbers are left out, because gnuplot
  /// would take what follows an empty record for data; without elements nothing is drawn.
  mutating func plot(_ elements: [Element], command: String = "plot") {
    let drawable = elements.filter { $0.data.map { $0.rows > 0 } ?? true }
    guard !drawable.isEmpty else { return }
    steps.append(.plot(command, drawable))
  }

  /// All text of the commands.
  var text: String {
    steps.map { step in
      switch step {
      case .command(let text): text
      case .plot(let command, let elements):
        command + elements.map(\.style).joined(separator: "\n")
      }
    }.joined(separator: "\n")
  }

  /// The script with other characters in its texts.
  ///
  /// - Parameter substitutes: What stands for a character. Commands themselves have ASCII ones, which stay.
  func replacing(_ substitutes: [Unicode.Scalar: Character]) -> Script {
    if substitutes.isEmpty { return self }
    func replaced(_ text: String) -> String {
      var result = String.UnicodeScalarView()
      for scalar in text.unicodeScalars {
        if let other = substitutes[scalar] {
          result.append(contentsOf: other.unicodeScalars)
        } else {
          result.append(scalar)
        }
      }
      return String(result)
    }
    var script = self
    script.steps = steps.map { step in
      switch step {
      case .command(let text): return .command(replaced(text))
      case .plot(let command, let elements):
        return .plot(
          replaced(command), elements.map { Element($0.data, replaced($0.style)) })
      }
    }
    return script
  }

  mutating func add(_ other: Script) { steps += other.steps }

  /// Sends the commands with binary records.
  func send(to stream: GnuplotStream) {
    for step in steps {
      switch step {
      case .command(let text): stream.send(text + "\n")
      case .plot(let command, let elements):
        let list = elements.map { element in
          element.data.map { data in
            "'-' \(data.binaryFormat(isSolid: command == "splot")) \(element.style)"
          } ?? element.style
        }
        stream.send("\(command) \(list.joined(separator: ", "))\n")
        for element in elements { if let data = element.data { stream.send(data) } }
      }
    }
  }

  /// The commands as a script with its data files beside it.
  func files(named name: String) -> [RenderedFigure.Source] {
    var lines = [
      "# Draws \(name).svg: run “gnuplot \(name).gp” in this folder.",
      "# Colours, fonts and line widths may be changed below. What it draws is in \(name)-N.dat and",
      "# .bin, prepared for drawing; the numbers as they were measured are in \(name).csv.",
    ]
    var files: [RenderedFigure.Source] = []
    var known: [(block: DataBlock, file: String)] = []
    var marks = 0
    for step in steps {
      switch step {
      case .command(let text): lines.append(text)
      case .plot(let command, let elements):
        let list = elements.map { element -> String in
          guard let data = element.data else { return element.style }
          if data.isLegendMark {
            marks += 1
            lines.append("$legend\(marks) << END\n\(data.records)END")
            return "$legend\(marks) \(element.style)"
          }
          let file: String
          if let same = known.first(where: { $0.block.hasSameNumbers(as: data) }) {
            file = same.file
          } else {
            file = "\(name)-\(known.count + 1).\(data.fileExtension)"
            known.append((data, file))
            files.append(.init(name: file, data: data.fileContent))
          }
          return "'\(file)' \(data.fileFormat(isSolid: command == "splot")) \(element.style)"
        }
        lines.append("\(command) " + list.joined(separator: ", \\\n  "))
      }
    }
    // gnuplot writes `>` as it is, and this is the one place where XML minds.
    let script = (lines.joined(separator: "\n") + "\n").replacingScalars("]]>", with: "]] >")
    return [.init(name: "\(name).gp", data: Data(script.utf8))] + files
  }
}
