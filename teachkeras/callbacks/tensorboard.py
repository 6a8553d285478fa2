"""TensorBoard: the numbers of training as event files that TensorBoard shows."""

import os
import time
import warnings

import numpy as np

from teachkeras.callbacks._event_file import EventFile
from teachkeras.errors import ArgumentError
from teachkeras.training.callback import Callback

PICTURES = 3  # at most so many of a weight with several channels


class TensorBoard(Callback):
    """Write event files into ``log_dir/train`` and ``log_dir/validation``; ``tensorboard --logdir log_dir`` shows them.

    TensorFlow is not needed: the files are written by hand (``callbacks/_event_file.py``).

    Args:
        log_dir: The folder.
        histogram_freq: Every so many epochs, how the entries of each weight are spread; 0 for never.
        write_graph: Whether to write the model's config, from which TensorBoard draws the conceptual graph.
        write_images: Whether to draw the weights as pictures, when their histograms are written.
        write_steps_per_second: Whether to note how fast training goes.
        update_freq: ``"epoch"``, ``"batch"``, or every so many batches: when losses and metrics are written.
        profile_batch: Taken for compatibility; ``teachkeras.record`` looks into a step.
        embeddings_freq: Every so many epochs, the vectors of each Embedding for TensorBoard's projector; 0 for never.
        embeddings_metadata: File with a label per row, or a dict from layer names to files.

    Tags are Keras's: ``epoch_loss``, ``epoch_learning_rate``, ``batch_loss``, ``evaluation_loss_vs_iterations``,
    ``dense/kernel/histogram``. Pictures are scaled from a weight's smallest entry (black) to its largest (white).

    Raises:
        ArgumentError: an unknown ``update_freq``, a ``profile_batch`` that is no number or pair of numbers.

    Example:
        >>> import numpy as np, os, tempfile, teachkeras as tk
        >>> model = tk.Sequential([tk.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> folder = tempfile.mkdtemp()
        >>> _ = model.fit(np.ones((4, 2)), np.ones(4), callbacks=[TensorBoard(folder)], verbose=0)
        >>> [name[:19] for name in os.listdir(os.path.join(folder, "train"))]
        ['events.out.tfevents']

    Source: ``keras.callbacks.TensorBoard``; the formats: see ``callbacks/_event_file.py``.
    """

    def __init__(self, log_dir="logs", histogram_freq=0, write_graph=True, write_images=False,
                 write_steps_per_second=False, update_freq="epoch", profile_batch=0, embeddings_freq=0,
                 embeddings_metadata=None):  # fmt: skip
        super().__init__()
        self.log_dir, self.histogram_freq, self.write_graph = os.fspath(log_dir), histogram_freq, write_graph
        self.write_images, self.write_steps_per_second = write_images, write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        self.profile_batch, self.embeddings_freq = profile_batch, embeddings_freq
        self.embeddings_metadata = embeddings_metadata
        if self.update_freq != "epoch" and not isinstance(self.update_freq, int):
            raise ArgumentError(
                "TensorBoard: update_freq", expected='"epoch", "batch" or a whole number', got=repr(update_freq)
            )
        _check_profile(profile_batch)
        self._files: dict[str, EventFile] = {}
        self._batch, self._started, self._trains = 0, (0.0, 0), False

    def _to(self, part: str) -> EventFile:
        """Return the open file of "train" or "validation"."""
        if part not in self._files:
            self._files[part] = EventFile(os.path.join(self.log_dir, part))
        return self._files[part]

    def on_train_begin(self, logs=None):
        """Count batches anew; write the model's config."""
        self._batch, self._trains = 0, True
        if self.write_graph and hasattr(self.model, "to_json"):
            self._to("train").text("keras", self.model.to_json(), 0, plugin="graph_keras_model")

    def on_train_end(self, logs=None):
        """Close the files."""
        self._trains = False
        for file in self._files.values():
            file.close()
        self._files.clear()

    def on_epoch_begin(self, epoch, logs=None):
        """Start the clock."""
        self._started = time.perf_counter(), self._batch

    def on_train_batch_begin(self, batch, logs=None):
        """Start the batch's clock."""
        self._batch_started = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        """Write the batch's numbers, if it is time."""
        if self.write_steps_per_second:
            rate = 1.0 / max(time.perf_counter() - self._batch_started, 1e-9)
            self._to("train").scalar("batch_steps_per_second", rate, self._batch)
        if self.update_freq != "epoch" and self._batch % self.update_freq == 0:
            for name, value in (logs or {}).items():
                self._to("train").scalar(f"batch_{name}", value, self._batch)
        self._batch += 1

    def on_epoch_end(self, epoch, logs=None):
        """Write the epoch's numbers, histograms, pictures and vectors."""
        for name, value in (logs or {}).items():
            part = "validation" if name.startswith("val_") else "train"
            self._to(part).scalar(f"epoch_{name.removeprefix('val_')}", value, epoch)
        train = self._to("train")
        if "learning_rate" not in (logs or {}):
            train.scalar("epoch_learning_rate", float(self.model.optimizer.learning_rate), epoch)
        if self.write_steps_per_second:
            since, batches = self._started
            train.scalar("epoch_steps_per_second", (self._batch - batches) / (time.perf_counter() - since), epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            self._write_embeddings()
        for file in self._files.values():
            file.flush()

    def on_test_end(self, logs=None):
        """Write what an evaluation found, over the number of updates made so far."""
        if self.model.optimizer is not None:
            for name, value in (logs or {}).items():
                tag = f"evaluation_{name}_vs_iterations"
                self._to("validation").scalar(tag, value, int(self.model.optimizer.iterations))
        if not self._trains:  # an evaluate() of its own
            self.on_train_end()

    def _write_weights(self, epoch: int) -> None:
        for layer in self.model.layers:
            for weight in layer.weights:
                values = weight.numpy()
                self._to("train").histogram(f"{weight.path}/histogram", values, epoch)
                if self.write_images and (drawn := _pictures(values)):
                    self._to("train").images(f"{weight.path}/image", drawn, epoch)

    def _write_embeddings(self) -> None:
        """Write each embedding as a table, and the file that tells the projector where they are."""
        told = []
        for layer in self.model.layers:
            if type(layer).__name__ != "Embedding":
                continue
            name = f"{layer.name}_embedding.tsv"
            os.makedirs(self.log_dir, exist_ok=True)
            np.savetxt(os.path.join(self.log_dir, name), layer.weights[0].numpy(), "%.6g", "\t")
            lines = [f'  tensor_name: "{layer.name}"', f'  tensor_path: "{name}"']
            known = self.embeddings_metadata
            labels = known.get(layer.name) if isinstance(known, dict) else known
            lines += [f'  metadata_path: "{os.fspath(labels)}"'] if labels else []
            told.append("embeddings {\n" + "\n".join(lines) + "\n}\n")
        if told:
            with open(os.path.join(self.log_dir, "projector_config.pbtxt"), "w", encoding="utf-8") as file:
                file.write("".join(told))


def _check_profile(profile_batch: object) -> None:
    numbers = profile_batch if isinstance(profile_batch, (tuple, list)) else (profile_batch,)
    if len(numbers) > 2 or not all(isinstance(n, int) and n >= 0 for n in numbers):
        raise ArgumentError(
            "profile_batch must be a non-negative integer or 2-tuple of positive integers. A pair of positive integers "
            f"signifies a range of batches to profile. Found: {profile_batch}"
        )
    if any(numbers):
        warnings.warn("profile_batch profiles nothing here: teachkeras.record(model) looks into a step", stacklevel=3)


def _pictures(values: np.ndarray) -> list[np.ndarray]:
    """Return a weight of rank 1 to 3 as grey pictures, smallest entry black; none of other ranks.

    >>> _pictures(np.array([[0.0, 1.0]]))[0][..., 0].tolist()
    [[0, 255]]
    """
    values = np.squeeze(values)
    if values.ndim == 1:
        values = values[None, :]
    if values.ndim == 2:
        values = (values.T if values.shape[0] > values.shape[1] else values)[..., None]
    if values.ndim != 3:
        return []
    low, high = float(values.min()), float(values.max())
    grey = np.uint8(np.round((values - low) / ((high - low) or 1.0) * 255))
    return [np.ascontiguousarray(grey[:, :, k : k + 1]) for k in range(min(PICTURES, grey.shape[2]))]
