"""Optimizer updates: one launch for all weights of a model, whose addresses stand in a table on the device."""

from collections.abc import Callable

from teachkeras.kernels.gpu import blocks, in_order, is_ready, launch, on_device
from teachkeras.kernels.registry import ROUTINES, routine

MOST_BLOCKS = 256  # for one weight; a thread takes several entries of a larger one
MOST_WEIGHTS = 65535  # in one launch


def _lie_alike(w, g, *slots):
    """Tell whether the kernels can take a weight, its gradient and its slots: what they change lies row by row."""
    ready = is_ready(w, g, *slots) and g.shape == w.shape
    return ready and all(a.flags.c_contiguous and a.shape == w.shape for a in (w, *slots))


def _addresses(w, g, *slots):
    """Return one row of the table: where the arrays of a weight begin, and its length."""
    return (w.data.ptr, g.data.ptr, *[s.data.ptr for s in slots], *[0] * (2 - len(slots)), w.size)


def update(name: str) -> Callable:
    """Register kernel `name` as the update of one weight and of all; the decorated function says its constants."""

    def register(constants: Callable) -> Callable:
        def many(*arguments):
            # (w, g, slots…)ₖ ← the kernel's formula, for every weight k
            lists = [a for a in arguments if type(a) is list or type(a) is tuple]
            numbers, rows = arguments[len(lists) :], list(zip(*lists, strict=True))
            if not all(_lie_alike(*row) for row in rows):
                ROUTINES[f"{name}_many"].on["reference"](*arguments)
                return
            rows = [(w, *in_order(g), *slots) for w, g, *slots in rows]
            for start in range(0, len(rows), MOST_WEIGHTS):
                part = rows[start : start + MOST_WEIGHTS]
                table = on_device(tuple(sum((_addresses(*row) for row in part), ()))).view("uint64")
                grid = min(blocks(max(row[0].size for row in part)), MOST_BLOCKS), len(part)
                launch("updates", name, grid, table, *constants(*numbers))

        def one(*arguments):
            arrays = [a for a in arguments if hasattr(a, "dtype")]
            if _lie_alike(*arrays):
                many(*[[a] for a in arrays], *arguments[len(arrays) :])
            else:
                ROUTINES[name].on["reference"](*arguments)

        for function, called in ((one, name), (many, f"{name}_many")):
            function.__module__ = __name__
            routine(called, on="gpu")(function)
        return constants

    return register


@update("sgd")
def _sgd(lr):
    return (float(lr),)


@update("momentum")
def _momentum(lr, mu, nesterov):
    return float(lr), float(mu), int(nesterov)


@update("rmsprop")
def _rmsprop(lr, rho, epsilon):
    return float(lr), float(rho), float(1 - rho), float(epsilon)


@update("adagrad")
def _adagrad(lr, epsilon):
    return float(lr), float(epsilon)


@update("adam")
def _adam(alpha, beta_1, beta_2, epsilon):
    return float(alpha), float(1 - beta_1), float(1 - beta_2), float(epsilon)
