"""How far a student's answers lie from its teacher's: of the outputs, or of a layer inside."""

from teachkeras import losses, ops, serial, tree
from teachkeras.errors import ArgumentError, UnknownNameError
from teachkeras.losses.probabilistic import KLDivergence
from teachkeras.serial import Configurable


def _known(loss: object) -> object:
    """Return the loss functions that names in a structure stand for."""
    found = tree.map_structure(lambda one: losses.get(one) if isinstance(one, str) else one, loss)
    if all(one is None for one in tree.flatten(found)):
        raise ArgumentError("distillation loss", expected="at least one loss that is not None", got=repr(loss))
    return found


def _added(loss: object, teacher: object, student: object, one: object) -> object:
    """Return the sum of one(loss, teacher's output, student's output) over a structure, None counting 0."""
    values = tree.map_structure(lambda f, t, s: 0.0 if f is None else one(f, t, s), loss, teacher, student)
    return ops.sum(ops.stack(tree.flatten(values)))


class DistillationLoss(Configurable):
    """Base of what compares a student with its teacher: write :meth:`compute_loss`."""

    def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
        """Return one number; every subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} must define compute_loss(teacher_outputs, student_outputs)")

    def validate_outputs(self, teacher_outputs, student_outputs):
        """Refuse outputs of different structures.

        Raises:
            ArgumentError: the structures differ.
        """
        tree.assert_same_structure(teacher_outputs, student_outputs)

    def validate_model_compatibility(self, teacher, student):
        """Refuse models that this loss can't compare; by default it takes all."""

    def get_config(self):
        """Return the constructor's arguments as plain data."""
        own = {name: getattr(self, name) for name in serial.signature_of(type(self))}
        return {name: serial.plain(value) for name, value in own.items()}

    @classmethod
    def from_config(cls, config):
        """Build a loss from what ``get_config`` returned."""
        config = dict(config)
        if "loss" in config:
            config["loss"] = _revived(config["loss"])
        return cls(**config)


def _revived(loss: object) -> object:
    """Return a structure of losses from their configs."""
    if serial.is_serialized(loss) or isinstance(loss, str):
        return losses.deserialize(loss)
    if isinstance(loss, dict):
        return {key: _revived(one) for key, one in loss.items()}
    return type(loss)(map(_revived, loss)) if isinstance(loss, (list, tuple)) else loss


class LogitsDistillation(DistillationLoss):
    """Compare the outputs, softened by a temperature: a teacher's small probabilities say what a cat resembles.

    Math:
        Both outputs (logits) are divided by T. A :class:`KLDivergence` compares ``softmax(t/T)`` with
        ``softmax(s/T)`` and is multiplied by T², so that the gradient's size doesn't depend on T; any other loss
        compares the softened logits themselves.

    Args:
        temperature: T; 3 to 5 is usual.
        loss: A name, a loss, or a structure of them like the outputs; None leaves an output out.

    Raises:
        ArgumentError: no loss at all; a temperature that is no number above 0.

    Example:
        >>> teacher, student = ops.convert_to_tensor([[2.0, 0.0]]), ops.convert_to_tensor([[0.0, 2.0]])
        >>> round(float(LogitsDistillation(temperature=2.0, loss=KLDivergence()).compute_loss(teacher, student)), 4)
        1.8485

    Source: Hinton, Vinyals & Dean, "Distilling the knowledge in a neural network", 2015, section 2.
    """

    def __init__(self, temperature=3.0, loss="kl_divergence"):
        if isinstance(temperature, bool) or not isinstance(temperature, (int, float)) or temperature <= 0:
            raise ArgumentError("LogitsDistillation", expected="temperature, a number above 0", got=repr(temperature))
        self.temperature, self.loss = temperature, _known(loss)

    def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
        """Return the loss of the softened outputs."""
        soft = [tree.map_structure(lambda x: x / self.temperature, x) for x in (teacher_outputs, student_outputs)]
        return _added(self.loss, *soft, self._compare)

    def _compare(self, loss, teacher, student):
        if isinstance(loss, KLDivergence):
            return ops.mean(loss(ops.softmax(teacher), ops.softmax(student))) * self.temperature**2
        return ops.mean(loss(teacher, student))


class FeatureDistillation(DistillationLoss):
    """Compare what two layers inside hold: the student learns to see what the teacher sees.

    Args:
        loss: A name, a loss, or a structure of them like the layers' outputs; None leaves one out.
        teacher_layer_name: The teacher's layer; its output by default.
        student_layer_name: The student's layer.

    Raises:
        ArgumentError: no loss at all; layer names of a model that is no graph.
        UnknownNameError: a model has no such layer.

    Example:
        >>> seen = ops.convert_to_tensor([[1.0, 2.0]])
        >>> float(FeatureDistillation("mse").compute_loss(seen, seen + 2.0))
        4.0

    Source: Romero et al., "FitNets: hints for thin deep nets", ICLR 2015.
    """

    def __init__(self, loss="mse", teacher_layer_name=None, student_layer_name=None):
        self.loss = _known(loss)
        self.teacher_layer_name, self.student_layer_name = teacher_layer_name, student_layer_name

    def validate_model_compatibility(self, teacher, student):
        """Refuse models without the layers that are named."""
        named = {"teacher": (teacher, self.teacher_layer_name), "student": (student, self.student_layer_name)}
        if not any(name for _, name in named.values()):
            return
        for who, (model, name) in named.items():
            if getattr(model, "inputs", None) is None:
                raise ArgumentError(
                    f"FeatureDistillation: {who}", expected="a Functional or Sequential model where layers are named",
                    got=f"{type(model).__name__}, without symbolic inputs", fix="use LogitsDistillation",
                )  # fmt: skip
            if name is not None:
                try:
                    model.get_layer(name=name)
                except UnknownNameError as error:
                    raise error.located(f"{who} model") from None

    def validate_outputs(self, teacher_outputs, student_outputs):
        """Refuse outputs of a structure other than the losses'."""
        super().validate_outputs(teacher_outputs, student_outputs)
        tree.assert_same_structure(self.loss, teacher_outputs)

    def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
        """Return the loss of the two layers' outputs."""
        return _added(self.loss, teacher_outputs, student_outputs, lambda loss, t, s: ops.mean(loss(t, s)))
