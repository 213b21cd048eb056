/// Texts as they can come from a file, a name, a label or a plugin, which a terminal or a page would obey.
public enum HostileText {
  /// Each contains something that must never reach a terminal as it is, or that looks as if it did.
  public static let terminal: [String] = [
    // Escape sequences: cursor, erasing, colours, modes, reset.
    "\u{1B}[2J", "\u{1B}[1;1H", "\u{1B}[A\u{1B}[K", "\u{1B}[31mred", "\u{1B}[0m", "\u{1B}[8mhidden",
    "\u{1B}[?1049h", "\u{1B}[?25l", "\u{1B}[?2004h", "\u{1B}[?1000h", "\u{1B}c", "\u{1B}7\u{1B}8",
    "\u{1B}(0lqqk", "\u{1B}#8", "\u{1B}[20l", "\u{1B}[3;5r", "\u{1B}[9999b", "\u{1B}[!p",
    // Titles, links, the clipboard, colours of the terminal, notifications.
    "\u{1B}]0;title\u{7}", "\u{1B}]2;title\u{1B}\\",
    "\u{1B}]8;;http://x\u{1B}\\y\u{1B}]8;;\u{1B}\\",
    "\u{1B}]52;c;ZXZpbA==\u{7}", "\u{1B}]4;1;rgb:00/00/00\u{7}", "\u{1B}]11;#000\u{7}",
    "\u{1B}]777;notify;a;b\u{7}", "\u{1B}]9;a\u{7}", "\u{1B}]1337;File=inline=1:AAAA\u{7}",
    "\u{1B}]50;font\u{7}", "\u{1B}]133;A\u{7}",
    // Questions, whose answers arrive as if typed.
    "\u{1B}[c", "\u{1B}[>c", "\u{1B}[6n", "\u{1B}[21t", "\u{1B}[>q", "\u{5}", "\u{1B}]10;?\u{7}",
    "\u{1B}P$qm\u{1B}\\", "\u{1B}P+q544e\u{1B}\\",
    // Graphics, keys, passing through tmux.
    "\u{1B}_Ga=T,f=100;AAAA\u{1B}\\", "\u{1B}Pq#0!9999~\u{1B}\\", "\u{1B}P1;1|17/ls\u{1B}\\",
    "\u{1B}Ptmux;\u{1B}\u{1B}]0;x\u{7}\u{1B}\\", "\u{1B}X sos \u{1B}\\", "\u{1B}^pm\u{1B}\\",
    "\u{1B}k screen title\u{1B}\\",
    // The same as single characters.
    "\u{9B}2J", "\u{9D}0;title\u{9C}", "\u{90}q~\u{9C}", "\u{9F}Ga=T;AAAA\u{9C}",
    "\u{84}\u{85}\u{88}",
    "\u{8D}\u{8E}\u{8F}", "\u{98}\u{9E}",
    // Characters that move.
    "over\rwritten", "back\u{8}\u{8}\u{8}", "bell\u{7}", "feed\u{C}\u{B}", "line\nline", "tab\ttab",
    "nul\u{0}nul", "\u{7F}\u{7F}", "\u{E}shifted\u{F}", "\u{11}\u{13}", "\u{18}\u{1A}", "\u{1B}",
    "\u{1B}\u{1B}", "ends in \u{1B}[", "\u{3}\u{4}", "\r\n\r\n",
    // Reading direction, and lines that are none.
    "seed\u{202E}txt.0", "\u{2066}a\u{2069}", "\u{200F}a\u{200E}", "\u{61C}", "a\u{2028}b\u{2029}c",
    "\u{202A}\u{202B}\u{202C}\u{202D}", "\u{2067}\u{2068}",
    // Harmless, and to be left alone.
    "é 漢字 👩‍👩‍👧 e\u{301}", "\\x1b[2J", "%s%n$(x)`x`", "🧠", "'\"#\\",
  ]

  /// Each would add to, break or leave a page, a Markdown text, a YAML scalar or a file name, if it were
  /// taken for more than text. What runs sets `window.hostile`.
  public static let markup: [String] = [
    // Elements, and the ends of those that stand around text.
    "<script>window.hostile=1</script>", "</title></style></svg><script>window.hostile=1</script>",
    "</script><script>window.hostile=1</script>", "<img src=x onerror=window.hostile=1>",
    "<svg onload=window.hostile=1>", "<svg><script>window.hostile=1</script></svg>",
    "<iframe srcdoc='<script>parent.hostile=1</script>'></iframe>",
    "<math><mi xlink:href='javascript:window.hostile=1'>x</mi></math>",
    "<object data=javascript:window.hostile=1>", "<base href=//x.test/>", "<b>bold</b>",
    "<link rel=stylesheet href=//x.test/a.css>", "<meta http-equiv=refresh content=0;url=//x.test>",
    "<form action=//x.test><button>go</button></form>", "<details open ontoggle=window.hostile=1>",
    "<template><p>x</template>", "<plaintext>", "<xmp>", "<noscript><p title='</noscript><i>'>",
    "<foreignObject><body onload=window.hostile=1></foreignObject>", "<a href=javascript:1>x</a>",
    "</td></tr></table><table><tr><td>", "</figcaption></figure><figure>", "</pre></code></div>",
    "<", ">", "<!", "<?", "</", "<a", "< b >",
    // Attributes.
    "\" onload=\"window.hostile=1\" x='", "' onmouseover='window.hostile=1", "\"><i>", "'><i>",
    "` onclick=`window.hostile=1", "x\" autofocus onfocus=window.hostile=1 y=\"",
    // Comments, sections, entities, instructions.
    "<!-- ]]> --> &lt;b&gt; &amp;", "<!--", "-->", "<![CDATA[ x ]]>", "]]>", "<?xml version='2'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", "&e; &#0; &#x1F; &nosuch; &copy",
    "&lt;script&gt;window.hostile=1&lt;/script&gt;", "&#60;script&#62;",
    // Markdown.
    "` `` ``` ~~~ |", "\\| \\ \\\\ | x | y", "**b** *i* _i_ __b__ ~~s~~",
    "[a](javascript:window.hostile=1)",
    "![i](http://x.test/i.png)", "<http://x.test> https://x.test www.x.test",
    "[a]: http://x.test 'b'",
    "[^a] [^none] [^a]: b", "@fig-a @tbl-a @fig-none @someone", "$x$ $$y_{$$ \\(z\\)",
    "- [ ] a + b * c",
    "# not a heading #", "> not a quotation", "1. not a list", "=== --- *** ___", "<br> <hr/> </p>",
    "\u{2E00}0\u{2E01}", "\u{F8FF} \u{F8FF}", "{n} %d ${x} $(x) `!ls`",
    // YAML, JSON, CSS, gnuplot.
    "a: b # c", "&a *a !!int 3 | > @ %", "'' ''' \"\" {a: b} [c]", "{\"a\": \"\\u003c\"}",
    "}*{display:none}",
    "url(//x.test) expression(1)", "'; system('id'); '", "{/Bold x} x_{y}^{z}",
    // File names and addresses.
    "../../../etc/passwd", "C:\\x\\..\\y", "%2e%2e%2f%00", "a b?c#d&e=f", "con .md. ~",
    // Characters.
    "\u{1}\u{8}x\u{7F}\u{202E}\u{FFFF}é\u{301}🌋", "nul\u{0}nul",
    "\u{FEFF}x\u{200B}\u{200D}\u{2066}y",
    "a\u{2028}b\u{2029}c\u{85}d", "\u{1B}[31mred\u{1B}]0;t\u{7}", "\u{FFFE}\u{E000}\u{10FFFD}",
    "שלום \u{202E}abc",
    "＜script＞ ʺ › \u{FE64}b\u{FE65}",
    // A mark makes another `Character` of what it stands on, and the same byte means the same.
    "'\u{301} \"\u{301} >\u{301} &lt;\u{301} &\u{301} `\u{301} ``\u{301} $x$\u{301} %\u{301}",
    "|\u{301} *\u{301}b*\u{301} [\u{301}a](x) <\u{301} #\u{301} {\u{301} _a_\u{301} ~~\u{301}a~~ !\u{301}",
    "x\u{301} '\u{20D2};system('id');'\u{20D2} ]]>\u{301} \\\u{301}",
  ]

  /// The scalars of `text` that a terminal obeys. Line breaks are none, and neither are the colours that
  /// Basin gives text itself (`ESC [ … m`).
  public static func obeyed(in text: String) -> [Unicode.Scalar] {
    text.replacing(#/\u{1B}\[[0-9;]*m/#, with: "").unicodeScalars.filter { scalar in
      switch scalar.value {
      case 0x0A: false
      case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
      default: false
      }
    }
  }
}
