import threading

import numpy as np
import pytest

from teachkeras import bits, config, random
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.random import SeedGenerator
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor
from teachkeras.utils import set_random_seed

KEPT = [0, 1, 1, 0, 1, 0, 1, 1]
UNIFORM = [0.1637265, 0.8720734, 0.9722633, 0.2953653]
NORMAL = [-0.293339, 1.7038306, 1.5391918, 0.6367539]
DRAWS = {
    "uniform": lambda seed: random.uniform((50,), seed=seed),
    "normal": lambda seed: random.normal((50,), seed=seed),
    "truncated_normal": lambda seed: random.truncated_normal((50,), seed=seed),
    "randint": lambda seed: random.randint((50,), 0, 1000, seed=seed),
    "categorical": lambda seed: random.categorical(np.zeros((2, 9)), 25, seed=seed),
    "binomial": lambda seed: random.binomial((50,), 9, 0.5, seed=seed),
    "gamma": lambda seed: random.gamma((50,), 2.0, seed=seed),
    "beta": lambda seed: random.beta((50,), 2.0, 3.0, seed=seed),
    "shuffle": lambda seed: random.shuffle(np.arange(50), seed=seed),
    "dropout": lambda seed: random.dropout(np.ones(50, "float32"), 0.5, seed=seed),
}


@pytest.fixture(params=DRAWS)
def draw(request):
    return DRAWS[request.param]


def test_an_int_gives_the_same_at_every_call(draw):
    assert np.array_equal(draw(3).numpy(), draw(3).numpy())
    assert not np.array_equal(draw(3).numpy(), draw(4).numpy())


def test_a_generator_goes_on_and_can_go_back(draw):
    generator = SeedGenerator(3)
    first, second = draw(generator).numpy(), draw(generator).numpy()
    assert not np.array_equal(first, second) and np.array_equal(first, draw(3).numpy())
    generator.counter = 1
    assert np.array_equal(draw(generator).numpy(), second) and generator.counter == 2


def test_none_follows_set_random_seed(draw):
    set_random_seed(5)
    first = [draw(None).numpy() for _ in range(2)]
    set_random_seed(5)
    assert all(np.array_equal(f, draw(None).numpy()) for f in first)
    assert not np.array_equal(first[0], first[1])


def test_same_bits_in_every_thread_and_on_every_back_end(draw):
    expected, found = draw(7).numpy(), []
    threads = [threading.Thread(target=lambda: found.append(draw(7).numpy())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    before = config.backend()
    for backend in ("numpy", before):
        config.set_backend(backend)
        found.append(draw(7).numpy())
    assert all(np.array_equal(expected, f) for f in found)


def test_first_numbers_of_a_stream_stay_what_they_are():
    """Recordings and seeds in old notebooks hold only as long as this does."""
    assert bits.kept((8,), 0.5, seed=7, counter=0).astype(int).tolist() == KEPT
    assert np.allclose(random.uniform((4,), seed=7).numpy(), UNIFORM)
    assert np.allclose(random.normal((4,), seed=7).numpy(), NORMAL)


def test_distributions():
    n = (200_000,)
    u, z, t = (getattr(random, d)(n, seed=1).numpy() for d in ("uniform", "normal", "truncated_normal"))
    assert abs(u.mean() - 0.5) < 0.005 and abs(u.var() - 1 / 12) < 0.002 and 0 <= u.min() and u.max() < 1
    assert abs(z.mean()) < 0.01 and abs(z.std() - 1) < 0.01
    assert abs(t).max() <= 2 and abs(t.std() - 0.8796) < 0.01
    k = random.randint(n, 2, 5, seed=1).numpy()
    assert np.allclose(np.bincount(k)[2:] / k.size, 1 / 3, atol=0.01)
    c = random.categorical(np.log([[0.2, 0.8]]), 20_000, seed=1).numpy()
    assert c.shape == (1, 20_000) and abs(c.mean() - 0.8) < 0.02


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout(rate):
    x = Tensor(np.ones((400, 500), "float32"))
    with GradientTape() as tape:
        tape.watch(x)
        y = random.dropout(x, rate, seed=2)
    values = np.unique(y.numpy())
    assert np.allclose(values, [0, 1 / (1 - rate)]) and y.dtype == np.float32
    assert abs((y.numpy() == 0).mean() - rate) < 0.01
    assert np.array_equal(tape.gradient(y, x).numpy(), y.numpy())


def test_a_record_of_dropout_replays():
    x = Tensor(np.ones((4, 5), "float32"))
    generator = SeedGenerator(9)
    generator.counter = 4
    with GradientTape() as tape:
        tape.watch(x)
        y = random.dropout(x, 0.5, seed=generator)
    record = tape.records[-1]
    assert (record.params["seed"], record.params["counter"]) == (9, 4)
    assert np.array_equal(record.op.function(x.data, **record.params)[0], y.numpy())


def test_dropout_edges():
    x = np.ones((4, 6), "float32")
    assert np.array_equal(random.dropout(x, 0, seed=1).numpy(), x)
    assert not random.dropout(x, 1, seed=1).numpy().any()
    rows = random.dropout(x, 0.5, noise_shape=(None, 1), seed=1).numpy()
    assert all(len(set(row)) == 1 for row in rows)
    with pytest.raises(ShapeError, match="noise_shape"):
        random.dropout(x, 0.5, noise_shape=(3, 1), seed=1)
    with pytest.raises(ArgumentError, match="rate"):
        random.dropout(x, 1.5, seed=1)


def test_bad_arguments():
    with pytest.raises(ArgumentError, match="floating-point"):
        random.uniform((2,), dtype="int32")
    with pytest.raises(ArgumentError, match="whole numbers"):
        random.randint((2,), 0, 3, dtype="float32")
    for call in (lambda: SeedGenerator("7"), lambda: random.uniform((2,), seed="7"), lambda: set_random_seed(1.5)):
        with pytest.raises(ArgumentError):
            call()


def test_seed_generator_as_data():
    generator = SeedGenerator(7, name="g")
    assert generator.get_config() == {"seed": 7, "name": "g"}
    assert generator.state.dtype == "uint32" and generator.state.numpy().tolist() == [7, 0]
    assert generator.next().numpy().tolist() == [7, 0] and generator.counter == 1
