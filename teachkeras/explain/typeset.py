r"""LaTeX formulas as HTML that any browser shows, without a script: fractions, sums, indices, Greek letters, bars.

It knows what the engine's own formulas use; a command it doesn't know becomes its name.
"""

from __future__ import annotations

import html
import re

_SIGNS = {
    "sum": "∑",
    "prod": "∏",
    "max": "max",
    "min": "min",
    "ln": "ln",
    "exp": "exp",
    "log": "log",
    "cdot": "·",
    "dots": "…",
    "cdots": "⋯",
    "le": "≤",
    "ge": "≥",
    "ne": "≠",
    "leftarrow": "←",
    "odot": "⊙",
    "in": "∈",
    "pm": "±",
    "infty": "∞",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "varepsilon": "ε",
    "eta": "η",
    "lambda": "λ",
    "mu": "μ",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "Phi": "Φ",
    "pi": "π",
    "theta": "θ",
    "top": "⊤",
    "quad": "\u2003",
    "qquad": "\u2003\u2003",
    ",": "\u2009",
    ";": "\u2005",
    "!": "",
    ":": "\u2005",
    " ": " ",
    "times": "×",
    "partial": "∂",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    "circ": "∘",
    "to": "→",
    "ast": "∗",
    "{": "{",
    "}": "}",
    "\\": "<br>",
    "textstyle": "",
    "displaystyle": "",
}
_DROPPED = {"left", "right", "bigl", "bigr", "Bigl", "Bigr", "big", "Big", "tfrac"}
_TOKEN = re.compile(r"\\(?:begin|end)\{[a-z]+\*?\}|&|\\[A-Za-z]+|\\.|[{}_^]|[^\\{}_^]")


def formula_html(tex: str) -> str:
    r"""Return a formula as HTML.

    >>> formula_html(r"\bar x_i = \frac{1}{n}")
    'x̄<sub>i</sub> = <span class="frac"><span>1</span><span>n</span></span>'
    """
    return _row(_TOKEN.findall(tex), [])


def _row(tokens: list[str], out: list[str]) -> str:
    tokens.reverse()  # a stack
    while tokens:
        out.append(_next(tokens))
    return re.sub(r" +", " ", "".join(out)).strip()


def _argument(tokens: list[str]) -> str:
    while tokens and tokens[-1] == " ":
        tokens.pop()
    if not tokens:
        return ""
    if tokens[-1] != "{":
        return _next(tokens)
    tokens.pop()
    out = []
    while tokens and tokens[-1] != "}":
        out.append(_next(tokens))
    if tokens:
        tokens.pop()
    return "".join(out).strip()


def _next(tokens: list[str]) -> str:
    token = tokens.pop()
    if token in "_^":
        tag = "sub" if token == "_" else "sup"
        return f"<{tag}>{_argument(tokens)}</{tag}>"
    if token == "{":
        tokens.append("{")
        return _argument(tokens)
    if token == "&" or token.startswith(("\\begin", "\\end{")):
        return ""
    if not token.startswith("\\"):
        return "" if token == "}" else html.escape(token)
    name = token[1:]
    if name in ("frac", "tfrac", "dfrac"):
        top = _argument(tokens)
        return f'<span class="frac"><span>{top}</span><span>{_argument(tokens)}</span></span>'
    if name in ("bar", "hat", "tilde", "dot", "vec"):
        mark = {"bar": "\u0304", "hat": "\u0302", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}[name]
        return _argument(tokens) + mark
    if name == "sqrt":
        return f"√({_argument(tokens)})"
    if name in ("mathrm", "text", "operatorname", "mathbf", "mathit", "boldsymbol"):
        return _argument(tokens)
    return "" if name in _DROPPED else _SIGNS.get(name, name)
