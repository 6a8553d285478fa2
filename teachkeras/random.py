"""Random tensors. Names and arguments are those of ``keras.random``.

What is drawn is settled by a pair (seed, counter): a :class:`SeedGenerator` holds both and counts up at each draw, an
int stands for (int, 0) and so gives the same tensor at every call, and None means the generator of the process
(``utils.set_random_seed`` starts it anew). ``bits`` says how the pair becomes bits; Keras's own bits differ, its
distributions do not.
"""

from __future__ import annotations

import random as _python_random

import numpy as np

from teachkeras import bits, dtypes, events, kernels
from teachkeras.errors import ArgumentError
from teachkeras.kernels import device
from teachkeras.naming import auto_name
from teachkeras.ops import noise
from teachkeras.serial import Configurable
from teachkeras.tensor import Operators, Tensor, as_array, plain_array
from teachkeras.variable import Variable

_WORD = 2**32


class SeedGenerator(Configurable):
    """The source of a chain of draws: a seed and a counter, both in the variable ``state``.

    Args:
        seed: A whole number; None for one drawn from Python's ``random``, which ``set_random_seed`` settles.
        name: Its name.

    Raises:
        ArgumentError: the seed is not a whole number.

    >>> generator = SeedGenerator(7)
    >>> generator.next().tolist(), generator.next().tolist(), generator.counter
    ([7, 0], [7, 1], 2)

    Source: ``keras.random.SeedGenerator``.
    """

    def __init__(self, seed=None, name=None, **kwargs):
        if set(kwargs) - {"backend"}:
            raise ArgumentError("SeedGenerator", expected="seed, name", got=", ".join(kwargs))
        self.name = name or auto_name(type(self).__name__)
        self._seed = seed
        seed = default_seed() if seed is None else seed
        if not isinstance(seed, (int, np.integer)):
            raise ArgumentError("Argument `seed` must be an integer", got=repr(seed))
        start = np.array([seed % _WORD, 0], "uint32")
        self.state = Variable(start, trainable=False, name="seed_generator_state")
        self.state.path = f"{self.name}/seed_generator_state"

    @property
    def counter(self) -> int:
        """How many draws were made; setting it goes back, or ahead, to that draw."""
        return int(self.state.data[1])

    @counter.setter
    def counter(self, value: int) -> None:
        self.state.assign(np.array([self.state.data[0], value % _WORD], "uint32"))

    def draw(self) -> tuple[int, int]:
        """Return (seed, counter) for one draw, and count up."""
        seed, counter = self.state.data.tolist()
        if events.update.listeners:
            self.counter = counter + 1
        else:
            self.state.writable()[1] = (counter + 1) % _WORD
        return seed, counter

    def next(self, ordered: bool = True) -> Tensor:
        """Return the pair for one draw as a tensor, and count up."""
        return Tensor(np.array(self.draw(), "uint32"))


_process: SeedGenerator | None = None


def _process_generator() -> SeedGenerator:
    """Return the generator that draws without a seed use."""
    global _process
    if _process is None:
        _process = SeedGenerator(name="global_seed_generator")
    return _process


def _forget_process_generator() -> None:
    """Let the next draw without a seed start a new generator (``utils.set_random_seed``)."""
    global _process
    _process = None


def default_seed() -> int:
    """Return a seed from Python's ``random``."""
    return _python_random.randint(1, 10**9)


def key(seed: object) -> tuple[int, int]:
    """Return the pair (seed, counter) that a ``seed`` argument stands for, counting up where it is a generator.

    Raises:
        ArgumentError: it is neither None, a whole number, a SeedGenerator, nor such a pair.

    >>> key(7), key(SeedGenerator(7))
    ((7, 0), (7, 0))
    """
    if isinstance(seed, SeedGenerator):
        return seed.draw()
    if seed is None:
        return _process_generator().draw()
    if isinstance(seed, (int, np.integer)):
        return int(seed) % 2**64, 0
    if (isinstance(seed, Operators) or device.is_array(seed)) and plain_array(seed).shape == (2,):
        return tuple(int(n) for n in _on_host(seed))
    raise ArgumentError(
        "seed", expected="a whole number, a SeedGenerator or None", got=f"{seed!r} of type {type(seed).__name__}"
    )


def _float_type(where: str, dtype: object) -> np.dtype:
    name = dtypes.name_of(dtype)
    if not dtypes.is_float(name):
        raise ArgumentError(f"random.{where}", expected="a floating-point dtype", got=name, fix="use random.randint")
    return dtypes.as_numpy(name)


def _on_host(value: object) -> np.ndarray:
    """Return an array in the processor's memory, where all but `uniform` draws."""
    return device.host(plain_array(value))


def _tensor(drawn: np.ndarray) -> Tensor:
    """Return what was drawn as a tensor where the back end computes."""
    return Tensor(device.put(drawn))


def _filled(draw, shape: object, dtype: np.dtype) -> np.ndarray:
    """Draw in float64 for float64, else in float32."""
    return draw(tuple(shape), dtype=np.float64 if dtype == np.float64 else np.float32)


def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None) -> Tensor:
    """Numbers spread evenly over [minval, maxval).

    >>> uniform((2, 3), seed=1).shape
    (2, 3)
    """
    dtype = _float_type("uniform", dtype)
    if dtype != np.float64 and isinstance(minval, (int, float)) and isinstance(maxval, (int, float)):
        return Tensor(kernels.spread(tuple(shape), minval, maxval, *key(seed)).astype(dtype, copy=False))
    u = _filled(bits.stream(*key(seed)).random, shape, dtype)
    return _tensor((u * (maxval - minval) + minval).astype(dtype, copy=False))


def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None) -> Tensor:
    """Numbers from the normal distribution: ``mean + stddev · z``.

    >>> normal((2, 3), seed=1).dtype.name
    'float32'
    """
    dtype = _float_type("normal", dtype)
    z = _filled(bits.stream(*key(seed)).standard_normal, shape, dtype)
    return _tensor((z * stddev + mean).astype(dtype, copy=False))


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None) -> Tensor:
    """Numbers from the normal distribution, those beyond two standard deviations drawn again.

    >>> float(abs(truncated_normal((1000,), seed=1)).max()) <= 2.0
    True
    """
    dtype = _float_type("truncated_normal", dtype)
    generator = bits.stream(*key(seed))
    z = _filled(generator.standard_normal, shape, dtype)
    far = np.abs(z) > 2
    while np.any(far):
        z[far] = _filled(generator.standard_normal, (np.count_nonzero(far),), dtype)
        far = np.abs(z) > 2
    return _tensor((z * stddev + mean).astype(dtype, copy=False))


def randint(shape, minval, maxval, dtype="int32", seed=None) -> Tensor:
    """Whole numbers from minval to maxval - 1, all equally likely.

    Raises:
        ArgumentError: the dtype is not that of whole numbers.

    >>> set(randint((100,), 0, 3, seed=1).tolist())
    {0, 1, 2}
    """
    name = dtypes.name_of(dtype)
    if dtypes.is_float(name):
        raise ArgumentError("random.randint", expected="a dtype of whole numbers", got=name, fix="use random.uniform")
    return _tensor(bits.stream(*key(seed)).integers(int(minval), int(maxval), tuple(shape)).astype(name))


def categorical(logits, num_samples, dtype="int32", seed=None) -> Tensor:
    """Class numbers, class k of row n with probability ``softmax(logits)_{nk}``.

    Shapes: logits ``(N, K)``; the result ``(N, num_samples)``.

    >>> categorical([[0.0, 100.0]], 3, seed=1).tolist()
    [[1, 1, 1]]

    Source: Gumbel's trick, argmax_k (logit_k + g_k) with g = -ln(-ln u).
    """
    logits = _on_host(logits)
    gumbel = bits.stream(*key(seed)).gumbel(size=(len(logits), num_samples, logits.shape[1]))
    return _tensor(np.argmax(logits[:, None, :] + gumbel, axis=-1).astype(dtypes.name_of(dtype)))


def binomial(shape, counts, probabilities, dtype=None, seed=None) -> Tensor:
    """How often out of `counts` trials one of probability `probabilities` succeeds.

    >>> binomial((2,), 5.0, 1.0, seed=1).tolist()
    [5.0, 5.0]
    """
    drawn = bits.stream(*key(seed)).binomial(_on_host(counts).astype("int64"), _on_host(probabilities), tuple(shape))
    return _tensor(drawn.astype(dtypes.as_numpy(dtypes.name_of(dtype))))


def gamma(shape, alpha, dtype=None, seed=None) -> Tensor:
    """Numbers from the gamma distribution of shape `alpha` and scale 1.

    >>> float(gamma((2,), 3.0, seed=1).min()) > 0
    True
    """
    drawn = bits.stream(*key(seed)).standard_gamma(_on_host(alpha), tuple(shape))
    return _tensor(drawn.astype(_float_type("gamma", dtype)))


def beta(shape, alpha, beta, dtype=None, seed=None) -> Tensor:
    """Numbers from the beta distribution, between 0 and 1.

    >>> 0 <= float(beta((2,), 3.0, 2.0, seed=1).max()) <= 1
    True
    """
    drawn = bits.stream(*key(seed)).beta(_on_host(alpha), _on_host(beta), tuple(shape))
    return _tensor(drawn.astype(_float_type("beta", dtype)))


def shuffle(x, axis=0, seed=None) -> Tensor:
    """The entries of `x` in another order along an axis, each line of its own (as Keras does on JAX).

    >>> sorted(shuffle([3, 1, 2], seed=1).tolist())
    [1, 2, 3]
    """
    return _tensor(bits.stream(*key(seed)).permuted(_on_host(x), axis=axis))


def dropout(inputs, rate, noise_shape=None, seed=None) -> Tensor:
    """Entries silenced at random, the others scaled up by ``1/(1 - rate)``; a step on the tape (``ops/noise.py``).

    >>> dropout(np.ones((1, 4), "float32"), 0.5, seed=3).shape
    (1, 4)
    """
    if not 0 <= rate <= 1:
        raise ArgumentError("random.dropout", expected="rate from 0 to 1", got=str(rate))
    if rate == 0:
        return inputs if isinstance(inputs, Operators) else Tensor(as_array(inputs))
    if rate == 1:
        return inputs * 0 if isinstance(inputs, Operators) else Tensor(np.zeros_like(as_array(inputs)))
    chosen, counter = key(seed)
    return noise.dropout(inputs, rate=rate, noise_shape=noise_shape, seed=chosen, counter=counter)
