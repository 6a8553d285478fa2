"""What the layers share that act at random while training."""

from teachkeras import random
from teachkeras.errors import ArgumentError
from teachkeras.layers.layer import Layer


def share(name: str, value: float) -> float:
    """Return a layer's argument if it lies between 0 and 1.

    Raises:
        ArgumentError: it doesn't.
        TypeError: it is no number.
    """
    if not 0 <= value <= 1:
        raise ArgumentError(
            f"Invalid value received for argument `{name}`. Expected a float value between 0 and 1. "
            f"Received: {name}={value}",
            expected="a share from 0 to 1", got=repr(value), fix=f"{name}=0.5",
        )  # fmt: skip
    return value


class Noisy(Layer):
    """A layer with a generator of its own, and outputs shaped like the inputs."""

    def start(self, seed: object, amount: float) -> None:
        """Make the generator, if there is any noise to draw; nothing is left to build."""
        self.seed = seed
        self.supports_masking = True
        if amount > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.built = True

    def draw(self) -> dict:
        """Return the key of the next draw, as the random ops take it."""
        seed, counter = self.seed_generator.draw()
        return {"seed": seed, "counter": counter}

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return input_shape
