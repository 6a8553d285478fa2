"""Distiller: a model that trains a student on labels and on its teacher's answers at once."""

from teachkeras import losses, metrics, ops, serial, tree
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.models.functional import Functional
from teachkeras.models.model import Model


class Distiller(Model):
    """Train a student model to do what a teacher does.

    Math:
        ``loss = α · student's loss on y + (1 - α) · Σ w_i · distillation loss_i``, α being ``student_loss_weight``.
        The teacher is frozen.

    Args:
        teacher: A trained model.
        student: The model to train; take it from ``distiller.student`` afterwards.
        distillation_losses: One, or a list: :class:`LogitsDistillation`, :class:`FeatureDistillation`, your own.
        distillation_loss_weights: Their w_i; 1 by default.
        student_loss_weight: α, from 0 to 1.
        name: A name.

    Raises:
        ArgumentError: no models, no losses, weights that do not fit.
        ShapeError: the models' inputs or outputs differ.

    Example:
        >>> import numpy as np
        >>> from teachkeras import layers
        >>> from teachkeras.distillation import LogitsDistillation
        >>> from teachkeras.models import Sequential
        >>> teacher = Sequential([layers.Dense(8, input_shape=(4,)), layers.Dense(3)])
        >>> student = Sequential([layers.Dense(3, input_shape=(4,))])
        >>> distiller = Distiller(teacher, student, LogitsDistillation(loss="mse"))
        >>> distiller.compile("sgd", loss="mse")
        >>> sorted(distiller.fit(np.ones((4, 4)), np.ones((4, 3)), verbose=0).history)
        ['distillation_loss', 'loss', 'student_loss', 'total_loss']

    Source: Hinton, Vinyals & Dean, "Distilling the knowledge in a neural network", 2015.
    """

    def __init__(
        self,
        teacher,
        student,
        distillation_losses,
        distillation_loss_weights=None,
        student_loss_weight=0.5,
        name="distiller",
        **kwargs,
    ):
        super().__init__(name=name, **kwargs)
        _check_models(teacher, student)
        weight = student_loss_weight
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight <= 1:
            raise ArgumentError("Distiller", expected="student_loss_weight from 0.0 to 1.0", got=repr(weight))
        if distillation_losses is None:
            raise ArgumentError("Distiller", expected="distillation_losses", got="None", fix="LogitsDistillation()")
        if not isinstance(distillation_losses, (list, tuple)):
            distillation_losses, distillation_loss_weights = [distillation_losses], None
        weights = distillation_loss_weights or [1.0] * len(distillation_losses)
        if len(weights) != len(distillation_losses):
            raise ArgumentError(
                "Distiller", expected=f"{len(distillation_losses)} distillation_loss_weights, one per loss",
                got=str(len(weights)),
            )  # fmt: skip
        for loss in distillation_losses:
            loss.validate_model_compatibility(teacher, student)
        self.teacher, self.student, self.student_loss_weight = teacher, student, student_loss_weight
        self.distillation_losses, self.distillation_loss_weights = distillation_losses, weights
        self._inside_teacher = _looking_into(teacher, [_layer_of(loss, "teacher") for loss in distillation_losses])
        self._inside_student = _looking_into(student, [_layer_of(loss, "student") for loss in distillation_losses])
        self.teacher.trainable = False
        self.student_loss_tracker = metrics.Mean(name="student_loss")
        self.distillation_loss_tracker = metrics.Mean(name="distillation_loss")
        self.total_loss_tracker = metrics.Mean(name="total_loss")

    def compile(self, optimizer="adam", loss=None, metrics=None, **kwargs):
        """Set how the student learns: its optimizer, its own loss on the labels, what is counted.

        Raises:
            ArgumentError: no loss; metrics that are no list.
        """
        if loss is None:
            raise ArgumentError("compile of a Distiller", expected="the student's loss on the labels", got="None")
        if metrics is not None and not isinstance(metrics, (list, tuple)):
            raise ArgumentError("compile of a Distiller", expected="metrics, a list", got=repr(metrics))
        self._student_loss = tree.map_structure(losses.get, loss)
        super().compile(optimizer=optimizer, loss=None, metrics=metrics, **kwargs)

    def call(self, inputs, training=None, **kwargs):
        """Return the student's answer."""
        return self.student(inputs, training=training, **kwargs)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the weighted sum of the student's loss and the distillation losses."""
        if y_pred is None:
            y_pred = self(x, training=training)
        alpha, own, distilled = self.student_loss_weight, 0.0, 0.0
        if alpha > 0 and y is not None:
            own = tree.flatten(tree.map_structure(lambda loss, t, p: loss(t, p), self._student_loss, y, y_pred))
            own = ops.sum(ops.stack(own)) if len(own) > 1 else ops.mean(own[0])
        if alpha < 1:
            distilled = self._distilled(x, y_pred)
        total = alpha * own + (1.0 - alpha) * distilled
        for tracker, value in (
            (self.student_loss_tracker, own),
            (self.distillation_loss_tracker, distilled),
            (self.total_loss_tracker, total),
        ):
            tracker.update_state(ops.stop_gradient(ops.convert_to_tensor(value)))
        return total

    def _distilled(self, x, y_pred):
        """Return the weighted sum of the distillation losses."""
        inside = self._inside_teacher
        taught = inside(x, training=False) if inside else {"final_output": self.teacher(x, training=False)}
        inside = self._inside_student
        learnt = inside(x, training=True) if inside else {"final_output": y_pred}
        total = 0.0
        for loss, weight in zip(self.distillation_losses, self.distillation_loss_weights, strict=True):
            pair = taught["final_output"], y_pred
            if _layer_of(loss, "teacher") is not None:
                pair = taught[_layer_of(loss, "teacher")], learnt[_layer_of(loss, "student") or "final_output"]
            loss.validate_outputs(*pair)
            value = loss.compute_loss(*pair)
            if getattr(value, "shape", ()):
                raise ShapeError(
                    f"{type(loss).__name__}.compute_loss", expected="one number", got=f"shape {tuple(value.shape)}"
                )
            total = total + weight * value
        return total

    def get_config(self):
        """Return the constructor's arguments as plain data."""
        names = ("teacher", "student", "distillation_losses", "distillation_loss_weights", "student_loss_weight")
        return {**super().get_config(), **{name: serial.plain(getattr(self, name)) for name in names}}


def _layer_of(loss: object, who: str) -> str | None:
    return getattr(loss, f"{who}_layer_name", None)


def _looking_into(model: Model, names: list) -> Functional | None:
    """Return a model with the outputs of the named layers beside the final one; None where none is named."""
    names = [name for name in names if name]
    if not names:
        return None
    final = model.layers[-1].output if not isinstance(model, Functional) else model.output
    outputs = {"final_output": final} | {name: model.get_layer(name=name).output for name in names}
    return Functional(model.inputs, outputs, name=f"{model.name}_multi_feature_extractor")


def _check_models(teacher: object, student: object) -> None:
    """Refuse what is no model, and two models whose inputs or outputs differ."""
    for who, model in (("teacher", teacher), ("student", student)):
        if not isinstance(model, Model):
            raise ArgumentError("Distiller", expected=f"{who}, a Model", got=repr(model))
    for side in ("inputs", "outputs"):
        theirs, ours = getattr(teacher, side, None), getattr(student, side, None)
        if theirs is None or ours is None:
            continue
        for t, s in zip(tree.flatten(theirs), tree.flatten(ours), strict=True):
            fits = all(a == b or None in (a, b) for a, b in zip(t.shape, s.shape, strict=False))
            if len(t.shape) != len(s.shape) or not fits or t.dtype != s.dtype:
                raise ShapeError(
                    f"Distiller: {side}", expected=f"the teacher's {t.shape} of {t.dtype}",
                    got=f"the student's {s.shape} of {s.dtype}", fix="give both models the same inputs and outputs",
                )  # fmt: skip
