"""LambdaCallback: functions as a callback."""

from teachkeras.training.callback import Callback

_MOMENTS = (
    "on_epoch_begin", "on_epoch_end", "on_train_begin", "on_train_end", "on_train_batch_begin", "on_train_batch_end",
    "on_test_begin", "on_test_end", "on_test_batch_begin", "on_test_batch_end", "on_predict_begin", "on_predict_end",
    "on_predict_batch_begin", "on_predict_batch_end", "on_batch_begin", "on_batch_end",
)  # fmt: skip


class LambdaCallback(Callback):
    """Call functions at moments of training.

    Args:
        on_epoch_begin, on_epoch_end: Called with (epoch, logs).
        on_train_begin, on_train_end: Called with (logs).
        on_train_batch_begin, on_train_batch_end: Called with (batch, logs).
        kwargs: Functions for the other moments of a :class:`Callback`, by name; other names become attributes.

    Example:
        >>> losses = []
        >>> keep = LambdaCallback(on_epoch_end=lambda epoch, logs: losses.append(logs["loss"]))
        >>> keep.on_epoch_end(0, {"loss": 0.5})
        >>> losses
        [0.5]
    """

    def __init__(self, on_epoch_begin=None, on_epoch_end=None, on_train_begin=None, on_train_end=None,
                 on_train_batch_begin=None, on_train_batch_end=None, **kwargs):  # fmt: skip
        super().__init__()
        given = dict(
            on_epoch_begin=on_epoch_begin, on_epoch_end=on_epoch_end, on_train_begin=on_train_begin,
            on_train_end=on_train_end, on_train_batch_begin=on_train_batch_begin, on_train_batch_end=on_train_batch_end,
            **kwargs,
        )  # fmt: skip
        for name, function in given.items():
            if function is not None or name not in _MOMENTS:
                setattr(self, name, function)
