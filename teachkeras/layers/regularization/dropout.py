"""Dropout: units that stay silent at random, while training."""

from teachkeras import config, random
from teachkeras.errors import ArgumentError
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.regularization._noisy import Noisy, share


class Dropout(Noisy):
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
        self.rate, self.noise_shape = share("rate", rate), noise_shape
        self.start(seed, rate)

    def call(self, inputs, training=False):
        """Return the inputs, in training with a share of them zeroed."""
        if not training or self.rate == 0:
            return inputs
        return random.dropout(inputs, self.rate, noise_shape=self.noise_shape, seed=self.seed_generator)


class _SpatialDropout(Dropout):
    """Dropout of whole feature maps: all places of a channel share their fate."""

    rank = 0  # of the input

    def __init__(self, rate, seed=None, name=None, dtype=None):
        super().__init__(rate, seed=seed, name=name, dtype=dtype)
        self.input_spec = InputSpec(ndim=self.rank)

    def call(self, inputs, training=False):
        """Return the inputs, in training with a share of the channels zeroed."""
        if not training or self.rate == 0:
            return inputs
        places = range(2, self.rank) if self._channels_first() else range(1, self.rank - 1)
        shape = tuple(1 if axis in places else n for axis, n in enumerate(inputs.shape))
        return random.dropout(inputs, self.rate, noise_shape=shape, seed=self.seed_generator)

    def _channels_first(self) -> bool:
        return getattr(self, "data_format", None) == "channels_first"

    def get_config(self) -> dict:
        """Return what the constructor takes."""
        kept = {name: getattr(self, name) for name in ("rate", "seed", "name", "dtype")}
        return kept | ({"data_format": self.data_format} if hasattr(self, "data_format") else {})


class SpatialDropout1D(_SpatialDropout):
    """Set a share of the channels of sequences to zero while training, each over all steps.

    Math:
        y_ntc = x_ntc m_nc / (1 - rate),  m_nc = 1 with probability 1 - rate, else 0. Outside of training y = x.

    Args:
        rate: The share that is dropped, from 0 to 1.
        seed: Makes the masks repeatable.

    Shapes:
        x (n, steps, channels), y the same

    Raises:
        ArgumentError: the rate is not between 0 and 1.
        ShapeError: the input has not three axes.

    Example:
        >>> import numpy as np
        >>> y = SpatialDropout1D(0.5, seed=1)(np.ones((1, 3, 8)), training=True).numpy()
        >>> bool((y == y[:, :1]).all())
        True

    Source: Tompson et al., "Efficient object localization using convolutional networks", 2015, section 3.2.
    """

    rank = 3


class SpatialDropout2D(_SpatialDropout):
    """Set a share of the channels of images to zero while training, each over all pixels.

    Math:
        y_nijc = x_nijc m_nc / (1 - rate),  m_nc = 1 with probability 1 - rate, else 0. Outside of training y = x.

    Args:
        rate: The share that is dropped, from 0 to 1.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default ``config.image_data_format()``.
        seed: Makes the masks repeatable.

    Shapes:
        x (n, height, width, channels), y the same; channels_first: (n, channels, height, width)

    Raises:
        ArgumentError: the rate is not between 0 and 1, or another data_format.
        ShapeError: the input has not four axes.

    Example:
        >>> import numpy as np
        >>> SpatialDropout2D(0.5)(np.ones((1, 2, 2, 3))).shape
        (1, 2, 2, 3)

    Source: Tompson et al., "Efficient object localization using convolutional networks", 2015, section 3.2.
    """

    rank = 4

    def __init__(self, rate, data_format=None, seed=None, name=None, dtype=None):
        super().__init__(rate, seed=seed, name=name, dtype=dtype)
        self.data_format = _known_format(type(self).__name__, data_format)


class SpatialDropout3D(SpatialDropout2D):
    """Set a share of the channels of volumes to zero while training, each over all voxels.

    Math:
        y_nijkc = x_nijkc m_nc / (1 - rate),  m_nc = 1 with probability 1 - rate, else 0. Outside of training y = x.

    Args:
        rate: The share that is dropped, from 0 to 1.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default ``config.image_data_format()``.
        seed: Makes the masks repeatable.

    Shapes:
        x (n, depth, height, width, channels), y the same; channels_first: (n, channels, depth, height, width)

    Raises:
        ArgumentError: the rate is not between 0 and 1, or another data_format.
        ShapeError: the input has not five axes.

    Example:
        >>> import numpy as np
        >>> SpatialDropout3D(0.5)(np.ones((1, 2, 2, 2, 3))).shape
        (1, 2, 2, 2, 3)

    Source: Tompson et al., "Efficient object localization using convolutional networks", 2015, section 3.2.
    """

    rank = 5


def _known_format(where: str, data_format: str | None) -> str:
    if data_format not in (None, "channels_last", "channels_first"):
        raise ArgumentError(
            f"{where}: data_format", expected='"channels_last" or "channels_first"', got=repr(data_format)
        )
    return data_format or config.image_data_format()
