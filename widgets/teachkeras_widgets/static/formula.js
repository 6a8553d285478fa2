// Formulas as trees, ["+", a, b]: the engine's own specs. Evaluated here, and written out for people; never `eval`.

const OPERATORS = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "**": (a, b) => a ** b, neg: (a) => -a,
  ">": (a, b) => +(a > b), "<": (a, b) => +(a < b), ">=": (a, b) => +(a >= b), "<=": (a, b) => +(a <= b), "==": (a, b) => +(a === b),
  max: Math.max, min: Math.min, where: (c, a, b) => (c ? a : b), exp: Math.exp, log: Math.log, sqrt: Math.sqrt, abs: Math.abs,
  sign: Math.sign, tanh: Math.tanh, sin: Math.sin, cos: Math.cos,
  erf: (a) => erf(a),
};

/** The error function, by a series of positive terms (Abramowitz & Stegun 7.1.6): no digits are lost. */
function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x, sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) { term *= (2 * x * x) / (2 * n + 1); sum += term; }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** The value of a tree; `known` gives the names' values. */
function evaluate(node, known) {
  if (typeof node === "number") return node;
  if (typeof node === "string") return known[node];
  return OPERATORS[node[0]](...node.slice(1).map((operand) => evaluate(operand, known)));
}

/** A tree as a function of the names' values: for trees that are evaluated thousands of times. */
function compiled(node) {
  if (typeof node === "number") return () => node;
  if (typeof node === "string") return (known) => known[node];
  const operator = OPERATORS[node[0]], [a, b, c] = node.slice(1).map(compiled);
  if (node.length > 4) return (known) => evaluate(node, known);
  return c ? (known) => operator(a(known), b(known), c(known)) : b ? (known) => operator(a(known), b(known)) : (known) => operator(a(known));
}

/** An activation's value and slope at z: the op's spec, and its gradient's with ȳ = 1. */
function activationAt(formula, z) {
  const [value, slope] = (formula.compiled ??= [compiled(formula.value), compiled(formula.slope)]), known = { ...formula.params, x: z, y_bar: 1 };
  const y = known.y = value(known);
  return { y, slope: slope(known) };
}

const STRENGTH = { ">": 0, "<": 0, ">=": 0, "<=": 0, "==": 0, "+": 1, "-": 1, "*": 2, "/": 2, neg: 2, "**": 3 };
const SIGN = { "*": " · ", "/": " / ", "+": " + ", "-": " − ", ">": " > ", "<": " < ", ">=": " ≥ ", "<=": " ≤ ", "==": " = " };

/** A tree in print, x written as `name`: ["/", 1, ["+", 1, ["exp", ["neg", "x"]]]] is "1 / (1 + exp(−z))". */
function written(node, name = "z") {
  if (typeof node === "number") return String(Number(node.toPrecision(4))).replace("-", "−");
  if (typeof node === "string") return node === "x" ? name : node;
  const [operator, ...operands] = node;
  if (operator === "*" && operands[0] === "y_bar") return written(operands[1], name); // ȳ = 1
  if (operator === "/" && operands[0] === "y_bar") return written(["/", 1, operands[1]], name);
  const mine = STRENGTH[operator];
  const inside = (child, right) => {
    const text = written(child, name), theirs = Array.isArray(child) ? STRENGTH[child[0]] : undefined;
    return theirs !== undefined && (theirs < mine || (theirs === mine && right && operator !== "+" && operator !== "*")) ? `(${text})` : text;
  };
  if (operator === "where") return `(${written(operands[1], name)} if ${written(operands[0], name)}, else ${written(operands[2], name)})`;
  if (operator === "neg") return `−${inside(operands[0], true)}`;
  if (operator === "**" && operands[1] === 2) return `${inside(operands[0], true)}²`;
  if (operator === "**") return `${inside(operands[0], true)}^${inside(operands[1], true)}`;
  if (mine !== undefined) return inside(operands[0], false) + SIGN[operator] + inside(operands[1], true);
  return `${operator}(${operands.map((operand) => written(operand, name)).join(", ")})`;
}
