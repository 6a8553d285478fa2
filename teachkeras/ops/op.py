r"""What an op is: a forward function, its gradient, its formula, its shape rule, in one record.

    @op(tex=r"y_i = 1/(1+e^{-x_i})", spec="1 / (1 + exp(-x))", kind="elementwise")
    def sigmoid(x):
        return kernels.sigmoid(x)

    @sigmoid.vjp(tex=r"\bar x_i = \bar y_i\,y_i(1-y_i)", spec="y_bar * y * (1 - y)")
    def sigmoid_vjp(y_bar, y):
        return y_bar * y * (1.0 - y)

A forward function takes plain arrays. Its arguments without a default, and those named in ``optional``, are the
tensors; the others are parameters. A vjp says by its own arguments what it needs: the gradient that arrives (first,
any name), then names of inputs, ``y`` for the output, ``x_shape`` for a shape alone, names of parameters, names of
kept intermediates, and ``want`` for which inputs need a gradient; an op on any number of tensors (``*xs``) asks for
``shapes``. The tape keeps that and nothing else. A vjp is plain NumPy, so that it runs on arrays (first order) and on
tensors (when an outer tape differentiates it again).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np

from teachkeras import dtypes, events
from teachkeras.errors import ArgumentTypeError, NoGradientError, TeachKerasError
from teachkeras.kernels import device
from teachkeras.symbolic import Node, SymbolicTensor, broadcast_shapes
from teachkeras.tape import Record
from teachkeras.tensor import Operators, Tensor, as_array, numpy_ops, tapes

OPS: dict[str, Op] = {}


class Gradient:
    """The vjp of an op.

    Attributes:
        function: From ``y_bar`` and what it names to the gradient of each input.
        tex: The formula, for people.
        spec: The formula, for machines (see ``ops/spec.py``), or None.
        twin: The same vjp composed of ops, for second derivatives where `function` runs a dedicated routine.
        once: True where there is no second derivative to be had.
    """

    def __init__(self, op: Op, function: Callable, tex: str, spec: str | None, twin: Callable | None, once: bool):
        self.op, self.function, self.tex, self.spec, self.twin, self.once = op, function, tex, spec, twin, once
        self.names = tuple(inspect.signature(function).parameters)[1:]
        known = {*op.inputs, *op.params, *op.keeps, "y", "want", "shapes", *(f"{name}_shape" for name in op.inputs)}
        unknown = [name for name in self.names if name not in known]
        if unknown:
            raise ArgumentTypeError(
                f"vjp of {op.name}", expected=f"names among {sorted(known)}", got=", ".join(unknown)
            )
        self.saves = tuple(  # (name, which input, or -1 for the output, or None for an intermediate)
            (n, op.inputs.index(n) if n in op.inputs else -1 if n == "y" else None)
            for n in self.names
            if n in op.inputs or n == "y" or n in op.keeps
        )
        self.plan = tuple(self._source_of(name) for name in self.names)

    def _source_of(self, name: str) -> tuple[str, object]:
        """Return where :meth:`run` finds what the vjp calls `name`."""
        if any(name == saved for saved, _ in self.saves):
            return "saved", name
        if name in ("want", "shapes"):
            return name, None
        if name.endswith("_shape") and name[:-6] in self.op.inputs:
            return "shape", self.op.inputs.index(name[:-6])
        return "param", (name, self.op.params.get(name))

    def arguments(self, record: Record, higher: bool = False) -> list:
        """Return what the vjp is given after ``y_bar``, in the order of :attr:`plan`."""
        values, saved = [], record.saved
        for source, key in self.plan:
            if source == "saved":
                value = saved[key]
                values.append(value if higher or type(value) is np.ndarray else _raw(value))
            elif source == "param":
                values.append(record.params.get(*key))
            elif source == "want":
                values.append(tuple([uid != 0 for uid in record.inputs]))
            elif source == "shape":
                values.append(record.metas[key][0])
            else:
                values.append([meta[0] for meta in record.metas])
        return values

    def run(self, y_bar: object, record: Record, higher: bool) -> tuple:
        """Return one gradient per input, None where none is wanted; on arrays, or on tensors for `higher` order."""
        if higher and self.once:
            raise NoGradientError(
                f"second derivative of {self.op.name}",
                expected="an op whose gradient is itself differentiable",
                got=f"{self.op.name}, which has a dedicated routine and no composed twin",
                fix="compose the step from simpler ops where second derivatives are needed",
            )
        values = self.arguments(record, higher)
        if higher:
            bars = (self.twin or self.function)(y_bar, *values)
        else:
            bars = device.run(self, [y_bar, *values], {}) if device.used else self.function(y_bar, *values)
        return bars if type(bars) is tuple else (bars,)


def _raw(value: object) -> object:
    return value.data if isinstance(value, Operators) else value


class Op:
    """A registered step of computation. Call it on tensors, variables, arrays or symbolic tensors.

    Attributes:
        name: Its name in ``teachkeras.ops``.
        tex: The formula, for people (LaTeX).
        spec: The formula, for machines: an expression in the argument names.
        gradient: Its :class:`Gradient`, or None.
        inputs, params: Names of the tensor arguments; names and defaults of the others.
        keeps: Names of intermediates that the forward function returns after its output.
        derived: Intermediates that the running routine never forms, for viewers: name -> function of the op's arguments.
        kind: ``"elementwise"``, ``"reduction"``, ``"contraction"`` or None.
        required: Parameters that a caller must give.
        dtype_rule: How the output's dtype comes about: None (that of the inputs together), ``"float"`` (integers become
            floats), ``"number"`` (truth values become int32), a dtype's name, or a function of the inputs' dtypes.
    """

    is_op = True

    def __init__(self, function: Callable, tex: str, spec: str | None = None, *, kind: str | None = None,
                 shape: Callable | None = None, dtype: object = None, optional: tuple = (), keeps: tuple = (),
                 numpy: tuple = (), reason: str | None = None, required: tuple = ()):  # fmt: skip
        self.function, self.tex, self.spec, self.reason = function, tex, spec, reason
        self.name = self.__name__ = function.__name__
        self.__doc__, self.__module__ = function.__doc__, function.__module__
        self.kind, self.shape, self.dtype_rule, self.keeps = kind, shape, dtype, keeps
        parameters = inspect.signature(function).parameters
        self.required = required
        self.__signature__ = inspect.Signature(
            [p.replace(default=p.empty) if n in required else p for n, p in parameters.items()]
        )
        self.names = tuple(parameters)
        self.variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters.values())
        self.inputs = tuple(n for n, p in parameters.items() if p.default is p.empty or n in optional)
        self.params = {n: p.default for n, p in parameters.items() if n not in self.inputs}
        self.arity, self.optional = -1 if self.variadic or required else len(self.inputs), optional
        self.gradient: Gradient | None = None
        self.derived: dict[str, Callable] = {}
        for twin in numpy:
            numpy_ops[twin] = self

    def vjp(self, tex: str, spec: str | None = None, twin: Callable | None = None, once: bool = False) -> Callable:
        """Register the gradient, written right below the forward function."""

        def register(function: Callable) -> Callable:
            self.gradient = Gradient(self, function, tex, spec, twin, once)
            return function

        return register

    def __call__(self, *args: object, **params: object) -> object:
        """Run the op; leave a record where a tape follows an input or somebody listens."""
        if params or len(args) != self.arity:
            args, params = self._bind(args, params)
        raw = []
        for a in args:
            if type(a) is Tensor:
                raw.append(a.data)
            elif isinstance(a, SymbolicTensor):
                return self.symbolic(args, params)
            elif isinstance(a, Operators):
                raw.append(a.data)
            elif a is None or type(a) in (float, int, bool):
                raw.append(a)
            else:
                raw.append(as_array(a))
        if self.kind is not None or self.dtype_rule is not None:
            raw = self._promote(raw)
        try:
            result = device.run(self, raw, params) if device.used else self.function(*raw, **params)
        except ValueError as error:
            self._explain(error, raw)
            raise
        kept = ()
        if self.keeps:
            result, *kept = result
        many = type(result) in (tuple, list)
        outputs = tuple([Tensor(r) for r in result]) if many else (Tensor(result),)
        active = tapes.get()
        if active or events.forward.listeners:
            replaced = self._record(active, args, params, raw, outputs, kept)
            if replaced is not None:
                return replaced
        return list(outputs) if many else outputs[0]

    def _record(self, active: tuple, args: tuple, params: dict, raw: list, outputs: tuple, kept: tuple) -> object:
        """Leave one record with every tape that follows an input; tell who listens. Returns a replacement, or None."""
        heard = bool(events.forward.listeners)
        inputs, metas, following = [], [], []
        for a, r in zip(args, raw):  # noqa: B905 (one raw array per argument, always)
            uid = 0
            if isinstance(a, Operators):
                for tape in active:
                    if a.uid in tape.tracked or (type(a) is not Tensor and tape.follows(a)):
                        uid = a.uid
                        if tape not in following:
                            following.append(tape)
            inputs.append(uid)
            if uid:
                metas.append((r.shape, a.data.dtype))  # its own dtype, not the one it was promoted to
            else:
                metas.append((r.shape, r.dtype) if (heard or self.variadic) and hasattr(r, "dtype") else None)
        if not following and not heard:
            return None
        uids = (outputs[0].uid,) if len(outputs) == 1 else tuple([t.uid for t in outputs])
        record = Record(self, params, tuple(inputs), tuple(metas), uids, {}, events.scope.get())
        if self.gradient is not None and following:
            self._save(record, args, raw, outputs, kept)
        for tape in following:
            tape.records.append(record)
            tape.tracked.update(uids)
        return events.forward.emit(record, args, outputs, dict(zip(self.keeps, kept, strict=True))) if heard else None

    def _save(self, record: Record, args: tuple, raw: list, outputs: tuple, kept: tuple) -> None:
        for name, index in self.gradient.saves:
            if index is None:
                value = kept[self.keeps.index(name)]
            elif index < 0:
                value = outputs[0] if len(outputs) == 1 else outputs
            else:
                value = args[index] if isinstance(args[index], Operators) else raw[index]
                if type(value) is not Tensor and (version := getattr(value, "version", None)) is not None:
                    record.versions = (*record.versions, (value, version))
            record.saved[name] = value

    def _bind(self, args: tuple, params: dict) -> tuple[tuple, dict]:
        """Sort arguments into tensors (in order) and parameters that differ from their defaults."""
        if self.variadic:
            return args, params
        if len(args) > len(self.names):
            raise ArgumentTypeError(
                f"ops.{self.name}", expected=f"at most {len(self.names)} arguments", got=str(len(args))
            )
        given = dict(zip(self.names, args, strict=False))
        for name, value in params.items():
            if name not in self.names or name in given:
                raise ArgumentTypeError(
                    f"ops.{self.name}", expected=f"arguments {', '.join(self.names)}", got=f"{name}={value!r:.60}"
                )
            given[name] = value
        missing = [n for n in (*self.inputs, *self.required) if n not in given and n not in self.optional]
        if missing:
            raise ArgumentTypeError(f"ops.{self.name}", expected=f"a value for {', '.join(missing)}", got="none")
        tensors = tuple([given.get(name) for name in self.inputs])
        return tensors, {n: v for n, v in given.items() if n not in self.inputs}

    def _explain(self, error: ValueError, raw: list) -> None:
        """Turn NumPy's complaint about shapes that don't broadcast into ours."""
        if self.kind == "elementwise" and not isinstance(error, TeachKerasError):
            try:
                broadcast_shapes(*[np.shape(r) for r in raw if r is not None])
            except TeachKerasError as better:
                raise better.located(f"ops.{self.name}") from None

    def _promote(self, raw: list) -> list:
        """Bring the inputs to the dtype that Keras's ``result_type`` gives them; equal ones stay as they are."""
        first, rule = raw[0], self.dtype_rule
        kind = first.dtype.kind if hasattr(first, "dtype") else None
        if kind == "f" or (kind and (rule in (None, "bool") or (rule == "number" and kind != "b"))):
            dtype = first.dtype
            for r in raw[1:]:
                if type(r) is float:
                    if kind != "f":
                        break
                elif type(r) is int:
                    if kind == "b":
                        break
                elif getattr(r, "dtype", None) != dtype:
                    break
            else:
                return raw
        if self.kind not in ("elementwise", "contraction") and rule not in ("float", "number"):
            return raw
        wide = self.result_dtype([getattr(r, "dtype", type(r)) for r in raw if r is not None])
        wide = dtypes.as_numpy(wide)
        return [
            r if r is None else np.asarray(r, wide) if not hasattr(r, "astype") else r.astype(wide, copy=False)
            for r in raw
        ]

    def result_dtype(self, given: list) -> str:
        """Return the dtype in which the op computes on inputs of these dtypes."""
        wide = dtypes.result_type(*given)
        if self.dtype_rule == "float" and not dtypes.is_float(wide):
            wide = dtypes.result_type(wide, float)
        return "int32" if self.dtype_rule == "number" and wide == "bool" else wide

    def symbolic(self, args: tuple, params: dict) -> object:
        """Return symbolic outputs of the right shape and dtype, without running anything."""
        shapes = [None if a is None else tuple(a.shape) if hasattr(a, "shape") else np.shape(a) for a in args]
        given = [getattr(a, "dtype", type(a) if type(a) in (int, float, bool) else None) for a in args if a is not None]
        given = [
            as_array(a).dtype if d is None else d
            for a, d in zip([a for a in args if a is not None], given, strict=True)
        ]
        try:
            shape = (
                broadcast_shapes(*[s for s in shapes if s is not None])
                if self.kind == "elementwise"
                else self.shape(*shapes, **params)
            )
        except TeachKerasError as error:
            raise error.located(f"ops.{self.name}") from None
        dtype = self.symbolic_dtype(given, params)
        node = Node(self, args, params)
        many = isinstance(shape, list)
        node.outputs = [SymbolicTensor(s, dtype, node=node) for s in (shape if many else [shape])]
        return node.outputs if many else node.outputs[0]

    def symbolic_dtype(self, given: list, params: dict) -> str:
        """Return the output's dtype for inputs of these dtypes."""
        rule = self.dtype_rule
        if callable(rule):
            return dtypes.name_of(rule(*given, **params))
        if rule not in (None, "float", "number"):
            return rule
        return self.result_dtype(given)

    def __repr__(self) -> str:
        return f"<op {self.name}: {self.tex}>"


def op(tex: str, spec: str | None = None, **options: object) -> Callable:
    """Decorator: make an op of a function and register it under its name; options are those of :class:`Op`."""

    def register(function: Callable) -> Op:
        made = Op(function, tex, spec, **options)
        OPS[made.name] = made
        return made

    return register
