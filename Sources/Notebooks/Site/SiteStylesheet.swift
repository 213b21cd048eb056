/// What a site's pages have beyond a report's style sheet.
enum SiteStylesheet {
  // No `<` and no `&` in it: pages are XML, too.
  /// For the links from a report to its site.
  static let navigation = """
    .site { display: flex; flex-wrap: wrap; gap: 0.3rem 1.5rem; max-width: 44rem;
      margin: 0 auto; padding: 1rem 1.25rem 0; }
    .site + main { padding-top: 1.5rem; }
    .site a { overflow-wrap: anywhere; }
    @media (max-width: 30rem) { .site { padding-left: 1rem; padding-right: 1rem; } }

    """

  /// For the index.
  static let index = """
    main { max-width: 58rem; }
    .search { margin: 0 0 2rem; }
    .search[hidden] { display: none; }
    .search label { display: block; font-size: 0.95rem; color: var(--muted); }
    .search input { font: inherit; color: var(--text); background: var(--ground); width: 100%;
      max-width: 30rem; border: 1px solid var(--muted); border-radius: 6px;
      padding: 0.4rem 0.7rem; }
    .search p { margin: 0.4rem 0 0; color: var(--muted); font-size: 0.95rem; min-height: 1.6em; }
    .reports { list-style: none; margin: 0; padding: 0; }
    .reports > li { display: grid; grid-template-columns: 17rem 1fr; gap: 1.75rem;
      padding: 1.75rem 0; border-top: 1px solid var(--line); }
    .reports > li[hidden] { display: none; }
    .reports > li:first-child { border-top: 0; padding-top: 0; }
    .reports h2 { margin: 0 0 0.3rem; font-size: 1.3rem; }
    .reports p { margin: 0 0 0.5rem; unicode-bidi: isolate; }
    .reports .abstract { font-size: 1rem; margin-top: 0.5rem; }
    .picture { align-self: start; }
    .picture img { display: block; width: 100%; max-height: 17rem; object-fit: contain; }
    .words { min-width: 0; }
    .reports > li.plain { grid-template-columns: 1fr; }
    .tags { display: flex; flex-wrap: wrap; gap: 0.35rem 0.5rem; list-style: none; padding: 0;
      margin: 0.7rem 0 0; font-size: 0.875rem; }
    .tags li { unicode-bidi: isolate; }
    .tags li > * { font: inherit; color: var(--text); background: var(--code);
      border: 1px solid var(--line); border-radius: 1rem; padding: 0.05rem 0.7rem; }
    .tags button { cursor: pointer; }
    .tags button:hover { border-color: var(--muted); }
    @media (max-width: 40rem) {
      .reports > li { grid-template-columns: 1fr; gap: 1rem; }
    }
    @media print {
      .search { display: none; }
      .reports > li { break-inside: avoid; grid-template-columns: 12rem 1fr; }
    }

    """
}
