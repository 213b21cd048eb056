/// The one style sheet of a page: light and dark, wide and narrow, screen and paper.
enum Stylesheet {
  // No `<` and no `&` in it: the page is XML, too. Every pair of text and ground has a contrast of
  // at least 4.5 to 1.
  static let text = """
    :root {
      --ground: #ffffff; --text: #1c2126; --muted: #57606a; --line: #d5dae0; --link: #0b57a4;
      --code: #f4f6f8; --note: #eaf2fb; --note-line: #4a86c5; --warning: #fff5db;
      --warning-line: #b98900; --shade: #c3cad2; --error: #fdeeec; --error-line: #c0392f;
      color-scheme: light dark;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --ground: #14181d; --text: #e3e6ea; --muted: #a3acb5; --line: #363d45; --link: #8fbcf2;
        --code: #1f242a; --note: #17283a; --note-line: #5b93cf; --warning: #322809;
        --warning-line: #c79a1f; --shade: #4a535d; --error: #3a1a18; --error-line: #e06a5f;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
    body {
      margin: 0; background: var(--ground); color: var(--text);
      font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue",
        "Noto Sans", "Liberation Sans", Arial, sans-serif;
      overflow-wrap: break-word;
    }
    main { max-width: 44rem; margin: 0 auto; padding: 3rem 1.25rem 5rem; }
    h1, h2, h3, h4, h5, h6 { line-height: 1.25; text-wrap: balance; unicode-bidi: isolate; }
    h1 { font-size: 2.1rem; margin: 0 0 0.6rem; letter-spacing: -0.015em; }
    h2 { font-size: 1.45rem; margin: 3rem 0 0.8rem; }
    h3 { font-size: 1.15rem; margin: 2.2rem 0 0.6rem; }
    h4, h5, h6 { font-size: 1rem; margin: 1.8rem 0 0.4rem; }
    p, ul, ol, dl, pre, blockquote, figure { margin: 0 0 1.1rem; }
    a { color: var(--link); text-underline-offset: 0.15em; }
    :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--line);
      color: var(--muted); }
    hr { border: 0; border-top: 1px solid var(--line); margin: 2.5rem 0; }
    img { max-width: 100%; height: auto; }
    .image { color: var(--muted); }
    code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono",
      "Liberation Mono", monospace; font-size: 0.875em; background: var(--code);
      padding: 0.1em 0.3em; border-radius: 3px; }
    pre { background: var(--code); border: 1px solid var(--line); border-radius: 6px;
      padding: 0.75rem 1rem; overflow-x: auto; line-height: 1.5; }
    pre code { background: none; padding: 0; }
    header { border-bottom: 1px solid var(--line); margin-bottom: 2rem; padding-bottom: 1rem; }
    .byline { margin: 0 0 0.2rem; color: var(--muted); unicode-bidi: isolate; }
    header .note, .abstract { margin-top: 1.2rem; }
    .abstract { font-size: 1.1em; }
    .abstract > :last-child { margin-bottom: 0; }
    nav { font-size: 0.95rem; margin-bottom: 2.5rem; }
    nav h2 { font-size: 1rem; margin: 0 0 0.4rem; }
    nav ul { list-style: none; margin: 0; padding: 0; }
    nav li { margin: 0.15rem 0; unicode-bidi: isolate; }
    nav .level-3 { padding-left: 1.25rem; }
    math { font-size: 1.08em; font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math",
      "Libertinus Math", "DejaVu Math TeX Gyre", math; }
    .formula { display: block; margin: 1.1rem 0; overflow-x: auto; overflow-y: hidden; }
    .formula math { width: max-content; min-width: 100%; }
    mtd.left { text-align: left; }
    mtd.right { text-align: right; }
    mtd.tight { padding-left: 0; padding-right: 0; }
    merror, .missing { background: var(--error); outline: 1px solid var(--error-line); }
    sup { line-height: 0; font-size: 0.75em; }
    sup a { text-decoration: none; }
    .footnotes { border-top: 1px solid var(--line); margin-top: 3.5rem; font-size: 0.95rem; }
    .footnotes h2 { font-size: 1.15rem; margin-top: 1.6rem; }
    .footnotes li > p { margin-bottom: 0.4rem; }
    .back { text-decoration: none; }
    :target { scroll-margin-top: 1rem; }
    figure:target figcaption, li:target, table:target caption { background: var(--note); }
    .code > summary { display: flex; gap: 0.6rem; align-items: baseline; margin: 0;
      border-left: 3px solid var(--note-line); padding: 0.15rem 0 0.15rem 0.8rem; }
    .code > summary::before { content: "▸"; }
    .code[open] > summary::before { content: "▾"; }
    .code[open] > summary { margin-bottom: 0.5rem; }
    .code[open] .peek { display: none; }
    .peek { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; min-width: 0;
      color: var(--text); }
    .listing { position: relative; }
    .listing .command { margin: 0; padding-right: 5rem; }
    .copy { position: absolute; top: 0.45rem; right: 0.5rem; font: inherit; font-size: 0.8rem;
      color: var(--text); background: var(--ground); border: 1px solid var(--line);
      border-radius: 4px; padding: 0.15rem 0.6rem; cursor: pointer; }
    .copy[hidden] { display: none; }
    th button { font: inherit; color: inherit; text-align: inherit; background: none; border: 0;
      padding: 0; cursor: pointer; }
    th button:hover { text-decoration: underline; }
    th[aria-sort="ascending"] button::after { content: " ▲"; font-size: 0.7em; }
    th[aria-sort="descending"] button::after { content: " ▼"; font-size: 0.7em; }
    .download { display: block; font-size: 0.875rem; margin-top: 0.3rem; }
    .cell { margin: 1.5rem 0 2rem; }
    .cell > * { margin: 0 0 1.1rem; }
    .command, .provenance pre { white-space: pre-wrap; overflow-wrap: anywhere; }
    .command span, .note span { white-space: nowrap; }
    .command { border-left: 3px solid var(--note-line); border-radius: 0 6px 6px 0; }
    .note { background: var(--note); border-left: 3px solid var(--note-line);
      border-radius: 0 6px 6px 0; padding: 0.6rem 1rem; font-size: 0.95rem; }
    .note.warning { background: var(--warning); border-color: var(--warning-line); }
    .note.error { background: var(--error); border-color: var(--error-line); }
    .scalars { display: flex; flex-wrap: wrap; gap: 0.75rem 2.25rem; }
    .scalars dt { font-size: 0.9rem; color: var(--muted); unicode-bidi: isolate; }
    .scalars dd { margin: 0; font-size: 1.3rem; font-variant-numeric: tabular-nums;
      unicode-bidi: isolate; }
    .table { margin-bottom: 1.1rem; width: max-content; min-width: 100%;
      max-width: min(72rem, 100vw - 2.5rem); position: relative; left: 50%;
      transform: translateX(-50%); }
    li .table, blockquote .table { width: auto; max-width: none; left: 0; transform: none; }
    .table, figure div { overflow-x: auto;
      background:
        linear-gradient(to right, var(--ground) 40%, transparent) left / 2.5rem 100% local,
        linear-gradient(to left, var(--ground) 40%, transparent) right / 2.5rem 100% local,
        linear-gradient(to right, var(--shade), transparent) left / 0.9rem 100% scroll,
        linear-gradient(to left, var(--shade), transparent) right / 0.9rem 100% scroll;
      background-repeat: no-repeat; }
    table { border-collapse: collapse; font-size: 0.95rem; line-height: 1.4;
      font-variant-numeric: tabular-nums; width: max-content; min-width: min(100%, 22rem); }
    caption { position: sticky; left: 0; max-width: calc(100vw - 2.5rem); caption-side: top; text-align: left; padding: 0 0 0.5rem; color: var(--muted);
      unicode-bidi: isolate; }
    caption strong, figcaption strong { color: var(--text); }
    th, td { padding: 0.4rem 0.9rem; max-width: 24rem; text-align: left; vertical-align: baseline;
      border-bottom: 1px solid var(--line); unicode-bidi: isolate; }
    th:first-child, td:first-child { padding-left: 0.25rem; }
    th:last-child, td:last-child { padding-right: 0.25rem; }
    thead th { border-top: 2px solid var(--text); border-bottom: 1px solid var(--text);
      font-weight: 600; vertical-align: bottom; }
    tbody tr:last-child td { border-bottom: 2px solid var(--text); }
    .number { text-align: right; white-space: nowrap; }
    thead .number { white-space: normal; max-width: 9rem; }
    .right { text-align: right; }
    .center { text-align: center; }
    details { margin-bottom: 1.1rem; }
    summary { cursor: pointer; font-size: 0.95rem; color: var(--muted); padding: 0.2rem 0;
      margin-bottom: 0.6rem; unicode-bidi: isolate; }
    figure { text-align: center; }
    figure svg { display: block; margin: 0 auto; }
    .wide { width: min(60rem, 100vw - 2.5rem);
      margin-left: calc(50% - min(30rem, 50vw - 1.25rem)); }
    figcaption { font-size: 0.95rem; line-height: 1.5; color: var(--muted); text-align: left;
      max-width: 41.5rem; margin: 0.6rem auto 0; unicode-bidi: isolate; }
    .dark { display: none; }
    @media screen and (prefers-color-scheme: dark) {
      .light { display: none; }
      .dark { display: block; }
    }
    .provenance { border-top: 1px solid var(--line); margin-top: 4rem; font-size: 0.95rem; }
    .provenance h2 { margin-top: 2rem; }
    .provenance h3 { font-size: 1rem; margin-top: 1.6rem; }
    .provenance td { overflow-wrap: normal; max-width: none; }
    .provenance td code { background: none; padding: 0; }
    .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr));
      gap: 0.2rem 2rem; }
    .facts div { display: flex; justify-content: space-between; gap: 1rem;
      border-bottom: 1px solid var(--line); padding: 0.2rem 0; }
    .facts dt { color: var(--muted); unicode-bidi: isolate; }
    .facts dd { margin: 0; text-align: right; overflow-wrap: anywhere; unicode-bidi: isolate; }
    @media (max-width: 30rem) {
      main { padding: 1.5rem 1rem 3rem; }
      h1 { font-size: 1.6rem; }
      h2 { font-size: 1.3rem; margin-top: 2.2rem; }
      th, td { padding: 0.35rem 0.6rem; }
      .wide { width: 100%; margin-left: 0; }
      .table { width: auto; max-width: none; left: 0; transform: none; }
      figure svg { min-width: 32rem; }
      figure.wide svg { min-width: 48rem; }
    }
    @media print {
      @page { margin: 18mm 16mm; }
      body { font-size: 10.5pt; line-height: 1.45; }
      main { max-width: none; padding: 0; }
      a { color: inherit; text-decoration: none; }
      h2, h3, h4, caption, .listing { break-after: avoid; }
      figure, tr, .note, .scalars, .cell > .table { break-inside: avoid; }
      th button { display: contents; }
      .wide { width: 100%; margin-left: 0; }
      pre, .provenance td code { white-space: pre-wrap; overflow-wrap: anywhere; }
      .table { overflow: visible; width: auto; max-width: none; left: 0; transform: none; }
      .table, figure div { background: none; overflow: visible; }
      table { font-size: 9pt; width: auto; max-width: 100%; }
      th, td { padding: 0.25rem 0.5rem; max-width: none; }
      td:first-child { min-width: 4em; }
      nav, summary, .code > summary, .copy, .download, .back { display: none; }
      .listing .command { padding-right: 1rem; }
      details::details-content { content-visibility: visible; height: auto; }
    }

    """
}
