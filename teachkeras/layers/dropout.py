"""Dropout: units that stay silent at random, while training."""

from teachkeras import random
from teachkeras.errors import ArgumentError
from teachkeras.layers.layer import Layer


class Dropout(Layer):
    """Set a share of the inputs to zero at random while training; scale the others up so that the sum stays.

    Math:
        y_i = x_i m_i / (1 - rate),  m_i = 1 with probability 1 - rate, else 0. Outside of training y = x.

    Args:
        rate: The share that is dropped, from 0 to 1.
        noise_shape: Shape of the mask; axes of length 1 are dropped together.
        seed: Makes the masks repeatable.

    Raises:
        ArgumentError: the rate is not between 0 and 1.

    Example:
        >>> import numpy as np
        >>> Dropout(0.5)(np.ones((1, 4))).numpy()
        array([[1., 1., 1., 1.]], dtype=float32)

    Source: Srivastava et al., "Dropout", JMLR 2014.
    """

    def __init__(self, rate, noise_shape=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(rate, (int, float)) or not 0 <= rate <= 1:
            raise ArgumentError(
                "Invalid value received for argument `rate`. Expected a float value between 0 and 1. "
                f"Received: rate={rate}"
            )
        self.rate, self.seed, self.noise_shape = rate, seed, noise_shape
        self.supports_masking = True
        if rate > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.built = True  # there is nothing to build

    def call(self, inputs, training=False):
        """Return the inputs, in training with a share of them zeroed."""
        if not training or self.rate == 0:
            return inputs
        return random.dropout(inputs, self.rate, noise_shape=self.noise_shape, seed=self.seed_generator)

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return input_shape
