import BasinCore

/// The last section of a page: what the numbers come from, and how to make them again.
struct ProvenanceMarkup {
  private let report: NumberedRun

  init(_ report: NumberedRun) { self.report = report }

  var html: Markup {
    let run = report.run
    var parts: [Markup] = [
      """
      <section class="provenance" aria-labelledby="provenance">
      <h2 id="provenance">Provenance</h2>
      <p>To make this report again:</p>
      <pre tabindex="0"><code>\(report.command)</code></pre>
      """,
      files,
      list("Parameters", run.notebook.parameters.map { NamedValue($0.name, $0.value) }),
      list("Settings", run.settings),
      list("Versions", run.versions),
    ]
    parts.append("</section>\n")
    return parts.joined(separator: "\n")
  }

  private var files: Markup {
    let rows = ([report.run.notebookFile] + report.run.inputs).map { file -> Markup in
      """
      <tr><td>\(line: file.path)</td><td class="number">\(file.size)</td>\
      <td><code>\(file.sha256)</code></td></tr>
      """
    }
    return """
      <div class="table" tabindex="0">
      <table>
      <caption>Files, the notebook first</caption>
      <thead>
      <tr><th scope="col">file</th><th scope="col" class="number">bytes</th>\
      <th scope="col">SHA-256</th></tr>
      </thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      """
  }

  private func list(_ title: Markup, _ values: [NamedValue]) -> Markup {
    if values.isEmpty { return "" }
    let entries = values.map { value -> Markup in
      "<div><dt>\(line: value.name)</dt><dd>\(line: value.value)</dd></div>"
    }
    return "<h3>\(title)</h3>\n<dl class=\"facts\">\n\(entries.joined(separator: "\n"))\n</dl>"
  }
}
