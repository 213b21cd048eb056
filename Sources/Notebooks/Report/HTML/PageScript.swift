import BasinCore
import Foundation

/// The one script of a page. It copies code and sorts tables; a page can be read without it.
enum PageScript {
  // No `<` and no `&` in it: the page is XML, too. Clicking a header for the third time gives the
  // order of the report back; what is no number comes last.
  static let text = """
    'use strict';
    for (const button of document.querySelectorAll('button.copy')) {
      const code = button.parentNode.querySelector('code');
      button.hidden = false;
      button.addEventListener('click', async () => {
        let isDone = false;
        try {
          await navigator.clipboard.writeText(code.textContent);
          isDone = true;
        } catch (error) {
          const range = document.createRange();
          range.selectNodeContents(code);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          isDone = document.execCommand('copy');
          getSelection().removeAllRanges();
        }
        button.textContent = isDone ? 'Copied' : 'Not copied';
        setTimeout(() => { button.textContent = 'Copy'; }, 1500);
      });
    }
    for (const table of document.querySelectorAll('table.sortable')) {
      const rows = Array.from(table.tBodies[0].rows);
      const heads = Array.from(table.tHead.rows[0].cells);
      const key = (row, column) => {
        const cell = row.cells[column];
        if ('value' in cell.dataset) return Number(cell.dataset.value);
        return heads[column].classList.contains('number') ? NaN : cell.textContent;
      };
      const compare = (one, other, sign) => {
        if (typeof one === 'string' ? typeof other === 'string' : false) {
          return sign * one.localeCompare(other, undefined, { numeric: true });
        }
        const missing = Number(Number.isNaN(one)) - Number(Number.isNaN(other));
        if (missing !== 0 || Number.isNaN(one)) return missing;
        return one === other ? 0 : one > other ? sign : -sign;
      };
      heads.forEach((head, column) => {
        if (head.textContent.trim() === '') return;
        const button = document.createElement('button');
        button.type = 'button';
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener('click', () => {
          const order = head.getAttribute('aria-sort');
          const next = order === 'ascending' ? 'descending' : order ? null : 'ascending';
          heads.forEach((other) => other.removeAttribute('aria-sort'));
          let sorted = rows;
          if (next) {
            head.setAttribute('aria-sort', next);
            const sign = next === 'ascending' ? 1 : -1;
            sorted = rows.slice().sort(
              (one, other) => compare(key(one, column), key(other, column), sign));
          }
          table.tBodies[0].append(...sorted);
        });
      });
    }

    """

  /// What a policy calls it: `'sha256-…'`.
  static let source = "'sha256-\(Data(SHA256.digest(of: text.utf8)).base64EncodedString())'"
}
