/// The commands of formulas that stand for one mark each.
enum MathSymbols {
  /// Letters, in italics.
  static let letters: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "varpi": "ϖ", "rho": "ρ",
    "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ",
    "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "ell": "ℓ", "imath": "ı", "jmath": "ȷ",
  ]

  /// Letters and marks that stand upright.
  static let upright: [String: String] = [
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "infty": "∞", "nabla": "∇",
    "partial": "∂", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "emptyset": "∅",
    "varnothing": "∅", "forall": "∀", "exists": "∃", "top": "⊤", "bot": "⊥", "ldots": "…",
    "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "dotsc": "…", "dotsb": "⋯",
    "prime": "′", "angle": "∠", "degree": "°", "%": "%", "$": "$", "#": "#", "&": "&", "_": "_",
  ]

  /// Operators, relations and arrows.
  static let operators: [String: String] = [
    "pm": "±", "mp": "∓", "times": "×", "div": "÷", "cdot": "⋅", "ast": "∗", "star": "⋆",
    "circ": "∘", "bullet": "∙", "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "odot": "⊙",
    "cup": "∪", "cap": "∩", "setminus": "∖", "wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨",
    "neg": "¬", "lnot": "¬", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ll": "≪", "gg": "≫",
    "ne": "≠", "neq": "≠", "equiv": "≡", "approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅",
    "propto": "∝", "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆",
    "supset": "⊃", "supseteq": "⊇", "perp": "⊥", "parallel": "∥", "mid": "∣", "to": "→",
    "rightarrow": "→", "leftarrow": "←", "gets": "←", "leftrightarrow": "↔", "Rightarrow": "⇒",
    "Leftarrow": "⇐", "Leftrightarrow": "⇔", "implies": "⟹", "iff": "⟺", "mapsto": "↦",
    "longrightarrow": "⟶", "longmapsto": "⟼", "uparrow": "↑", "downarrow": "↓", "colon": ":",
    "coloneqq": "≔", "lesssim": "≲", "gtrsim": "≳", "models": "⊨", "vdash": "⊢", "dagger": "†",
    "amalg": "⨿", "prec": "≺", "succ": "≻", "preceq": "⪯", "succeq": "⪰", "asymp": "≍",
    "doteq": "≐", "triangleq": "≜", "rightharpoonup": "⇀", "hookrightarrow": "↪",
  ]

  /// Operators whose scripts are limits.
  static let large: [String: String] = [
    "sum": "∑", "prod": "∏", "coprod": "∐", "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⨁",
    "bigotimes": "⨂", "bigvee": "⋁", "bigwedge": "⋀",
  ]

  /// Operators whose scripts stand at their side.
  static let integrals: [String: String] = [
    "int": "∫", "iint": "∬", "iiint": "∭", "oint": "∮",
  ]

  /// Names that stand upright.
  static let functions: Set = [
    "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "deg", "dim", "exp", "hom", "ker",
    "lg", "ln", "log", "sin", "sinh", "tan", "tanh",
  ]

  /// Names whose scripts are limits.
  static let limits: Set = [
    "det", "gcd", "inf", "lim", "liminf", "limsup", "max", "min", "sup", "Pr",
  ]

  static let brackets: [String: String] = [
    "lbrace": "{", "rbrace": "}", "{": "{", "}": "}", "langle": "⟨", "rangle": "⟩",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lvert": "|", "rvert": "|",
    "lVert": "‖", "rVert": "‖", "vert": "|", "Vert": "‖", "|": "‖", "lbrack": "[",
    "rbrack": "]", "uparrow": "↑", "downarrow": "↓",
  ]

  /// Marks over a part, or under it; some stretch over it.
  static let accents: [String: (mark: String, isBelow: Bool, isStretched: Bool)] = [
    "hat": ("^", false, false), "widehat": ("^", false, true), "tilde": ("~", false, false),
    "widetilde": ("~", false, true), "bar": ("¯", false, false), "overline": ("¯", false, true),
    "vec": ("→", false, false), "dot": ("˙", false, false), "ddot": ("¨", false, false),
    "check": ("ˇ", false, false), "breve": ("˘", false, false), "acute": ("´", false, false),
    "grave": ("`", false, false), "overrightarrow": ("→", false, true),
    "underline": ("_", true, true), "overbrace": ("⏞", false, true),
    "underbrace": ("⏟", true, true),
  ]

  /// Widths in em.
  static let spaces: [String: Double] = [
    ",": 0.1667, ":": 0.2222, ">": 0.2222, ";": 0.2778, "!": -0.1667, " ": 0.3333, "quad": 1,
    "qquad": 2, "enspace": 0.5, "thinspace": 0.1667,
  ]

  /// Heights in em of brackets made large by hand.
  static let sizes: [String: Double] = ["big": 1.2, "Big": 1.8, "bigg": 2.4, "Bigg": 3]

  /// The brackets of matrices.
  static let matrices: [String: (open: String, close: String)] = [
    "matrix": ("", ""), "smallmatrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"),
    "Bmatrix": ("{", "}"), "vmatrix": ("|", "|"), "Vmatrix": ("‖", "‖"), "array": ("", ""),
    "cases": ("{", ""), "aligned": ("", ""), "align": ("", ""), "align*": ("", ""),
    "split": ("", ""), "gathered": ("", ""), "gather": ("", ""), "gather*": ("", ""),
  ]
}
