"""Ops that work entry by entry, with broadcasting: y_i = f(x_i) or y_i = f(a_i, b_i).

Index letters: i runs over the entries of the broadcast shape; a bar marks the gradient of the loss to a quantity.
Where a function has no derivative at a point, the vjp takes the value that JAX takes (``maximum`` at a tie: half each),
except for ``abs`` at 0 (0, as in TensorFlow and PyTorch; JAX: 1) and ``clip`` at its bounds (1, as there; JAX: one half).
"""

import numpy as np

from teachkeras import dtypes
from teachkeras.ops.op import op
from teachkeras.tensor import as_array

# --- arithmetic ------------------------------------------------------------------------------------------------------


@op(tex=r"y_i = a_i + b_i", spec="x1 + x2", kind="elementwise", numpy=(np.add,))
def add(x1, x2):
    """Sum of two tensors."""
    return np.add(x1, x2)


@add.vjp(tex=r"\bar a_i = \bar y_i,\; \bar b_i = \bar y_i", spec="y_bar, y_bar")
def add_vjp(y_bar):
    return y_bar, y_bar


@op(tex=r"y_i = a_i - b_i", spec="x1 - x2", kind="elementwise", numpy=(np.subtract,))
def subtract(x1, x2):
    """Difference of two tensors."""
    return np.subtract(x1, x2)


@subtract.vjp(tex=r"\bar a_i = \bar y_i,\; \bar b_i = -\bar y_i", spec="y_bar, -y_bar")
def subtract_vjp(y_bar):
    return y_bar, -y_bar


@op(tex=r"y_i = a_i b_i", spec="x1 * x2", kind="elementwise", numpy=(np.multiply,))
def multiply(x1, x2):
    """Product of two tensors, entry by entry."""
    return np.multiply(x1, x2)


@multiply.vjp(tex=r"\bar a_i = \bar y_i b_i,\; \bar b_i = \bar y_i a_i", spec="y_bar * x2, y_bar * x1")
def multiply_vjp(y_bar, x1, x2, want):
    return y_bar * x2 if want[0] else None, y_bar * x1 if want[1] else None


@op(tex=r"y_i = a_i / b_i", spec="x1 / x2", kind="elementwise", dtype="float", numpy=(np.divide,))
def divide(x1, x2):
    """Quotient of two tensors; integers give floats."""
    return np.divide(x1, x2)


@divide.vjp(tex=r"\bar a_i = \bar y_i / b_i,\; \bar b_i = -\bar y_i y_i / b_i", spec="y_bar / x2, -y_bar * y / x2")
def divide_vjp(y_bar, x2, y, want):
    return y_bar / x2 if want[0] else None, -y_bar * y / x2 if want[1] else None


@op(tex=r"y_i = \lfloor a_i / b_i \rfloor", spec="floor(x1 / x2)", kind="elementwise", dtype="number", numpy=(np.floor_divide,))
def floor_divide(x1, x2):
    """Quotient rounded down; no gradient flows."""
    return np.floor_divide(x1, x2)


@op(tex=r"y_i = a_i \bmod b_i", spec="x1 - x2 * floor(x1 / x2)", kind="elementwise", dtype="number", numpy=(np.mod,))
def mod(x1, x2):
    """Remainder with the sign of the divisor."""
    return np.mod(x1, x2)


@mod.vjp(tex=r"\bar a_i = \bar y_i,\; \bar b_i = -\bar y_i\lfloor a_i/b_i\rfloor", spec="y_bar, -y_bar * floor(x1 / x2)")
def mod_vjp(y_bar, x1, x2, y, want):
    return y_bar, -y_bar * (x1 - y) / x2 if want[1] else None  # a - (a mod b) is b⌊a/b⌋, and has a slope


@op(tex=r"y_i = -x_i", spec="-x", kind="elementwise", numpy=(np.negative,))
def negative(x):
    """The tensor with its sign turned."""
    return np.negative(x)


@negative.vjp(tex=r"\bar x_i = -\bar y_i", spec="-y_bar")
def negative_vjp(y_bar):
    return -y_bar


@op(tex=r"y_i = a_i^{b_i}", spec="x1 ** x2", kind="elementwise", dtype="number", numpy=(np.power, np.float_power))
def power(x1, x2):
    """The first tensor to the power of the second."""
    return np.power(x1, x2)


@power.vjp(
    tex=r"\bar a_i = \bar y_i b_i a_i^{b_i-1},\; \bar b_i = \bar y_i y_i \ln a_i",
    spec="y_bar * x2 * x1 ** (x2 - 1), y_bar * y * log(x1)",
)
def power_vjp(y_bar, x1, x2, y, want):
    a_bar = y_bar * x2 * np.power(x1, x2 - 1) if want[0] else None
    b_bar = y_bar * y * np.log(np.where(x1 > 0, x1, 1.0)) if want[1] else None  # 0^b has no slope in b
    return a_bar, b_bar


@op(tex=r"y_i = |x_i|", spec="abs(x)", kind="elementwise", numpy=(np.absolute, np.fabs))
def absolute(x):
    """Absolute value; its slope at 0 counts as 0."""
    return np.absolute(x)


@absolute.vjp(tex=r"\bar x_i = \bar y_i\,\operatorname{sign} x_i", spec="y_bar * sign(x)")
def absolute_vjp(y_bar, x):
    return np.where(x > 0, y_bar, np.where(x < 0, -y_bar, 0.0))


@op(tex=r"y_i = x_i^2", spec="x ** 2", kind="elementwise", dtype="number", numpy=(np.square,))
def square(x):
    """The square of each entry."""
    return np.square(x)


@square.vjp(tex=r"\bar x_i = 2\bar y_i x_i", spec="2 * y_bar * x")
def square_vjp(y_bar, x):
    return 2.0 * y_bar * x


@op(tex=r"y_i = \sqrt{x_i}", spec="sqrt(x)", kind="elementwise", dtype="float", numpy=(np.sqrt,))
def sqrt(x):
    """Square root."""
    return np.sqrt(x)


@sqrt.vjp(tex=r"\bar x_i = \bar y_i / (2 y_i)", spec="y_bar / (2 * y)")
def sqrt_vjp(y_bar, y):
    return y_bar / (2.0 * y)


@op(tex=r"y_i = 1/x_i", spec="1 / x", kind="elementwise", dtype="float", numpy=(np.reciprocal,))
def reciprocal(x):
    """One over each entry."""
    return np.reciprocal(x)


@reciprocal.vjp(tex=r"\bar x_i = -\bar y_i\, y_i^2", spec="-y_bar * y * y")
def reciprocal_vjp(y_bar, y):
    return -y_bar * y * y


# --- exponentials and logarithms -------------------------------------------------------------------------------------


@op(tex=r"y_i = e^{x_i}", spec="exp(x)", kind="elementwise", dtype="float", numpy=(np.exp,))
def exp(x):
    """Exponential."""
    return np.exp(x)


@exp.vjp(tex=r"\bar x_i = \bar y_i y_i", spec="y_bar * y")
def exp_vjp(y_bar, y):
    return y_bar * y


@op(tex=r"y_i = e^{x_i} - 1", spec="exp(x) - 1", kind="elementwise", dtype="float", numpy=(np.expm1,))
def expm1(x):
    """Exponential minus one, exact near 0."""
    return np.expm1(x)


@expm1.vjp(tex=r"\bar x_i = \bar y_i (y_i + 1)", spec="y_bar * (y + 1)")
def expm1_vjp(y_bar, y):
    return y_bar * (y + 1.0)


@op(tex=r"y_i = \ln x_i", spec="log(x)", kind="elementwise", dtype="float", numpy=(np.log,))
def log(x):
    """Natural logarithm."""
    return np.log(x)


@log.vjp(tex=r"\bar x_i = \bar y_i / x_i", spec="y_bar / x")
def log_vjp(y_bar, x):
    return y_bar / x


@op(tex=r"y_i = \ln(1 + x_i)", spec="log(1 + x)", kind="elementwise", dtype="float", numpy=(np.log1p,))
def log1p(x):
    """Natural logarithm of one plus x, exact near 0."""
    return np.log1p(x)


@log1p.vjp(tex=r"\bar x_i = \bar y_i / (1 + x_i)", spec="y_bar / (1 + x)")
def log1p_vjp(y_bar, x):
    return y_bar / (1.0 + x)


# --- circular and hyperbolic functions -------------------------------------------------------------------------------


@op(tex=r"y_i = \sin x_i", spec="sin(x)", kind="elementwise", dtype="float", numpy=(np.sin,))
def sin(x):
    """Sine."""
    return np.sin(x)


@sin.vjp(tex=r"\bar x_i = \bar y_i \cos x_i", spec="y_bar * cos(x)")
def sin_vjp(y_bar, x):
    return y_bar * np.cos(x)


@op(tex=r"y_i = \cos x_i", spec="cos(x)", kind="elementwise", dtype="float", numpy=(np.cos,))
def cos(x):
    """Cosine."""
    return np.cos(x)


@cos.vjp(tex=r"\bar x_i = -\bar y_i \sin x_i", spec="-y_bar * sin(x)")
def cos_vjp(y_bar, x):
    return -y_bar * np.sin(x)


@op(tex=r"y_i = \tanh x_i = \frac{e^{x_i}-e^{-x_i}}{e^{x_i}+e^{-x_i}}", spec="tanh(x)", kind="elementwise", dtype="float",
    numpy=(np.tanh,))  # fmt: skip
def tanh(x):
    """Hyperbolic tangent, the S-curve between -1 and 1."""
    return np.tanh(x)


@tanh.vjp(tex=r"\bar x_i = \bar y_i (1 - y_i^2)", spec="y_bar * (1 - y ** 2)")
def tanh_vjp(y_bar, y):
    return y_bar * (1.0 - y * y)


# --- choosing --------------------------------------------------------------------------------------------------------


@op(tex=r"y_i = \max(a_i, b_i)", spec="max(x1, x2)", kind="elementwise", numpy=(np.maximum,))
def maximum(x1, x2):
    """The larger of two entries; at a tie each gets half of the gradient, as in JAX."""
    return np.maximum(x1, x2)


@maximum.vjp(
    tex=r"\bar a_i = \bar y_i[a_i > b_i],\; \bar b_i = \bar y_i[b_i > a_i]\quad(\tfrac12\text{ each at a tie})",
    spec="y_bar * where(x1 > x2, 1, 0), y_bar * where(x2 > x1, 1, 0)",
)
def maximum_vjp(y_bar, x1, x2):
    tie = np.where(x1 == x2, 0.5 * y_bar, 0.0)
    return np.where(x1 > x2, y_bar, tie), np.where(x2 > x1, y_bar, tie)


@op(tex=r"y_i = \min(a_i, b_i)", spec="min(x1, x2)", kind="elementwise", numpy=(np.minimum,))
def minimum(x1, x2):
    """The smaller of two entries; at a tie each gets half of the gradient, as in JAX."""
    return np.minimum(x1, x2)


@minimum.vjp(
    tex=r"\bar a_i = \bar y_i[a_i < b_i],\; \bar b_i = \bar y_i[b_i < a_i]\quad(\tfrac12\text{ each at a tie})",
    spec="y_bar * where(x1 < x2, 1, 0), y_bar * where(x2 < x1, 1, 0)",
)
def minimum_vjp(y_bar, x1, x2):
    tie = np.where(x1 == x2, 0.5 * y_bar, 0.0)
    return np.where(x1 < x2, y_bar, tie), np.where(x2 < x1, y_bar, tie)


@op(tex=r"y_i = \min(\max(x_i, l), u)", spec="min(max(x, x_min), x_max)", kind="elementwise", numpy=(np.clip,))
def clip(x, x_min, x_max):
    """Hold every entry between `x_min` and `x_max`; outside no gradient flows."""
    return np.clip(x, x_min, x_max)


@clip.vjp(
    tex=r"\bar x_i = \bar y_i[l \le x_i \le u]",
    spec="where((x >= x_min) * (x <= x_max), y_bar, 0), where(x < x_min, y_bar, 0), where(x > x_max, y_bar, 0)",
)
def clip_vjp(y_bar, x, x_min, x_max, want):
    inside = np.logical_and(x >= x_min, x <= x_max)
    return (
        np.where(inside, y_bar, 0.0),
        np.where(x < x_min, y_bar, 0.0) if want[1] else None,
        np.where(x > x_max, y_bar, 0.0) if want[2] else None,
    )


@op(tex=r"y_i = c_i\,a_i + (1 - c_i)\,b_i", spec="where(condition, x1, x2)", kind="where", numpy=(np.where,),
    shape=lambda *shapes: _broadcast(*shapes), dtype=lambda c, a, b: dtypes.result_type(a, b), optional=("x1", "x2"))  # fmt: skip
def where(condition, x1=None, x2=None):
    """`x1` where the condition holds, else `x2`; without them, the places where it holds, one row per axis."""
    if x1 is None:
        return tuple(place.astype("int32") for place in np.nonzero(condition))
    wide = dtypes.as_numpy(dtypes.result_type(*(getattr(x, "dtype", type(x)) for x in (x1, x2))))
    return np.where(condition, *[x.astype(wide, copy=False) if hasattr(x, "astype") else wide.type(x) for x in (x1, x2)])


@where.vjp(
    tex=r"\bar a_i = c_i\bar y_i,\; \bar b_i = (1-c_i)\bar y_i",
    spec="0, where(condition, y_bar, 0), where(condition, 0, y_bar)",
)
def where_vjp(y_bar, condition):
    return None, np.where(condition, y_bar, 0.0), np.where(condition, 0.0, y_bar)


def _broadcast(*shapes):
    from teachkeras.symbolic import broadcast_shapes

    return broadcast_shapes(*shapes)


# --- steps: rounding, signs, comparisons; the gradient is zero wherever it exists, so none flows ----------------------


def _step(name, function, tex, spec, dtype=None, doc=""):
    """Make an op that jumps: no gradient flows through it."""
    if function.nin == 1:

        def run(x):
            return function(x)
    else:

        def run(x1, x2):
            return function(x1, x2)

    run.__name__, run.__doc__, run.__module__ = name, doc, __name__
    reason = None if spec else "a truth value; no gradient flows"
    return op(tex=tex, spec=spec, kind="elementwise", dtype=dtype, numpy=(function,), reason=reason)(run)


sign = _step("sign", np.sign, r"y_i = \operatorname{sign} x_i", "sign(x)", doc="-1, 0 or 1 by the sign of each entry.")
floor = _step("floor", np.floor, r"y_i = \lfloor x_i\rfloor", "floor(x)", "float", "The next integer downwards.")
ceil = _step("ceil", np.ceil, r"y_i = \lceil x_i\rceil", "ceil(x)", "float", "The next integer upwards.")
equal = _step("equal", np.equal, "y_i = [a_i = b_i]", "x1 == x2", "bool", "True where two entries are equal.")
not_equal = _step("not_equal", np.not_equal, r"y_i = [a_i \ne b_i]", "x1 != x2", "bool", "True where two entries differ.")
greater = _step("greater", np.greater, "y_i = [a_i > b_i]", "x1 > x2", "bool", "True where the first entry is larger.")
greater_equal = _step(
    "greater_equal", np.greater_equal, r"y_i = [a_i \ge b_i]", "x1 >= x2", "bool", "True where the first is not smaller."
)
less = _step("less", np.less, "y_i = [a_i < b_i]", "x1 < x2", "bool", "True where the first entry is smaller.")
less_equal = _step("less_equal", np.less_equal, r"y_i = [a_i \le b_i]", "x1 <= x2", "bool", "True where the first is not larger.")
logical_and = _step("logical_and", np.logical_and, r"y_i = a_i \wedge b_i", None, "bool", "True where both hold.")
logical_or = _step("logical_or", np.logical_or, r"y_i = a_i \vee b_i", None, "bool", "True where either holds.")
logical_not = _step("logical_not", np.logical_not, r"y_i = \neg x_i", None, "bool", "True where it does not hold.")
isnan = _step("isnan", np.isnan, r"y_i = [x_i \text{ is NaN}]", None, "bool", "True where an entry is not a number.")
isinf = _step("isinf", np.isinf, r"y_i = [|x_i| = \infty]", None, "bool", "True where an entry is infinite.")
isfinite = _step("isfinite", np.isfinite, r"y_i = [|x_i| < \infty]", None, "bool", "True where an entry is a finite number.")


@op(tex=r"y_i = \operatorname{round}(x_i)", spec=None, kind="elementwise", dtype="number", numpy=(np.round,), reason="a step function")
def round(x, decimals=0):
    """Round half to even."""
    return np.round(x, decimals)


# --- the same numbers ------------------------------------------------------------------------------------------------


@op(tex=r"y_i = x_i", spec="x", shape=lambda x, dtype=None: x, dtype=lambda x, dtype=None: dtype,
    required=("dtype",))  # fmt: skip
def cast(x, dtype=None):
    """The same numbers in another number type."""
    return as_array(x, dtype)


@cast.vjp(tex=r"\bar x_i = \bar y_i", spec="y_bar")
def cast_vjp(y_bar):
    return y_bar  # the tape brings a gradient back to its input's dtype


@op(tex=r"y_i = x_i", spec="x", shape=lambda x: x, numpy=(np.copy,))
def copy(x):
    """The same numbers in an array of their own."""
    return x.copy()


@copy.vjp(tex=r"\bar x_i = \bar y_i", spec="y_bar")
def copy_vjp(y_bar):
    return y_bar


@op(tex=r"y_i = x_i,\quad \bar x_i = 0", spec=None, shape=lambda variable: variable, reason="identity forward, nothing backward")
def stop_gradient(variable):
    """The tensor itself, through which no gradient flows."""
    return variable


@stop_gradient.vjp(tex=r"\bar x_i = 0", spec=None)
def stop_gradient_vjp(y_bar):
    return None


aliases = {"abs": absolute, "true_divide": divide}
