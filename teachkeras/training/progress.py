"""The progress bar of fit, evaluate and predict; redrawn at most ten times a second, whatever the number of batches."""

from __future__ import annotations

import sys
import time

from teachkeras.training.callback import Callback

WIDTH = 20
BETWEEN_DRAWS = 0.1  # seconds
_BOLD, _GREEN, _WHITE, _PLAIN = "\x1b[1m", "\x1b[32m", "\x1b[37m", "\x1b[0m"


def per_step(seconds: float) -> str:
    """Return a duration in a readable unit.

    >>> per_step(2.5), per_step(0.0123), per_step(0.000123)
    ('2s', '12ms', '123us')
    """
    if seconds >= 1 or seconds == 0:
        return f"{seconds:.0f}s"
    return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"


def clock(seconds: float) -> str:
    """Return whole seconds, minutes, hours.

    >>> clock(5), clock(65), clock(3700)
    ('5s', '1:05', '1:01:40')
    """
    seconds = int(seconds)
    if seconds >= 3600:
        return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    return f"{seconds // 60}:{seconds % 60:02d}" if seconds >= 60 else f"{seconds}s"


def numbers(logs: dict) -> str:
    """Return `` - accuracy: 0.9123 - loss: 0.3012``."""
    parts = []
    for name, value in logs.items():
        value = float(value)
        parts.append(f" - {name}: {value:.4f}" if abs(value) > 1e-3 else f" - {name}: {value:.4e}")
    return "".join(parts)


class Progbar:
    """A line that shows how far a loop has come.

    Args:
        target: How many steps there are; None if unknown.
        verbose: 1 for a bar that is redrawn, 2 for one line at the end, 0 for nothing.
        stream: Where to write; standard output by default.
    """

    def __init__(self, target=None, width=WIDTH, verbose=1, interval=BETWEEN_DRAWS, stream=None):
        self.target, self.width, self.verbose, self.interval = target, width, verbose, interval
        self.stream, self.start, self._drawn_at, self._length = stream, time.perf_counter(), 0.0, 0

    def due(self) -> bool:
        """Tell whether it is time to draw again."""
        return self.verbose == 1 and time.perf_counter() - self._drawn_at >= self.interval

    def update(self, current: int, logs: dict | None = None, finalize: bool = False) -> None:
        """Draw the state after `current` steps."""
        if not self.verbose or (self.verbose == 2 and not finalize):
            return
        self._drawn_at = time.perf_counter()
        taken = self._drawn_at - self.start
        each = taken / current if current else 0.0
        if self.verbose == 2:
            self._write(
                f"{current}/{self.target or current} - {clock(taken)} - {per_step(each)}/step{numbers(logs or {})}\n"
            )
            return
        total = self.target or (current if finalize else None)
        left = clock(taken) if finalize else clock(each * (total - current)) if total else clock(taken)
        count = f"{_BOLD}{current:>{len(str(total))}}/{total}{_PLAIN}" if total else f"{_BOLD}{current}/Unknown{_PLAIN}"
        text = f"{count} {self._bar(current, total)}{_BOLD}{left}{_PLAIN} {per_step(each)}/step{numbers(logs or {})}"
        blank = " " * max(0, self._length - len(text))
        self._length = len(text)
        self._write(f"\r{text}{blank}" + ("\n" if finalize else ""))

    def _bar(self, current: int, total: int | None) -> str:
        if not total:
            return ""
        full = min(self.width, self.width * current // total)
        return f"{_GREEN}{'━' * full}{_PLAIN}{_WHITE}{'━' * (self.width - full)}{_PLAIN} "

    def _write(self, text: str) -> None:
        stream = self.stream or sys.stdout
        try:
            stream.write(text)
        except UnicodeEncodeError:
            stream.write(text.replace("━", "="))
        stream.flush()


class ProgbarLogger(Callback):
    """Shows the progress bar of fit, evaluate and predict."""

    def __init__(self):
        super().__init__()
        self._bar, self._seen, self._training = Progbar(verbose=0), 0, False

    def on_train_begin(self, logs=None):
        """Remember that epochs will say when to draw."""
        self._training = True

    def on_epoch_begin(self, epoch, logs=None):
        """Print the epoch's heading."""
        if self.params["verbose"]:
            print(f"Epoch {epoch + 1}/{self.params['epochs']}")
        self._restart()

    def on_test_begin(self, logs=None):
        """Start a bar, unless this is a fit's validation."""
        if not self._training:
            self._restart()

    def on_predict_begin(self, logs=None):
        """Start a bar."""
        self._restart()

    def _restart(self) -> None:
        self._bar = Progbar(self.params.get("steps"), verbose=self.params["verbose"])
        self._seen = 0

    def on_train_batch_end(self, batch, logs=None):
        """Redraw if it is time."""
        self._seen = batch + 1
        if self._bar.due():
            self._bar.update(self._seen, logs)

    def on_test_batch_end(self, batch, logs=None):
        """Redraw if it is time."""
        if not self._training:
            self.on_train_batch_end(batch, logs)

    def on_predict_batch_end(self, batch, logs=None):
        """Redraw if it is time."""
        self._seen = batch + 1
        if self._bar.due():
            self._bar.update(self._seen)

    def on_epoch_end(self, epoch, logs=None):
        """Draw the finished epoch."""
        self._bar.update(self._seen, logs, finalize=True)

    def on_test_end(self, logs=None):
        """Draw the finished evaluation."""
        if not self._training:
            self._bar.update(self._seen, logs, finalize=True)

    def on_predict_end(self, logs=None):
        """Draw the finished prediction."""
        self._bar.update(self._seen, finalize=True)

    def on_train_end(self, logs=None):
        """The next evaluation is one of its own."""
        self._training = False
