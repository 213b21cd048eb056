import BasinCore
import Foundation

/// The one script of an index: it looks for words in titles, abstracts, authors, dates and tags. The
/// list is whole without it.
enum SiteScript {
  // No `<` and no `&` in it: the page is XML, too. All words must be there, in any order; case and
  // accents do not count. What is looked for stands in the address, so that it can be shared.
  static let text = """
    'use strict';
    const plain = (text) => text.normalize('NFKD').replace(/\\p{M}/gu, '').toLowerCase();
    const box = document.querySelector('.search');
    const input = document.getElementById('search');
    const found = document.getElementById('found');
    const reports = Array.from(document.querySelectorAll('.reports > li'), (item) => (
      { item, text: plain(item.querySelector('.words').innerText) }));
    const search = () => {
      const words = plain(input.value).split(/\\s+/).filter((word) => word);
      let count = 0;
      for (const { item, text } of reports) {
        item.hidden = !words.every((word) => text.includes(word));
        if (!item.hidden) count += 1;
      }
      found.textContent = words.length ? `${count} of ${reports.length} reports` : '';
      const address = input.value ? '#q=' + encodeURIComponent(input.value) : ' ';
      try { history.replaceState(null, '', address.trim() || location.pathname); } catch (error) {}
    };
    const take = () => {
      const match = /^#q=(.*)$/.exec(location.hash);
      if (!match) return;
      try { input.value = decodeURIComponent(match[1]); } catch (error) { return; }
      search();
    };
    box.hidden = false;
    input.addEventListener('input', search);
    addEventListener('hashchange', take);
    for (const tag of document.querySelectorAll('.tags li')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...tag.firstChild.childNodes);
      tag.replaceChildren(button);
      button.addEventListener('click', () => {
        input.value = button.textContent;
        search();
        input.focus();
      });
    }
    take();

    """

  /// What a policy calls it: `'sha256-…'`.
  static let source = "'sha256-\(Data(SHA256.digest(of: text.utf8)).base64EncodedString())'"
}
