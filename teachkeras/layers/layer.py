"""Layer: weights and a computation.

A layer goes through ``__init__`` (settings), ``build`` (weights, once the input shape is known) and ``call`` (the
computation). Calling it does, in order: convert the inputs, build if needed, run ``call`` under the layer's address,
let hooks look, add what ``activity_regularizer`` costs. On symbolic tensors it returns symbolic tensors and computes
nothing.
"""

from __future__ import annotations

import contextvars

import numpy as np

from teachkeras import dtype_policies, dtypes, events, initializers, regularizers
from teachkeras.errors import ArgumentError, NotBuiltError, ShapeError, TeachKerasError, did_you_mean
from teachkeras.kernels import device
from teachkeras.layers._building import Buildable
from teachkeras.layers._calling import face_of, hand_in_masks, numeric_list, pass_on_masks
from teachkeras.layers._graph import Graphed
from teachkeras.layers._tracking import Holder
from teachkeras.naming import auto_name
from teachkeras.serial import Configurable, serialize, signature_of
from teachkeras.symbolic import Node, symbolic_in
from teachkeras.tensor import Operators, Tensor, as_array
from teachkeras.variable import Variable

training_mode: contextvars.ContextVar[bool | None] = contextvars.ContextVar("training", default=None)

_PLAIN_KEYWORDS = {"training"}  # keywords that need no conversion


class Layer(Graphed, Buildable, Holder, Configurable):
    """Base of all layers.

    Args:
        activity_regularizer: Adds a cost for the output's size.
        trainable: Whether training may change the weights.
        dtype: A number type or a dtype policy.
        autocast: Whether float inputs are brought to the compute dtype.
        name: Its name; by default the class name in snake case with a number.

    Example:
        >>> class Scale(Layer):
        ...     def build(self, input_shape):
        ...         self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="factor")
        ...     def call(self, x):
        ...         return x * self.factor
        >>> Scale()(np.array([[1.0, 2.0]])).numpy()
        array([[1., 2.]], dtype=float32)

    Raises:
        ArgumentError: an unknown keyword argument.
    """

    config_skips = frozenset({"autocast", "activity_regularizer"})

    def __init__(self, *, activity_regularizer=None, trainable=True, dtype=None, autocast=True, name=None, **kwargs):
        self.input_shape_argument = self._taken_shape(kwargs)
        self._given_weights = kwargs.pop("weights", None)
        if kwargs:
            known = [name for name in signature_of(type(self)) if name != "kwargs"]
            raise ArgumentError(
                f"Unrecognized keyword arguments passed to {type(self).__name__}: {kwargs}",
                expected="arguments of the layer", got=", ".join(kwargs), fix=did_you_mean(next(iter(kwargs)), known),
            )  # fmt: skip
        if name is not None and not isinstance(name, str):
            raise ArgumentError(type(self).__name__, expected="a string as name", got=repr(name))
        self.name = name or auto_name(type(self).__name__)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.dtype_policy = dtype_policies.get(dtype)
        self._array_dtype = dtypes.as_numpy(self.dtype_policy.compute_dtype)
        self.autocast = autocast
        self.built = False
        self._face = face_of(type(self))
        self.supports_masking = self._face.makes_masks
        self.input_spec = None
        self.path = self.name
        self.build_config = None
        self._trainable = bool(trainable)
        self._weights: list[Variable] = []
        self._losses: list = []
        self._hooks = self._fitting_shape = None
        self._nodes: list[Node] = []

    @staticmethod
    def _taken_shape(kwargs: dict) -> tuple | None:
        """Take ``input_shape=`` and its older relatives out of the keywords; return the shape with the batch axis."""
        length = kwargs.pop("input_length", None)
        batch = kwargs.pop("batch_size", None) if {"input_shape", "input_dim"} & set(kwargs) else None
        if (dim := kwargs.pop("input_dim", None)) is not None:
            return (batch, dim) if length is None else (batch, length, dim)
        if (shape := kwargs.pop("input_shape", None)) is not None:
            return (batch, *((shape,) if isinstance(shape, int) else shape))
        for name in ("batch_input_shape", "batch_shape"):
            if (shape := kwargs.pop(name, None)) is not None:
                return tuple(shape)
        return None

    # --- what a subclass writes -------------------------------------------------------------------------------------

    def build(self, input_shape) -> None:
        """Make the weights for inputs of this shape; the default has none of its own."""
        self.built = True

    def call(self, *args, **kwargs):
        """Compute the output; every layer defines it."""
        raise NotImplementedError(f"Layer {type(self).__name__} does not have a `call()` method implemented.")

    def compute_mask(self, inputs, previous_mask):
        """Return the mask of the output: that of the input."""
        return previous_mask

    compute_mask.is_default = True

    # --- weights ----------------------------------------------------------------------------------------------------

    def add_weight(self, shape=None, initializer=None, dtype=None, trainable=True, autocast=True, regularizer=None,
                   constraint=None, aggregation="none", overwrite_with_gradient=False, name=None):  # fmt: skip
        """Make a weight of this layer and return it.

        Args:
            shape: Its shape; () for one number.
            initializer: Its first values; by default Glorot-uniform for floats, zeros otherwise.
            dtype: Its number type, by default that of the policy's variables.
            trainable: Whether training changes it.
            regularizer: Adds a cost for its size.
            constraint: Applied after each update.
            name: Its name inside the layer.
        """
        dtype = dtypes.name_of(dtype or self.variable_dtype)
        if initializer is None:
            initializer = "glorot_uniform" if dtypes.is_float(dtype) else "zeros"
        start = initializers.get(initializer)
        variable = Variable(start, tuple(shape or ()), dtype, trainable=trainable, autocast=autocast, name=name)
        variable.path = f"{self.path}/{variable.name}"
        variable.trainable_by_birth = trainable
        variable.trainable = trainable and self._trainable
        variable.regularizer, variable.constraint = regularizers.get(regularizer), constraint
        variable.overwrite_with_gradient = overwrite_with_gradient
        self._weights.append(variable)
        return variable

    add_variable = add_weight

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of the weights' values."""
        return [v.numpy() for v in self.weights]

    def set_weights(self, weights) -> None:
        """Set the weights' values; all of them or, if a shape is wrong, none.

        Raises:
            ShapeError: the number of arrays or a shape is wrong.
        """
        own = self.weights
        if len(weights) != len(own):
            raise ShapeError(
                f"set_weights of {self.name!r}", expected=f"{len(own)} arrays", got=f"{len(weights)}",
                fix="build the layer first (call it once)" if not own else "",
            )  # fmt: skip
        for variable, value in zip(own, weights, strict=True):
            if np.shape(value) != variable.shape:
                raise ShapeError(
                    f"set_weights of {self.name!r}", expected=f"shape {variable.shape} for {variable.path}",
                    got=f"shape {np.shape(value)}",
                )  # fmt: skip
        for variable, value in zip(own, weights, strict=True):
            variable.assign(value)

    # --- number types and losses --------------------------------------------------------------------------------------

    @property
    def compute_dtype(self) -> str:
        """The number type that the layer computes in."""
        return self.dtype_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:
        """The number type of the weights."""
        return self.dtype_policy.variable_dtype

    dtype = variable_dtype

    def add_loss(self, loss) -> None:
        """Add a cost to what training minimises, from inside ``call``."""
        self._losses.extend(loss if isinstance(loss, (list, tuple)) else [loss])

    @property
    def losses(self) -> list:
        """The costs of the last call: added ones, and those of the weights' regularizers."""
        roster = self.roster
        found = [loss for layer in roster.layers for loss in layer._losses]
        return found + [v.regularizer(v) for v in roster.regularized if v.regularizer is not None]

    # --- calling -----------------------------------------------------------------------------------------------------

    def __call__(self, *args, **kwargs):
        """Run the layer on tensors, arrays or symbolic tensors."""
        if len(args) == 1 and type(args[0]) is np.ndarray:
            args = (Tensor(as_array(args[0])),)
        face, masked = self._face, False
        if len(args) != 1 or type(args[0]) is not Tensor or not kwargs.keys() <= _PLAIN_KEYWORDS:
            args, kwargs = self._converted(args, kwargs)
            if next(symbolic_in((args, kwargs)), None) is not None:
                return self._called_on_symbols(args, kwargs)
            masked = True
        elif args[0].data.dtype is not self._array_dtype:
            args = (self._cast(args[0]),)
        first = args[0] if args else None
        outer = events.scope.get()
        if not outer:
            self._forget_losses()
        token = events.scope.set(f"{outer}/{self.name}" if outer else self.name)
        mode = self._enter_mode(kwargs)
        try:
            previous = hand_in_masks(face, args, kwargs) if masked or first.mask is not None else None
            if not self.built or self._fitting_shape != getattr(first, "shape", None):
                self._fit_to(first, args, kwargs)
            outputs = self._hooks.around(self, args, kwargs) if self._hooks else self.call(*args, **kwargs)
            if self.activity_regularizer is not None:
                self._add_activity(outputs)
            if previous is not None or face.makes_masks:
                pass_on_masks(self, first, previous, outputs)
        except TeachKerasError as error:
            raise error.located(events.scope.get()) from error.__cause__
        finally:
            events.scope.reset(token)
            if mode is not None:
                training_mode.reset(mode)
        return outputs

    def _forget_losses(self) -> None:
        """Drop what the layers inside added to the loss in the last call."""
        for layer in self._roster.layers if self._roster else (self, *self._flat_layers()):
            layer._losses.clear()

    def _fit_to(self, first: object, args: tuple, kwargs: dict) -> None:
        """Build if that is still to do, and check an input of a new shape."""
        if not self.built:
            self._build_for(args, kwargs)
        if self.input_spec is not None:
            self._check_spec(first)
        self._fitting_shape = getattr(first, "shape", None)

    def _add_activity(self, outputs: object) -> None:
        """Add the cost of the outputs' size, per sample."""
        for output in outputs if isinstance(outputs, (list, tuple)) else [outputs]:
            self.add_loss(self.activity_regularizer(output) / (output.shape[0] if output.ndim else 1))

    def _enter_mode(self, kwargs: dict) -> contextvars.Token | None:
        """Settle ``training``: as given, else as the caller's; pass it on where ``call`` takes it."""
        token = None
        if (given := kwargs.get("training")) is not None:
            token = training_mode.set(given)
            if not self._face.takes_training:
                del kwargs["training"]
        elif self._face.takes_training:
            kwargs["training"] = training_mode.get() or False
        return token

    def _converted(self, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
        """Bring every array among the arguments to a tensor of the compute dtype."""
        if not args and kwargs:
            first = self._face.names[0]
            if first in kwargs:
                args = (kwargs.pop(first),)
        return tuple([self._convert(a) for a in args]), {k: self._convert(v) for k, v in kwargs.items()}

    def _convert(self, value: object) -> object:
        if isinstance(value, np.generic) or device.is_array(value) or numeric_list(value):
            value = Tensor(as_array(value))
        elif isinstance(value, (list, tuple)):
            return type(value)(self._convert(v) for v in value)
        elif isinstance(value, dict):
            return {k: self._convert(v) for k, v in value.items()}
        return self._cast(value) if isinstance(value, Operators) else value

    def _cast(self, value: Operators) -> Operators:
        if not self.autocast or not dtypes.is_float(value.dtype) or dtypes.name_of(value.dtype) == self.compute_dtype:
            return value
        if isinstance(value, Variable):
            return value
        from teachkeras.ops.elementwise import cast

        made = cast(value, dtype=self.compute_dtype)
        made.mask = value.mask
        return made

    def _check_spec(self, x: object) -> None:
        for spec, value in zip(*_paired(self.input_spec, x), strict=False):
            spec.check(tuple(value.shape), self.name)

    # --- configuration -----------------------------------------------------------------------------------------------

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data."""
        own = super().get_config()
        own.pop("trainable", None), own.pop("dtype", None), own.pop("name", None)
        head = {"name": self.name, "trainable": self._trainable, "dtype": serialize(self.dtype_policy)}
        if self.activity_regularizer is not None:
            head["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return head | own

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    def _require_built(self, what: str) -> None:
        if not self.built:
            raise NotBuiltError(
                f"{what} of {self.name!r}", expected="a built layer", got="one whose input shape is not known yet",
                fix="call it on data once, or give the first layer input_shape=",
            )  # fmt: skip


def _paired(spec: object, x: object) -> tuple[list, list]:
    return (list(spec), list(x)) if isinstance(spec, (list, tuple)) else ([spec], [x])
