"""Dropout inside recurrence: masks drawn once a sequence and used at every step."""

import numpy as np

from teachkeras import ops, random


class DropoutRNNCell:
    """Mix-in of cells that drop inputs and states: it draws the masks, and keeps them until they are reset.

    The cell has ``dropout``, ``recurrent_dropout``, ``seed_generator``, and ``dropout_mask_count`` where each gate has
    a mask of its own. A mask is 0 or 1/(1 - rate).

    Source: Gal & Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks", 2016.
    """

    dropout_mask_count = None
    _dropout_mask = _recurrent_dropout_mask = None

    def _draw(self, like, rate):
        shape = like.shape if self.dropout_mask_count is None else (self.dropout_mask_count, *like.shape)
        if rate >= 1:
            return ops.zeros(shape, dtype=like.dtype)
        return random.dropout(np.ones(shape, like.dtype), rate, seed=self.seed_generator)

    def get_dropout_mask(self, step_input):
        """Return the inputs' mask, drawn now if there is none; None without dropout."""
        if self._dropout_mask is None and self.dropout > 0:
            self._dropout_mask = self._draw(step_input, self.dropout)
        return self._dropout_mask

    def get_recurrent_dropout_mask(self, step_input):
        """Return the states' mask, drawn now if there is none; None without recurrent dropout."""
        if self._recurrent_dropout_mask is None and self.recurrent_dropout > 0:
            self._recurrent_dropout_mask = self._draw(step_input, self.recurrent_dropout)
        return self._recurrent_dropout_mask

    def reset_dropout_mask(self):
        """Forget the inputs' mask."""
        self._dropout_mask = None

    def reset_recurrent_dropout_mask(self):
        """Forget the states' mask."""
        self._recurrent_dropout_mask = None

    def masks(self, inputs, state, training):
        """Return the masks of inputs and state for this call, None for each that is not to be used."""
        if not training:
            return None, None
        return (
            self.get_dropout_mask(inputs) if 0 < self.dropout < 1 else None,
            self.get_recurrent_dropout_mask(state) if 0 < self.recurrent_dropout < 1 else None,
        )
