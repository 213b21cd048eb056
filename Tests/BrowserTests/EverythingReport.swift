import BasinCore
import Foundation
import TestSupport

/// A report that has everything a report can have, made by the program itself.
struct EverythingReport {
  /// The report's folder.
  let folder: String
  /// Its page.
  var page: String { folder + "/index.html" }

  private let temporary: TemporaryFolder

  /// The commands of its first cell.
  static let firstCell = """
    # Two small networks.
    data digits
    train mlp:hidden=8 --epochs {epochs} --seeds 0..1 --snapshot epoch \\
      --out runs --as seeds
    eval seeds
    """.replacing("{epochs}", with: "2")

  init() throws {
    temporary = try TemporaryFolder()
    folder = temporary.path + "/Reports/everything"
    try AtomicFile.write(Self.notebook, to: temporary.path + "/everything.md")
    let log = temporary.path + "/log"
    let process = try BuiltProgram("basin").start(
      ["run", "everything.md", "--no-cache"], in: temporary.path, output: log)
    process.waitUntilExit()
    // One cell fails.
    guard process.terminationStatus == 1, FileManager.default.fileExists(atPath: page) else {
      throw Browser.Failure(
        description: String(
          decoding: FileManager.default.contents(atPath: log) ?? .init(), as: UTF8.self))
    }
  }

  private static let notebook = """
    ---
    title: A report with everything
    author: [A. Author, B. Author]
    date: 2026-03-01
    abstract: About *two* networks of $h = 8$ units, see @fig-plane.[^small]
    seed: 3
    parameters: {epochs: 2}
    ---

    ## Training

    Let $f_{\\boldsymbol\\theta}(\\mathbf x)$ be a network. The loss is
    $$
    \\mathcal L(\\boldsymbol\\theta) = \\frac{1}{n}\\sum_{i=1}^{n}
      \\ell\\left(f_{\\boldsymbol\\theta}(\\mathbf x_i), y_i\\right), \\qquad
    \\boldsymbol\\theta^\\star = \\operatorname*{arg\\,min}_{\\boldsymbol\\theta} \\mathcal L(\\boldsymbol\\theta)
      = \\begin{cases} 0 & \\text{if } n \\to \\infty \\\\ \\sqrt[3]{\\frac{a}{b}} & \\text{else} \\end{cases}
    $$
    See @tbl-training and @tbl-training-2, *with @fig-training*, and the folded @tbl-long-2.

    ```basin id=training caption="Training of the two networks."
    # Two small networks.
    data digits
    train mlp:hidden=8 --epochs {epochs} --seeds 0..1 --snapshot epoch \\
      --out runs --as seeds
    eval seeds
    ```

    ### Results

    | quantity | meaning | a_long_name_without_any_place_to_break_it_which_goes_on_and_on_and_on |
    |:--|--:|:-:|
    | $d$ | distance[^small] | @fig-plane |

    - a list
      1. with $x^2$ and `code`

    > A quotation, and [a link](https://example.org/) that nothing loads, and
    > ![an image](https://example.org/x.png).

    ![drawn](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==)

        basin --a-line-of-code --that-is-much-longer-than-a-narrow-window-is-wide --and-goes-on-and-on-and-on

    ---

    ```basin id=similarity
    similarity seeds
    ```

    #### A heading of the fourth level

    ```basin id=plane caption="The diversity–accuracy plane."
    load runs/seed0/epoch*.safetensors --as path
    diversity seeds path --baseline seeds[0]
    ```

    ```basin id=long hide
    train mlp:hidden=4 --epochs 1 --seeds 0..29 --out many --as many
    eval many
    ```

    An unknown one: @fig-none, and $\\unicorn{x}$.[^other]

    ```basin id=broken
    nonsense
    ```

    ```basin id=expected allow-error
    eval nothing
    ```

    [^small]: These are *small* networks: see @tbl-similarity.
    [^other]: Another note.

        With a second paragraph.
    """
}
