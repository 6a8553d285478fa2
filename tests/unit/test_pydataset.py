"""PyDataset: order, moments, workers, limited epochs; batches of sparse arrays."""

import threading

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.batches import batches


class Numbers(tk.utils.PyDataset):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.told = []

    def __len__(self):
        return 6

    def __getitem__(self, i):
        self.told.append(i)
        return np.full((2, 1), i), np.full((2, 1), i)

    def on_epoch_begin(self):
        self.told.append("begin")

    def on_epoch_end(self):
        self.told.append("end")


@pytest.mark.parametrize("settings", [{}, {"workers": 3}, {"workers": 2, "max_queue_size": 1}], ids=str)
def test_batches_come_in_order(settings):
    data = Numbers(**settings)
    for _ in range(2):
        assert [x[0, 0] for x, _, _ in batches(data)] == [0, 1, 2, 3, 4, 5]
    assert data.told[0] == data.told[7 + 1] == "begin" and data.told[7] == data.told[-1] == "end"
    assert sorted(data.told[1:7]) == [0, 1, 2, 3, 4, 5]


def test_shuffled_and_limited():
    np.random.seed(1)  # noqa: NPY002
    epochs = [[int(x[0, 0]) for x, _, _ in source] for source in [batches(Numbers(), shuffle=True)] for _ in range(2)]
    assert [sorted(epoch) for epoch in epochs] == [[0, 1, 2, 3, 4, 5]] * 2 and epochs[0] != epochs[1]
    source = batches(Numbers(), steps=4, resume=True)
    assert [int(x[0, 0]) for x, _, _ in source] == [0, 1, 2, 3]
    with pytest.warns(UserWarning, match="ran out of data"):
        assert [int(x[0, 0]) for x, _, _ in source] == [4, 5]


def test_workers_make_batches_at_the_same_time():
    class Waits(Numbers):
        barrier = threading.Barrier(2, timeout=20)

        def __getitem__(self, i):
            self.barrier.wait()  # passes only when two batches are being made
            return super().__getitem__(i)

    assert len(list(batches(Waits(workers=2)))) == 6


def test_an_error_in_a_worker_comes_through_and_no_thread_stays():
    class Broken(Numbers):
        def __getitem__(self, i):
            if i == 3:
                raise OSError("disk")
            return super().__getitem__(i)

    before = threading.active_count()
    with pytest.raises(OSError, match="disk"):
        list(batches(Broken(workers=2)))
    assert threading.active_count() == before


def test_keras_2_names():
    assert tk.utils.Sequence is tk.utils.PyDataset and Numbers().num_batches == 6
    with pytest.raises(ValueError, match="y and sample_weight inside"):
        batches(Numbers(), np.ones(3))


def test_sparse_rows_become_dense():
    sparse = pytest.importorskip("scipy.sparse", reason="SciPy is not installed")
    x = np.eye(5)
    found = list(batches(sparse.coo_matrix(x), np.arange(5), batch_size=2, shuffle=True))
    np.testing.assert_array_equal(np.concatenate([a for a, _, _ in found]).argmax(axis=1),
                                  np.concatenate([b for _, b, _ in found]))  # fmt: skip
    assert all(isinstance(a, np.ndarray) and a.dtype == np.float32 for a, _, _ in found)


def test_a_loader_of_pytorch_is_a_stream():
    """A loader has ``dataset`` and ``in_order`` too, and a length; it is asked by looping over it."""

    class Loader:
        in_order, dataset = True, None

        def __len__(self):
            return 3

        def __iter__(self):
            return iter([[np.ones((2, 3), "float32"), np.ones((2, 1), "float32")]] * 3)

    model = tk.Sequential([tk.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert model.fit(Loader(), epochs=2, verbose=0).history["loss"][1] >= 0 and int(model.optimizer.iterations) == 6
