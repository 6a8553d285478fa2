import numpy as np
import pytest

from teachkeras_widgets.series import Series


@pytest.mark.parametrize("capacity", [2, 8, 512])
@pytest.mark.parametrize("chunk", [1, 7, 300])
def test_points_are_the_statistics_of_what_they_stand_for(capacity, chunk):
    values = np.random.default_rng(0).normal(size=3000).astype("float32")
    curve = Series(capacity)
    for start in range(0, len(values), chunk):
        curve.extend(range(start + 1, min(start + chunk, len(values)) + 1), values[start : start + chunk])
    assert len(curve) <= capacity
    assert curve.stride == 2 ** int(np.ceil(np.log2(3000 / capacity)))
    for number, (x, low, mean, high) in enumerate(curve.points):
        first = number * curve.stride
        part = values[first : first + curve.stride]
        assert (low, high) == (part.min(), part.max())
        np.testing.assert_allclose(mean, part.mean(dtype="float64"), atol=2e-4)
        np.testing.assert_allclose(x, first + (len(part) + 1) / 2, rtol=1e-5)


def test_deltas_rebuild_the_curve():
    random = np.random.default_rng(1)
    curve, mirror, count = Series(16), np.zeros((0, 4), "float32"), 0
    for _ in range(200):
        new = random.normal(size=random.integers(0, 9))
        curve.extend(range(count + 1, count + 1 + len(new)), new)
        count += len(new)
        start, data = curve.delta()
        mirror = np.concatenate([mirror[:start], np.frombuffer(data, "float32").reshape(-1, 4)])
        np.testing.assert_array_equal(mirror, curve.points)
    assert curve.delta() == (len(curve), b"")


def test_size_does_not_grow_with_the_run():
    curve = Series(512)
    for start in range(0, 1_000_000, 250):
        curve.extend(range(start, start + 250), [1.0] * 250)
    assert curve.points.nbytes <= 512 * 16
    assert curve.stride == 2048


def test_a_value_that_is_not_a_number_stays_visible():
    curve = Series(4)
    curve.extend([1, 2], [1.0, float("nan")])
    assert np.isnan(curve.points[1, 2])
