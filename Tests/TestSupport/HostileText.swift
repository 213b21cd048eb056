/// Texts as they can come from a file, a name, a label or a plugin, which a terminal would obey.
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
