import Foundation
import Testing

@testable import Notebooks

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Formulas become MathML; what is not understood is shown and named.
@Suite struct MathTests {
  private func body(_ tex: String) -> String {
    let html = Formula(source: tex, isDisplayed: false).mathML.html
    guard let start = html.range(of: "<semantics><mrow>"),
      let end = html.range(of: "</mrow><annotation")
    else { return html }
    return String(html[start.upperBound..<end.lowerBound])
  }

  @Test(arguments: [
    ("x", "<mi>x</mi>"),
    ("x^23", "<msup><mi>x</mi><mn>2</mn></msup><mn>3</mn>"),
    (
      "x_i^{n+1}",
      "<msubsup><mi>x</mi><mi>i</mi><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></msubsup>"
    ),
    ("3.14", "<mn>3.14</mn>"),
    ("a-b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
    ("\\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
    ("\\sqrt[3]{x}", "<mroot><mi>x</mi><mrow><mn>3</mn></mrow></mroot>"),
    ("\\mathbb{R}^d", "<msup><mi>ℝ</mi><mi>d</mi></msup>"),
    ("\\mathbf{w}", "<mi>𝐰</mi>"),
    ("\\boldsymbol\\theta", "<mi>𝜽</mi>"),
    ("\\mathcal L", "<mi>ℒ</mi>"),
    (
      "f'(x)",
      "<msup><mi>f</mi><mo>′</mo></msup><mo stretchy=\"false\">(</mo><mi>x</mi><mo stretchy=\"false\">)</mo>"
    ),
    (
      "\\sum_{i=1}^n",
      "<munderover><mo movablelimits=\"true\">∑</mo><mrow><mi>i</mi><mo>=</mo>"
        + "<mn>1</mn></mrow><mi>n</mi></munderover>"
    ),
    ("\\log x", "<mi>log</mi><mspace width=\"0.1667em\"></mspace><mi>x</mi>"),
    ("\\text{if } a < b", "<mtext>if\u{A0}</mtext><mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
    ("\\hat y", "<mover accent=\"true\"><mi>y</mi><mo stretchy=\"false\">^</mo></mover>"),
    (
      "\\left\\| w \\right\\|",
      "<mrow><mo stretchy=\"true\">‖</mo><mrow><mi>w</mi></mrow><mo stretchy=\"true\">‖</mo></mrow>"
    ),
    (
      "\\operatorname*{arg\\,min}_w",
      "<munder><mo movablelimits=\"true\">arg\u{2009}min</mo><mi>w</mi></munder>"
    ),
    (
      "\\begin{cases} 1 & x \\\\ 0 & y \\end{cases}",
      "<mrow><mo stretchy=\"true\">{</mo><mtable><mtr><mtd class=\"left\"><mrow><mn>1</mn></mrow>"
        + "</mtd><mtd class=\"left\"><mrow><mi>x</mi></mrow></mtd></mtr><mtr><mtd class=\"left\">"
        + "<mrow><mn>0</mn></mrow></mtd><mtd class=\"left\"><mrow><mi>y</mi></mrow></mtd></mtr>"
        + "</mtable></mrow>"
    ),
    ("\\not\\in", "<mo>∈\u{338}</mo>"),
    ("\\$5", "<mi mathvariant=\"normal\">$</mi><mn>5</mn>"),
  ])
  func isMathML(tex: String, expected: String) {
    #expect(body(tex) == expected)
    #expect(Formula(source: tex, isDisplayed: false).problem == nil)
  }

  @Test(arguments: [
    ("\\unicorn x", "“\\unicorn” is not known in formulas"),
    ("\\frac{1}", "something is missing at the end or before a brace"),
    ("{x", "a “}” is missing"),
    ("x}", "“}” too many"),
    ("x^2^3", "two “^” at one place; use braces"),
    ("\\left( x", "“\\left” without “\\right”"),
    ("\\begin{tikzpicture}\\end{tikzpicture}", "“\\begin{tikzpicture}” is not known in formulas"),
    ("\\begin{matrix} a", "“\\begin{matrix}” without “\\end{matrix}”"),
    (String(repeating: "{", count: 1000), "too deeply nested"),
    (String(repeating: "\\not", count: 1000), "too deeply nested"),
    (String(repeating: "\\sqrt", count: 800), "too deeply nested"),
    (String(repeating: "x", count: 4097), "more than 4096 characters"),
  ])
  func whatIsNotUnderstoodIsShown(tex: String, problem: String) {
    let formula = Formula(source: tex, isDisplayed: true)
    #expect(formula.problem == problem)
    let html = formula.mathML.html
    #expect(html.contains(tex.hasPrefix("\\unicorn") ? "\\unicorn" : tex))
  }

  /// All that the parser knows is XML, whatever it is applied to.
  @Test func everyCommandIsWellFormed() throws {
    let names =
      Array(MathSymbols.letters.keys) + MathSymbols.upright.keys + MathSymbols.operators.keys
      + MathSymbols.large.keys + MathSymbols.integrals.keys + MathSymbols.functions
      + MathSymbols.limits + MathSymbols.spaces.keys
    for name in names {
      let formula = Formula(source: "a \\\(name) b", isDisplayed: false)
      #expect(formula.problem == nil, "\(name)")
      #expect(XMLParser(data: Data(formula.mathML.html.utf8)).parse(), "\(name)")
    }
    for name in MathSymbols.accents.keys.sorted() {
      let formula = Formula(source: "\\\(name){ab}", isDisplayed: false)
      #expect(formula.problem == nil, "\(name)")
      #expect(XMLParser(data: Data(formula.mathML.html.utf8)).parse(), "\(name)")
    }
    for name in MathSymbols.matrices.keys.sorted() {
      let columns = name == "array" ? "{cc}" : ""
      let tex = "\\begin{\(name)}\(columns) a & b \\\\ c & d \\end{\(name)}"
      let formula = Formula(source: tex, isDisplayed: true)
      #expect(formula.problem == nil, "\(name)")
      #expect(formula.mathML.html.components(separatedBy: "<mtd").count == 5, "\(name)")
    }
  }
}
