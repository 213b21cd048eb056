import Foundation
import Testing

@testable import Notebooks

/// Text of any shape is read in time that grows with its length, not with its square.
@Suite(.serialized) struct GrowthTests {
  private static func seconds(_ text: String) throws -> Double {
    let start = ContinuousClock.now
    let run = try Replay(try notebook(text), with: Calculator()).run()
    let prose = Prose(NumberedRun(run))
    let time = start.duration(to: .now) / .seconds(1)
    #expect(prose.html.html.count > 0)
    return time
  }

  private static let cell = "\n```basin id=curve\nplot 1 2 3\n```\n"

  /// A text with `count` parts of one shape.
  private static func text(_ shape: String, _ count: Int) -> String {
    let places = 0..<count
    switch shape {
    case "notes":
      return places.map { "a[^\($0)]\n" }.joined() + "\n" + places.map { "[^\($0)]: n\n" }.joined()
    case "mentions": return String(repeating: "a[^n] ", count: count) + "\n\n[^n]: n\n"
    case "missing notes": return places.map { "a[^\($0)]\n" }.joined()
    case "references": return cell + String(repeating: "@fig-curve ", count: count)
    case "missing references": return cell + String(repeating: "@fig-other ", count: count)
    case "headings": return String(repeating: "# Same\n\n", count: count)
    case "links": return "# A\n\n" + String(repeating: "[x](#a) [y](#b)\n", count: count)
    case "cells": return String(repeating: "```basin\n# same\n```\n\n", count: count)
    case "tables":
      return String(repeating: "| a |\n|---|\n| x[^n] |\n\n", count: count) + "[^n]: n\n"
    case "words": return "```basin\nsum " + String(repeating: "1 ", count: count) + "\n```\n"
    case "long word": return "```basin\nsum " + String(repeating: "1", count: count) + "\n```\n"
    case "parameters":
      return "---\nparameters: {x: {type: string, default: a b}}\n---\n```basin allow-error\nsum "
        + String(repeating: "{x} ", count: count) + "\n```\n"
    case "backticks":
      // As many runs of different lengths as that many characters give.
      var runs: [String] = []
      var left = count
      while left > 0 {
        runs.append(String(repeating: "`", count: runs.count + 1))
        left -= runs.count + 1
      }
      return runs.joined(separator: " ")
    default: return String(repeating: shape, count: count)
    }
  }

  @Test(
    arguments: [
      ("notes", 400), ("mentions", 1000), ("missing notes", 400), ("references", 1000),
      ("missing references", 400), ("headings", 400), ("links", 300), ("cells", 200),
      ("tables", 200),
      ("words", 2000), ("long word", 10_000), ("parameters", 500), ("backticks", 10_000),
      ("$a ", 800),
      ("$$a ", 800), ("[", 1000), ("*a _", 800), ("<", 1000), ("\\", 2000), ("|", 2000),
    ] as [(String, Int)])
  func timeGrowsWithLength(shape: String, count: Int) throws {
    _ = try Self.seconds(Self.text(shape, count))
    // Sixteen times as much text takes 16 times as long, or 256 times where each part looks at all others. The
    // smaller text is timed as the best of three, and a moment is forgiven.
    let small = try (0..<3).map { _ in try Self.seconds(Self.text(shape, count)) }.min() ?? 0
    let large = try Self.seconds(Self.text(shape, 16 * count))
    #expect(large < 64 * small + 0.5, "\(small) s, \(large) s")
  }
}
