"""``optimizers.legacy`` of Keras 2: the same formulas, so that a script that names it runs."""

from teachkeras.optimizers.adagrad import Adagrad  # noqa: F401
from teachkeras.optimizers.adam import Adam  # noqa: F401
from teachkeras.optimizers.base import Optimizer  # noqa: F401
from teachkeras.optimizers.ftrl import Ftrl  # noqa: F401
from teachkeras.optimizers.rmsprop import RMSprop  # noqa: F401
from teachkeras.optimizers.sgd import SGD  # noqa: F401

APART = True
