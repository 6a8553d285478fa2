// Formulas in print: the TeX that the engine's ops carry, as MathML, which browsers set by themselves. Only what those formulas use is known;
// anything else appears as its name.

const MATHML = "http://www.w3.org/1998/Math/MathML";
const LETTERS = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ϵ", varepsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", iota: "ι", kappa: "κ", lambda: "λ", mu: "μ", nu: "ν",
  xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", varphi: "φ", chi: "χ", psi: "ψ", omega: "ω", Phi: "Φ", Sigma: "Σ", Delta: "Δ", Omega: "Ω", Theta: "Θ",
  infty: "∞", partial: "∂", nabla: "∇", ell: "ℓ", top: "⊤", ldots: "…", cdots: "⋯", dots: "…", hbar: "ℏ", Re: "ℜ", Im: "ℑ",
};
const SIGNS = {
  le: "≤", ge: "≥", ne: "≠", leq: "≤", geq: "≥", neq: "≠", approx: "≈", cdot: "·", times: "×", leftarrow: "←", rightarrow: "→", to: "→", mapsto: "↦", in: "∈", odot: "⊙", oplus: "⊕",
  otimes: "⊗", wedge: "∧", vee: "∨", bigwedge: "⋀", bigvee: "⋁", neg: "¬", pm: "±", sim: "∼", lfloor: "⌊", rfloor: "⌋", lceil: "⌈", rceil: "⌉", langle: "⟨", rangle: "⟩", bmod: "mod",
  circ: "∘", angle: "∠", mid: "|", lvert: "|", rvert: "|", lVert: "‖", rVert: "‖", "|": "‖", "{": "{", "}": "}", "#": "#", "%": "%", "&": "&", _: "_", sum: "∑", prod: "∏", int: "∫", star: "⋆", ast: "∗",
};
const TALL = ["sum", "prod", "bigwedge", "bigvee"];
const WORDS = ["max", "min", "log", "ln", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "arg", "det", "lim", "sup", "Pr"];
const SPACES = { ",": "0.17em", ":": "0.22em", ";": "0.28em", " ": "0.3em", quad: "1em", qquad: "2em", "!": "0" };
const IGNORED = ["left", "right", "bigl", "bigr", "Bigl", "Bigr", "big", "Big", "textstyle", "displaystyle", "limits"];
const ACCENTS = { bar: "¯", hat: "^", tilde: "~", vec: "→", dot: "˙", overline: "¯", widehat: "^" };

function mathNode(tag, ...children) {
  const node = document.createElementNS(MATHML, tag);
  node.append(...children);
  return node;
}

/** A <math> element for a formula in TeX. */
function math(tex) {
  const aligned = tex.match(/^\s*\\begin\{aligned\}([\s\S]*)\\end\{aligned\}\s*$/);
  if (aligned) return rowsOf(aligned[1].split("\\\\").filter((text) => text.trim()), tex);
  const tokens = tex.match(/\\[a-zA-Z]+|\\.|[{}^_]|\d+(\.\d+)?|\s+|./gu)?.filter((token) => token.trim()) ?? [];
  let at = 0;
  const row = (nodes) => (nodes.length === 1 ? nodes[0] : mathNode("mrow", ...nodes));

  function group() {
    if (tokens[at] !== "{") return atom();
    at++;
    const nodes = sequence("}");
    at++;
    return row(nodes);
  }

  /** The plain text of a braced group, spaces kept. */
  function words() {
    if (tokens[at] !== "{") return tokens[at++];
    let text = "", deep = 0;
    do {
      if (tokens[at] === "{") deep++;
      else if (tokens[at] === "}") deep--;
      else text += /^\\ |^\\,/.test(tokens[at]) ? " " : tokens[at].replace(/^\\/, "");
      at++;
    } while (deep && at < tokens.length);
    return text;
  }

  function atom() {
    const token = tokens[at++];
    if (token === undefined) return mathNode("mrow");
    if (token === "{") { at--; return group(); }
    if (!token.startsWith("\\")) {
      if (/^\d/.test(token)) return mathNode("mn", token);
      if (/^\p{L}/u.test(token)) return mathNode("mi", token);
      return mathNode("mo", token === "-" ? "−" : token === "'" ? "′" : token);
    }
    return command(token.slice(1));
  }

  function command(name) {
    if (name === "frac" || name === "tfrac" || name === "dfrac") return mathNode("mfrac", group(), group());
    if (name === "sqrt") return mathNode("msqrt", group());
    if (name in ACCENTS) { const inner = group(), over = mathNode("mover", inner, mathNode("mo", ACCENTS[name])); over.setAttribute("accent", "true"); return over; }
    if (["text", "mathrm", "operatorname", "textrm", "mbox"].includes(name)) return name === "text" ? mathNode("mtext", textOf()) : upright(words());
    if (["mathbf", "boldsymbol", "mathcal", "mathbb"].includes(name)) return group();
    if (WORDS.includes(name)) return upright(name);
    if (name in SPACES) { const space = mathNode("mspace"); space.setAttribute("width", SPACES[name]); return space; }
    if (IGNORED.includes(name)) return mathNode("mrow");
    if (name in LETTERS) return mathNode("mi", LETTERS[name]);
    const sign = mathNode("mo", SIGNS[name] ?? name);
    if (TALL.includes(name)) sign.setAttribute("largeop", "true");
    sign.tall = TALL.includes(name);
    return sign;
  }

  /** \text{…}: spaces matter, so it is read from the source and not from the tokens. */
  function textOf() {
    const before = tokens.slice(0, at).filter((token) => token === "\\text").length;
    const raw = [...tex.matchAll(/\\text\{([^{}]*)\}/g)][before - 1]?.[1];
    const plain = words();
    return (raw ?? plain).replace(/^ | $/g, "\u00a0");
  }

  function upright(text) {
    const node = mathNode("mi", text);
    node.setAttribute("mathvariant", "normal");
    return node;
  }

  function sequence(end) {
    const nodes = [];
    while (at < tokens.length && tokens[at] !== end) {
      if (tokens[at] !== "^" && tokens[at] !== "_") { nodes.push(atom()); continue; }
      const base = nodes.pop() ?? mathNode("mrow");
      let below_ = null, above = null;
      while (tokens[at] === "^" || tokens[at] === "_") { if (tokens[at++] === "_") below_ = group(); else above = group(); }
      const parts = [base, ...(below_ ? [below_] : []), ...(above ? [above] : [])];
      const kind = below_ && above ? ["msubsup", "munderover"] : below_ ? ["msub", "munder"] : ["msup", "mover"];
      nodes.push(mathNode(kind[base.tall ? 1 : 0], ...parts));
    }
    return nodes;
  }

  const whole_ = mathNode("math", ...sequence(null));
  whole_.setAttribute("display", "block");
  whole_.setAttribute("aria-label", tex);
  return whole_;
}

/** Several lines, one below the other. */
function rowsOf(lines, tex) {
  const rows = lines.map((text) => mathNode("mtr", mathNode("mtd", ...math(text.replaceAll("&", "")).childNodes)));
  const table = mathNode("mtable", ...rows), whole_ = mathNode("math", table);
  table.setAttribute("columnalign", "left");
  whole_.setAttribute("display", "block");
  whole_.setAttribute("aria-label", tex);
  return whole_;
}
