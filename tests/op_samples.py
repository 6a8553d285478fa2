"""Inputs for every op, made from its signature; a table says where an op needs something special.

An elementwise op or a reduction gets its samples by itself the moment it is registered. Any other op must have an entry
in ``SAMPLES``; without one the tests fail. Floats are float64: the checks compute in that.
"""

import importlib
import pathlib
import pkgutil
import zlib
from typing import NamedTuple

import numpy as np

import teachkeras.layers
import teachkeras.ops
from teachkeras.ops.op import OPS

for _package in (teachkeras.ops, teachkeras.layers):  # where ops are registered
    for _module in pkgutil.iter_modules(_package.__path__):
        importlib.import_module(f"{_package.__name__}.{_module.name}")


class Sample(NamedTuple):
    """One call: its tensors (None where an optional one is left out) and its parameters."""

    inputs: tuple
    params: dict = {}
    spec: bool = True  # whether the array spec is meant for such inputs
    smooth: bool = True  # whether differences of a small step see the slope

    def floats(self):
        """Return the places of the inputs that can be differentiated."""
        return [k for k, x in enumerate(self.inputs) if x is not None and x.dtype.kind == "f"]

    def call(self, op, replaced=()):
        """Run `op` on the inputs, those in the dict `replaced` exchanged."""
        return op(*[dict(replaced).get(k, x) for k, x in enumerate(self.inputs)], **self.params)


def reals(*shape, low=-2.0, high=2.0, seed=0):
    """Numbers between low and high in random order, no two alike, none near a kink such as 0 or a tie."""
    rng = np.random.default_rng([zlib.crc32(str(shape).encode()), seed])
    n = int(np.prod(shape))
    steps = (rng.permutation(n) + 0.5 + rng.uniform(-0.3, 0.3, n)) / max(n, 1)
    return (low + (high - low) * steps).reshape(shape)


def between(low, high):
    return lambda *shape, seed=0: reals(*shape, low=low, high=high, seed=seed)


def nonzero(*shape, seed=0):
    """Numbers of both signs, none within 0.4 of 0."""
    x = reals(*shape, low=-1.6, high=1.6, seed=seed)
    return x + 0.4 * np.sign(x)


def integers(*shape, high=3, seed=0):
    return np.random.default_rng([seed, high]).integers(0, high, shape).astype("int32")


def truths(*shape, seed=0):
    return np.random.default_rng([3, seed]).integers(0, 2, shape).astype(bool)


def odd_floats(*shape, seed=0):
    """Floats with NaN and both infinities among them."""
    x = reals(*shape, seed=seed)
    x.flat[: min(4, x.size)] = [np.nan, np.inf, -np.inf, 0.0][: min(4, x.size)]
    return x


positive = between(0.2, 2.5)

# op -> what its inputs are drawn from; one entry for all inputs, or one each
DOMAINS = {
    "log": positive, "log2": positive, "log10": positive, "sqrt": positive, "rsqrt": positive,
    "log1p": between(-0.8, 2.0),
    "reciprocal": nonzero, "divide": (reals, nonzero), "floor_divide": (reals, nonzero), "mod": (reals, nonzero),
    "power": (positive, reals), "relu6": between(-3, 9), "hard_sigmoid": between(-5, 5), "hard_silu": between(-5, 5),
    "tan": between(-1.2, 1.2), "arcsin": between(-0.9, 0.9), "arccos": between(-0.9, 0.9),
    "arctanh": between(-0.9, 0.9), "erfinv": between(-0.9, 0.9),
    "arccosh": between(1.2, 3), "divide_no_nan": (reals, nonzero), "arctan2": (nonzero, nonzero),
    "celu": between(-3, 3),
    "logical_and": truths, "logical_or": truths, "logical_not": truths, "logical_xor": truths, "soft_shrink": nonzero,
    "isnan": odd_floats, "isinf": odd_floats, "isfinite": odd_floats,
    "equal": lambda *shape, seed=0: integers(*shape, seed=seed),
    "not_equal": lambda *shape, seed=0: integers(*shape, seed=seed),
}  # fmt: skip

# op -> the parameters of further samples, beside the defaults
PARAMS = {
    "leaky_relu": [{"negative_slope": 0.1}],
    "elu": [{"alpha": 0.7}],
    "celu": [{"alpha": 0.7}],
    "round": [{"decimals": 1}],
    "max": [{"initial": 0.5, "axis": 1}, {"initial": 9.0}],
    "min": [{"initial": -0.5, "axis": 1, "keepdims": True}],
    "hard_shrink": [{"threshold": 0.9}],
    "soft_shrink": [{"threshold": 0.9}],
    "squareplus": [{"b": 2}],
    "gelu": [{"approximate": False}],
}

ONE = [(3, 4), (), (2, 1, 3)]
TWO = [((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 1), (1, 4)), ((), (3,)), ((2, 3, 1), (4,)), ((1, 2), ())]
FOLDS = [{}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 2)}, {"axis": [1, -1], "keepdims": True}]


def elementwise(op):
    """Samples of broadcasting shapes for an op of one or two tensors."""
    domain = DOMAINS.get(op.name, reals)
    domain = domain if isinstance(domain, tuple) else (domain,) * len(op.inputs)
    shapes = [(s,) for s in ONE] if len(op.inputs) == 1 else TWO
    samples = [Sample(tuple(d(*s, seed=k) for k, (d, s) in enumerate(zip(domain, row, strict=True)))) for row in shapes]
    return samples + [samples[0]._replace(params=params) for params in PARAMS.get(op.name, [])]


def reduction(op):
    """Samples that fold one axis, several, or all."""
    domain = DOMAINS.get(op.name, truths if op.name in ("any", "all") else reals)
    folds = FOLDS if op.name not in ("argmax", "argmin") else FOLDS[:3]
    folds = [{k: v for k, v in fold.items() if k in op.params} for fold in folds]
    return [Sample((domain(2, 3, 4),), params) for params in [*folds, *PARAMS.get(op.name, [])]] + [
        Sample((domain(5),)),
        Sample((integers(3, 4, high=5),)),
    ]


def rows(*shape, seed=0):
    """Rows of positive numbers, not yet normalised."""
    return reals(*shape, low=0.1, high=0.9, seed=seed)


def _of(*inputs, spec=True, smooth=True, **params):
    return Sample(inputs, params, spec, smooth)


X = reals(3, 4)
SAMPLES = {
    "clip": [
        _of(reals(3, 4), np.array(-0.9), np.array(0.8)),
        _of(reals(3, 4), reals(4, low=-1.5, high=-0.5), reals(3, 1, low=0.5, high=1.5)),
    ],
    "where": [
        _of(truths(3, 4), reals(3, 4), reals(3, 4, seed=1)),
        _of(truths(3, 1), reals(4), np.array(0.3)),
        _of(truths(4), reals(2, 1, 4), reals(3, 1)),
    ],
    "cast": [_of(X, dtype="float64"), _of(integers(3, 4), dtype="float32")],
    "copy": [_of(X)],
    "probe": [_of(X, watch=lambda bar: bar)],
    "stop_gradient": [_of(X)],
    "matmul": [
        _of(reals(3, 4), reals(4, 2)),
        _of(reals(5, 3, 4), reals(4, 2)),
        _of(reals(3, 4), reals(5, 4, 2)),
        _of(reals(2, 1, 3, 4), reals(5, 4, 2)),
        _of(reals(4), reals(4, 2), spec=False),
        _of(reals(3, 4), reals(4), spec=False),
        _of(reals(4), reals(4, seed=1), spec=False),
        _of(reals(2, 3, 4), reals(4), spec=False),
        _of(reals(4), reals(2, 4, 3), spec=False),
    ],
    "swapaxes": [_of(reals(2, 3, 4), axis1=-1, axis2=-2), _of(reals(2, 3, 4), axis1=0, axis2=-1), _of(X, axis1=1, axis2=1)],
    "affine": [
        _of(reals(3, 4), reals(4, 2), reals(2)),
        _of(reals(2, 3, 4), reals(4, 2), reals(2)),
        _of(reals(3, 4), reals(4, 2), None),
        _of(reals(4), reals(4, 2), reals(2)),
    ],
    "_einsum1": [
        _of(reals(3, 4), subscripts="ij->ji"),
        _of(reals(2, 3, 4), subscripts="bij->j"),
        _of(reals(3, 4), subscripts="ij->"),
    ],
    "_einsum2": [
        _of(reals(3, 4), reals(4, 2), subscripts="ij,jk->ik"),
        _of(reals(2, 3, 4), reals(2, 5, 4), subscripts="bij,bkj->bik"),
        _of(reals(3, 4), reals(3), subscripts="ij,i->i"),
        _of(reals(3), reals(2), subscripts="i,j->ij"),
        _of(reals(3, 4), reals(2), subscripts="ij,k->k"),
    ],
    "reshape": [_of(X, newshape=(2, 6)), _of(X, newshape=(4, -1)), _of(X, newshape=-1)],
    "transpose": [_of(reals(2, 3, 4)), _of(reals(2, 3, 4), axes=(1, 2, 0)), _of(reals(2, 3, 4), axes=(-1, 0, 1))],
    "expand_dims": [_of(X, axis=0), _of(X, axis=-1), _of(X, axis=1), _of(X, axis=(0, -1))],
    "squeeze": [_of(reals(2, 1, 3, 1)), _of(reals(1, 3, 1), axis=-1), _of(reals(1, 3, 1), axis=(0, 2))],
    "broadcast_to": [_of(reals(3, 1), shape=(2, 3, 4)), _of(np.array(0.7), shape=(2, 2)), _of(X, shape=(3, 4))],
    "get_item": [
        _of(X, key=1),
        _of(X, key=(slice(None), slice(1, 3))),
        _of(X, key=(Ellipsis, None, 0)),
        _of(X, key=slice(None, None, -2)),
        _of(X, key=np.array([0, 2, 2, 0, 0])),
        _of(X, key=(np.array([0, 1, 1]), np.array([3, 3, 3]))),
        _of(X, key=np.array([True, False, True])),
        _of(X, key=[0, 0, -1]),
    ],
    "_put_back": [
        _of(reals(4), shape=(3, 4), key=1),
        _of(reals(5, 4), shape=(3, 4), key=np.array([0, 2, 2, 0, 0])),
        _of(reals(3, 2), shape=(3, 4), key=(slice(None), slice(1, 3))),
    ],
    "join": [
        _of(reals(3, 4), reals(2, 4), reals(1, 4), axis=0),
        _of(reals(3, 4), reals(3, 2), axis=-1),
        _of(reals(2, 3, 4)),
    ],
    "take": [
        _of(X, integers(5, high=4), axis=1),
        _of(X, integers(2, 3, high=3), axis=0),
        _of(X, integers(7, high=12)),
        _of(X, np.array(-1, "int32"), axis=-1),
        _of(reals(2, 3, 4), np.array([-3, 0, 0, 2], "int32"), axis=-2),
    ],
    "one_hot": [
        _of(integers(5), num_classes=3),
        _of(integers(2, 3, high=4), num_classes=3, dtype="int32"),
        _of(integers(2, 3), num_classes=3, axis=0),
        _of(integers(2, 3), num_classes=3, axis=1),
    ],
    "softmax": [_of(reals(3, 4)), _of(reals(3, 4), axis=0), _of(reals(2, 3, 4), axis=1),
        _of(reals(2, 3, 4), axis=(1, 2))],
    "log_softmax": [_of(reals(3, 4)), _of(reals(3, 4), axis=0), _of(reals(2, 3, 4), axis=1)],
    "categorical_crossentropy": [
        _of(rows(5, 3), rows(5, 3, seed=1)),
        _of(rows(5, 3), reals(5, 3), from_logits=True),
        _of(rows(2, 3, 4), rows(2, 3, 4, seed=1), axis=1),
        _of(rows(2, 3, 4), reals(2, 3, 4), from_logits=True, axis=1),
        _of(np.eye(3), np.array([[1.0, 1e-12, 1e-12], [0.2, 0.3, 0.4], [0.1, 0.1, 0.1]]), smooth=False),
        _of(np.eye(3), np.array([[1.0, 1e-9, 0.5], [0.2, 1e-9, 0.7], [0.3, 0.4, 0.3]]), smooth=False),
    ],
    "sparse_categorical_crossentropy": [
        _of(integers(5), rows(5, 3)),
        _of(integers(5), reals(5, 3), from_logits=True),
        _of(integers(2, 4), rows(2, 4, 3)),
        _of(integers(2, 4), reals(2, 3, 4), from_logits=True, axis=1),
        _of(integers(2, 4), rows(2, 3, 4), axis=1),
    ],
    "dropout": [_of(reals(5, 6), rate=0.4, seed=3, counter=7),
        _of(reals(5, 6), rate=0.5, noise_shape=(None, 1), seed=1)],
    "split": [
        _of(reals(6, 4), indices_or_sections=3),
        _of(reals(3, 4), indices_or_sections=2, axis=-1),
        _of(reals(2, 7), indices_or_sections=[2, 5], axis=1),
        _of(reals(4, 2), indices_or_sections=1),
    ],
    "flip": [_of(X), _of(X, axis=1), _of(X, axis=(0, -1))],
    "roll": [_of(X, shift=2), _of(X, shift=-1, axis=1), _of(X, shift=(1, 2), axis=(0, 1))],
    "tile": [_of(X, repeats=2), _of(X, repeats=(2, 3)), _of(X, repeats=(2, 1, 3)), _of(reals(2, 1, 3), repeats=[2])],
    "_border": [_of(X, pad_width=1), _of(X, pad_width=((1, 2), (0, 3)), value=2.0), _of(X, pad_width=((0, 2),))],
    "tril": [_of(X), _of(reals(2, 3, 3), k=-1), _of(X, k=1)],
    "triu": [_of(X), _of(reals(2, 3, 3), k=1), _of(X, k=-1)],
    "cumsum": [_of(X), _of(X, axis=0), _of(reals(2, 3, 4), axis=-2)],
    "argsort": [_of(X), _of(X, axis=0)],
    "take_along_axis": [
        _of(X, integers(3, 2, high=4), axis=1),
        _of(X, np.array([[0, 0, 2, 1]], "int32"), axis=0),
        _of(X, integers(5, high=12)),
        _of(reals(2, 3, 4), integers(2, 3, 4, high=4), axis=-1),
    ],
    "binary_crossentropy": [
        _of(rows(5, 3), rows(5, 3, seed=1)),
        _of(rows(5, 3), reals(5, 3, low=-4, high=4), from_logits=True),
        _of(rows(2), np.array([1e-9, 1.0 - 1e-9]), smooth=False),
    ],
}  # fmt: skip


def _points(*inputs, y=None, bars=None, **params):
    return (
        Sample(tuple(np.asarray(x, "int32" if np.asarray(x).dtype.kind == "i" else None) for x in inputs), params),
        y,
        bars,
    )


# Points that differences can't judge: kinks and ties, where JAX's value is taken, and numbers that would overflow.
# op -> (sample, its output, the gradient of each floating-point input for a gradient of ones)
BIG = [1000.0, 0.0, -1000.0]
SPECIAL = {
    "absolute": [_points([0.0, 1.0], bars=[[0.0, 1.0]])],
    "maximum": [_points([1.0, 2.0], [1.0, 3.0], bars=[[0.5, 0.0], [0.5, 1.0]])],
    "minimum": [_points([1.0, 2.0], [1.0, 3.0], bars=[[0.5, 1.0], [0.5, 0.0]])],
    "max": [_points([2.0, 1.0, 2.0], bars=[[0.5, 0.0, 0.5]]), _points([1.0, 2.0], initial=9.0, y=9.0,
        bars=[[0.0, 0.0]])],
    "min": [_points([2.0, 1.0, 1.0], bars=[[0.0, 0.5, 0.5]]), _points([1.0, 2.0], initial=-9.0, y=-9.0,
        bars=[[0.0, 0.0]])],
    "power": [_points([0.0, -2.0], [2.0, 3.0], y=[0.0, -8.0], bars=[[0.0, 12.0], [0.0, 0.0]])],
    "relu": [_points([0.0, -1.0, 2.0], y=[0.0, 0.0, 2.0], bars=[[0.0, 0.0, 1.0]])],
    "clip": [_points([1.0, 2.0, 3.0], 1.0, 2.0, bars=[[1.0, 1.0, 0.0], 0.0, 1.0])],
    "sigmoid": [_points(BIG, y=[1.0, 0.5, 0.0], bars=[[0.0, 0.25, 0.0]])],
    "silu": [_points(BIG, y=[1000.0, 0.0, 0.0], bars=[[1.0, 0.5, 0.0]])],
    "softplus": [_points(BIG, y=[1000.0, np.log(2.0), 0.0], bars=[[1.0, 0.5, 0.0]])],
    "elu": [_points(BIG, y=[1000.0, 0.0, -1.0], bars=[[1.0, 1.0, 0.0]])],
    "selu": [_points([1000.0, -1000.0], y=[1050.7009873554805, -1.7580993408473766], bars=[[1.0507009873554805, 0.0]])],
    "softmax": [_points(BIG, y=[1.0, 0.0, 0.0], bars=[[0.0, 0.0, 0.0]])],
    "log_softmax": [_points(BIG, y=[0.0, -1000.0, -2000.0], bars=[[-2.0, 1.0, 1.0]])],
    "logsumexp": [_points(BIG, y=1000.0, bars=[[1.0, 0.0, 0.0]])],
    "logaddexp": [_points([1000.0, -1000.0], [0.0, -1000.0], y=[1000.0, np.log(2.0) - 1000.0],
        bars=[[1.0, 0.5], [0.0, 0.5]])],
    "log_sigmoid": [_points(BIG, y=[0.0, -np.log(2.0), -1000.0], bars=[[0.0, 0.5, 1.0]])],
    "celu": [_points(BIG, y=[1000.0, 0.0, -1.0], bars=[[1.0, 1.0, 0.0]])],
    "prod": [_points([0.0, 2.0, 3.0], y=0.0, bars=[[6.0, 0.0, 0.0]]), _points([0.0, 0.0, 3.0], y=0.0,
        bars=[[0.0, 0.0, 0.0]])],
    "categorical_crossentropy": [
        _points([0.0, 0.0, 1.0], BIG, from_logits=True, y=2000.0, bars=[[0.0, 1000.0, 2000.0], [1.0, 0.0, -1.0]])
    ],
    "sparse_categorical_crossentropy": [_points([2], [BIG], from_logits=True, y=[2000.0], bars=[[[1.0, 0.0, -1.0]]])],
    "binary_crossentropy": [_points([1.0, 0.0], [-1000.0, -1000.0], from_logits=True, y=[1000.0, 0.0],
                                    bars=[[1000.0, 1000.0], [-1.0, 0.0]])],
    "one_hot": [_points([0, 5, -1], num_classes=2, y=[[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])],
}  # fmt: skip

# op -> inputs and parameters that do not fit together, for which an error of ours must be raised
MISFITS = {
    "add": [_points([1.0, 2.0], [1.0, 2.0, 3.0])[0]],
    "affine": [Sample((reals(2, 3), reals(4, 2), reals(2))), Sample((reals(2, 5), reals(4, 5), reals(5)))],
    "matmul": [Sample((reals(2, 3), reals(4, 2))), Sample((reals(3), reals(4)))],
    "reshape": [_points([1.0, 2.0, 3.0], newshape=(2, 2))[0], _points([1.0, 2.0, 3.0], newshape=(-1, 2))[0]],
    "join": [Sample((reals(2, 3), reals(3, 4)), {"axis": 0}), Sample((reals(2, 3), reals(3)), {"axis": 0})],
    "take": [_points([1.0, 2.0], [2])[0], _points([1.0, 2.0], [-3])[0], _points([[1.0, 2.0]], [1], axis=0)[0]],
    "split": [Sample((reals(7, 2),), {"indices_or_sections": 3})],
    "categorical_crossentropy": [Sample((rows(3), rows(5, 3))),
        Sample((rows(5, 2), rows(5, 3)), {"from_logits": True})],
    "binary_crossentropy": [Sample((rows(3), rows(5, 3))), Sample((rows(5, 1), rows(5)), {"from_logits": True})],
    "sparse_categorical_crossentropy": [
        _points([3], [[0.1, 0.2, 0.7]])[0], _points([-1], [[0.1, 0.2, 0.7]])[0], _points([[0], [3]], rows(2, 3))[0]
    ],
}  # fmt: skip


def samples(op):
    """Return the samples of an op.

    Raises:
        LookupError: it is neither elementwise nor a reduction, and the table has nothing for it.
    """
    if op.name in SAMPLES:
        return SAMPLES[op.name]
    if op.kind == "elementwise" and 1 <= len(op.inputs) <= 2:
        return elementwise(op)
    if op.kind == "reduction" and len(op.inputs) == 1:
        return reduction(op)
    raise LookupError(f"op {op.name!r} has no samples: add some to SAMPLES in tests/op_samples.py")


def named():
    """Yield (op name, index, sample) for everything registered by the library; without samples, (name, None, None)."""
    for name, op in sorted(OPS.items()):
        if not op.__module__.startswith("teachkeras."):
            continue
        try:
            yield from ((name, k, sample) for k, sample in enumerate(samples(op)))
        except LookupError:
            yield name, None, None


# families keep their samples in files of their own: tests/op_samples_<family>.py, each with a dict SAMPLES
for _file in sorted(pathlib.Path(__file__).parent.glob("op_samples_*.py")):
    SAMPLES |= importlib.import_module(_file.stem).SAMPLES
