/// What is asked of a page once it is shown: each check is an expression that gives the problems it
/// found, one string each.
enum PageChecks {
  /// All that hold in every view of a report.
  static let all: [(name: String, script: String)] = [
    ("links", links), ("contents", contents), ("figures", figures), ("names", names),
    ("headings", headings), ("tables", tables), ("contrast", contrast), ("width", width),
  ]

  /// Ids are unique, and every link and every reference of one element to another has its target.
  static let links = """
    (() => {
      const problems = [];
      const ids = new Map();
      for (const element of document.querySelectorAll('[id]')) {
        if (ids.has(element.id)) problems.push('two elements have the id ' + element.id);
        ids.set(element.id, element);
      }
      for (const link of document.querySelectorAll('a')) {
        const href = link.getAttribute('href');
        if (href === null) problems.push('a link without address: ' + link.textContent);
        else if (href.startsWith('#') && !ids.has(decodeURIComponent(href.slice(1))))
          problems.push('no target: ' + href);
      }
      for (const name of ['aria-labelledby', 'aria-describedby', 'for', 'headers'])
        for (const element of document.querySelectorAll('[' + name + ']'))
          for (const id of element.getAttribute(name).split(/\\s+/))
            if (!ids.has(id)) problems.push(name + ' without target: ' + id);
      for (const use of document.querySelectorAll('use')) {
        const href = use.getAttribute('href') ?? use.getAttribute('xlink:href');
        if (!ids.has(href.slice(1))) problems.push('use without target: ' + href);
      }
      return problems;
    })()
    """

  /// The contents list the headings of the second and third level, in their order.
  static let contents = """
    (() => {
      const nav = document.querySelector('main nav');
      if (!nav) return [];
      const listed = Array.from(nav.querySelectorAll('a')).map((link) => link.hash.slice(1));
      const headings = Array.from(document.querySelectorAll('main h2, main h3'))
        .filter((heading) => heading.id && !heading.closest('nav')).map((heading) => heading.id);
      return listed.join(' ') === headings.join(' ') ? []
        : ['the contents list ' + listed + ', the headings are ' + headings];
    })()
    """

  /// One drawing of each figure is shown, has a size, and its text lies inside of it.
  static let figures = """
    (() => {
      const problems = [];
      for (const figure of document.querySelectorAll('figure')) {
        const shown = Array.from(figure.querySelectorAll('svg')).filter((svg) => svg.checkVisibility());
        if (shown.length !== 1) { problems.push(figure.id + ' shows ' + shown.length); continue; }
        const box = shown[0].getBoundingClientRect();
        if (box.width < 200 || box.height < 100)
          problems.push(figure.id + ' is ' + box.width + ' by ' + box.height);
        for (const text of shown[0].querySelectorAll('text')) {
          const inner = text.getBoundingClientRect();
          if (inner.left < box.left - 1 || inner.right > box.right + 1 || inner.top < box.top - 1
            || inner.bottom > box.bottom + 1)
            problems.push(figure.id + ' cuts “' + text.textContent + '”');
        }
        const caption = figure.querySelector('figcaption');
        if (!/^Figure \\d+\\./.test(caption?.textContent.trim() ?? ''))
          problems.push(figure.id + ' has no number');
        const files = figure.querySelector('a[download]');
        if (!files?.href.startsWith('data:application/zip;base64,UEsD') || !files.checkVisibility())
          problems.push(figure.id + ' does not carry its files');
      }
      return problems;
    })()
    """

  /// All that a screen reader announces has a name, and the page a language and a title.
  static let names = """
    (() => {
      const problems = [];
      const named = (element) => {
        const ids = element.getAttribute('aria-labelledby');
        const text = ids ? ids.split(/\\s+/).map((id) => document.getElementById(id)?.textContent).join(' ')
          : element.getAttribute('aria-label') ?? element.getAttribute('alt') ?? element.textContent;
        return text.trim() !== '';
      };
      if (!document.documentElement.lang) problems.push('no language');
      if (!document.title.trim()) problems.push('no title');
      for (const element of document.querySelectorAll('a, button, summary, nav, section, th, [role], svg, img'))
        if (!element.closest('[hidden]') && !named(element) && element.localName !== 'th'
          && element.getAttribute('role') !== 'status')
          problems.push('no name: ' + element.outerHTML.slice(0, 120));
      for (const svg of document.querySelectorAll('figure svg'))
        if (svg.getAttribute('role') !== 'img' || !svg.querySelector(':scope > desc')?.textContent.trim())
          problems.push('no description: ' + svg.closest('figure').id);
      if (document.querySelectorAll('main').length !== 1) problems.push('not one main element');
      return problems;
    })()
    """

  /// One heading of the first level, and no level is left out.
  static let headings = """
    (() => {
      const levels = Array.from(document.querySelectorAll('h1, h2, h3, h4, h5, h6'))
        .map((heading) => Number(heading.localName[1]));
      const problems = [];
      if (levels.filter((level) => level === 1).length !== 1 || levels[0] !== 1)
        problems.push('levels ' + levels);
      levels.forEach((level, index) => {
        if (index && level > levels[index - 1] + 1)
          problems.push('h' + levels[index - 1] + ' is followed by h' + level);
      });
      return problems;
    })()
    """

  /// Headers have a scope, all rows the same width, and a table that is wider than its box can be
  /// scrolled by keyboard.
  static let tables = """
    (() => {
      const problems = [];
      for (const table of document.querySelectorAll('table')) {
        const rows = Array.from(table.rows);
        if (new Set(rows.map((row) => row.cells.length)).size !== 1) problems.push('a ragged table');
        for (const head of table.querySelectorAll('th'))
          if (!head.hasAttribute('scope')) problems.push('no scope: ' + head.textContent);
        const box = table.closest('.table');
        if (!box || (box.checkVisibility() && box.scrollWidth > box.clientWidth + 1 && box.tabIndex !== 0))
          problems.push('a table that cannot be scrolled');
      }
      for (const box of document.querySelectorAll('pre'))
        if (box.checkVisibility() && box.scrollWidth > box.clientWidth + 1 && box.tabIndex !== 0)
          problems.push('code that cannot be scrolled: ' + box.textContent.slice(0, 40));
      return problems;
    })()
    """

  /// Text stands out from its ground by 4.5 to 1, large text by 3 to 1 (WCAG 2.2, 1.4.3). Labels in
  /// a figure are taken against the page; those on a coloured field choose their own.
  static let contrast = """
    (() => {
      const parse = (color) => {
        const parts = color.match(/[\\d.]+/g).map(Number);
        return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
      };
      const over = (top, ground) =>
        top.rgb.map((part, index) => part * top.alpha + ground[index] * (1 - top.alpha));
      const luminance = (rgb) => {
        const [r, g, b] = rgb.map((part) => {
          const share = part / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ground = (element) => {
        const layers = [];
        for (let next = element; next; next = next.parentElement) {
          const color = parse(getComputedStyle(next).backgroundColor);
          if (color.alpha > 0) layers.push(color);
          if (color.alpha === 1) break;
        }
        return layers.reverse().reduce((rgb, layer) => over(layer, rgb), [255, 255, 255]);
      };
      const problems = new Set();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!node.data.trim() || !element.checkVisibility({ opacityProperty: true })) continue;
        if (['script', 'style', 'title', 'desc', 'annotation'].includes(element.localName)) continue;
        const svg = element.closest('svg');
        if (svg && svg.querySelector('image, polygon')) continue;
        const style = getComputedStyle(element);
        const color = parse(svg ? style.fill : style.color);
        const back = ground(element);
        const pair = [luminance(over(color, back)), luminance(back)].sort((one, other) => one - other);
        const ratio = (pair[1] + 0.05) / (pair[0] + 0.05);
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        if (ratio < (isLarge ? 3 : 4.5))
          problems.add(ratio.toFixed(2) + ': “' + node.data.trim().slice(0, 40) + '” in '
            + element.localName + '.' + element.getAttribute('class') + ', ' + (svg ? style.fill : style.color) + ' on ' + back);
      }
      return Array.from(problems);
    })()
    """

  /// Nothing is wider than the page but what scrolls in a box of its own.
  static let width = """
    (() => {
      const problems = [];
      const page = document.documentElement;
      if (page.scrollWidth > page.clientWidth)
        problems.push('the page is ' + page.scrollWidth + ' wide, the window ' + page.clientWidth);
      const scrolls = (element) => {
        for (let next = element.parentElement; next; next = next.parentElement)
          if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(next).overflowX)) return true;
        return false;
      };
      for (const element of document.querySelectorAll('main *')) {
        if (element.closest('svg, math') && !['svg', 'math'].includes(element.localName)) continue;
        const box = element.getBoundingClientRect();
        if (box.width && (box.right > page.clientWidth + 1 || box.left < -1) && !scrolls(element))
          problems.push(element.localName + '.' + element.getAttribute('class') + ' reaches from '
            + box.left + ' to ' + box.right);
      }
      return problems;
    })()
    """

  /// The browser's reading of the HTML has the elements and attributes that its reading of the same
  /// text as XML has: it had nothing to repair. Run it where no script has changed the page.
  static func repairs(of source: String) -> String {
    """
    (() => {
      const xml = new DOMParser().parseFromString(\(quoted(source)), 'application/xhtml+xml');
      const shape = (root) => Array.from(root.querySelectorAll('*')).map((element) =>
        element.namespaceURI + ' ' + element.localName + ' ' + element.parentElement?.localName + ' '
          + Array.from(element.attributes).map((attribute) => attribute.name)
            .filter((name) => !name.startsWith('xmlns')).sort().join(' '));
      const one = shape(xml), other = shape(document);
      const at = one.findIndex((element, index) => element !== other[index]);
      if (at >= 0) return ['written ' + one[at] + ', read ' + other[at]];
      return one.length === other.length ? [] : [one.length + ' elements written, ' + other.length + ' read'];
    })()
    """
  }

  /// A JavaScript string.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for unit in text.utf16 {
      switch unit {
      case 0x20..<0x7F where unit != 0x22 && unit != 0x5C:
        quoted.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default:
        let digits = String(unit, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return quoted + "\""
  }
}
