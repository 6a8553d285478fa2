"""Noise while training: what a network learns under it depends on no single unit. Outside of training it is silent."""

from teachkeras import ops
from teachkeras.layers.regularization._noisy import Noisy, share


class GaussianNoise(Noisy):
    """Add normal noise of mean 0 while training.

    Math:
        y_i = x_i + σ z_i,  z_i ~ N(0, 1). Outside of training y = x.

    Args:
        stddev: σ, from 0 to 1.
        seed: Makes the noise repeatable.

    Raises:
        ArgumentError: stddev is not between 0 and 1.

    Example:
        >>> import numpy as np
        >>> GaussianNoise(0.1)(np.ones((1, 3))).numpy()
        array([[1., 1., 1.]], dtype=float32)

    Source: Bishop, "Training with noise is equivalent to Tikhonov regularization", 1995.
    """

    def __init__(self, stddev, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.stddev = share("stddev", stddev)
        self.start(seed, stddev)

    def call(self, inputs, training=False):
        """Return the inputs, in training with noise."""
        if not training or self.stddev == 0:
            return inputs
        return ops.gaussian_noise(inputs, stddev=self.stddev, **self.draw())


class GaussianDropout(Noisy):
    """Multiply by normal noise of mean 1 while training: dropout without zeros.

    Math:
        y_i = x_i m_i,  m_i ~ N(1, rate / (1 - rate)). Outside of training y = x.

    Args:
        rate: The share of the dropout whose variance the noise has, from 0 to 1 (in training below 1).
        seed: Makes the noise repeatable.

    Raises:
        ArgumentError: the rate is not between 0 and 1.

    Example:
        >>> import numpy as np
        >>> GaussianDropout(0.5)(np.ones((1, 3))).numpy()
        array([[1., 1., 1.]], dtype=float32)

    Source: Srivastava et al., "Dropout", JMLR 2014, section 10.
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.rate = share("rate", rate)
        self.start(seed, rate)

    def call(self, inputs, training=False):
        """Return the inputs, in training with noise."""
        if not training or self.rate == 0:
            return inputs
        return ops.gaussian_dropout(inputs, rate=self.rate, **self.draw())


class AlphaDropout(Noisy):
    """Dropout for selu networks: mean and variance stay as they are.

    Math:
        y_i = a (x_i m_i + α' (1 - m_i)) + b,  m_i = 1 with probability 1 - rate, else 0;
        α' = -1.7581 (selu's lower limit), a = ((1 - rate)(1 + rate α'²))^(-1/2), b = -a rate α'.

    Args:
        rate: The share that is set to α', from 0 to 1 (in training below 1).
        noise_shape: Shape of the mask; axes of length 1 are dropped together.
        seed: Makes the masks repeatable.

    Raises:
        ArgumentError: the rate is not between 0 and 1.

    Example:
        >>> import numpy as np
        >>> AlphaDropout(0.5)(np.ones((1, 3))).numpy()
        array([[1., 1., 1.]], dtype=float32)

    Source: Klambauer et al., "Self-normalizing neural networks", 2017.
    """

    def __init__(self, rate, noise_shape=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.rate, self.noise_shape = share("rate", rate), noise_shape
        self.start(seed, rate)

    def call(self, inputs, training=False):
        """Return the inputs, in training with a share of them at selu's lower limit."""
        if not training or self.rate == 0:
            return inputs
        shape = self.noise_shape
        if shape is not None:
            shape = (1,) * (len(inputs.shape) - len(shape)) + tuple(shape)
        return ops.alpha_dropout(inputs, rate=self.rate, noise_shape=shape, **self.draw())
