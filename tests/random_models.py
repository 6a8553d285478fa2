"""Random functional models: the same recipe builds one in either engine.

A recipe is data: for each new tensor, what makes it (a layer's name, its arguments) and of which earlier tensors.
"""

import numpy as np

ACTIVATIONS = ("relu", "tanh", "sigmoid", "elu", "softplus", "gelu", "linear", "selu", "swish")


class Recipe:
    """A random graph of layers.

    Attributes:
        inputs: Shapes without the batch.
        steps: (class, keyword arguments, numbers of the tensors it is called on, number of an earlier step whose layer
            it shares or None).
        shapes: The shape of every tensor, without the batch; the inputs first.
        outputs: The numbers of the output tensors.
    """

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        kind = self.rng.choice(["flat", "sequence", "image"])
        base = {"flat": [(6,)], "sequence": [(5, 4)], "image": [(8, 8, 3)]}[kind]
        self.inputs = base * int(self.rng.integers(1, 3))
        self.shapes, self.steps = list(self.inputs), []
        for _ in range(int(self.rng.integers(4, 10))):
            self.grow()
        ends = [self.to_vector(len(self.shapes) - 1)]
        if self.rng.random() < 0.4:
            ends.append(self.to_vector(int(self.rng.integers(len(self.inputs), len(self.shapes)))))
        if len(self.inputs) > 1:
            ends = [self.joined([*ends[:1], *[self.to_vector(i) for i in range(len(self.inputs))]]), *ends[1:]]
        self.outputs = [self.add("Dense", {"units": 2}, [end], (2,)) for end in ends]

    def pick(self, *options):
        return options[int(self.rng.integers(len(options)))]

    def add(self, name, arguments, of, shape, shares=None):
        self.steps.append((name, arguments, of, shares))
        self.shapes.append(tuple(int(n) for n in shape))
        return len(self.shapes) - 1

    def grow(self):
        i = int(self.rng.integers(max(0, len(self.shapes) - 4), len(self.shapes)))
        shape = self.shapes[i]
        {1: self.grow_flat, 2: self.grow_sequence, 3: self.grow_image}[len(shape)](i, shape)

    def anywhere(self, i, shape):
        """Add a layer that takes any shape."""
        name, arguments = self.pick(
            ("LayerNormalization", {}), ("Activation", {"activation": self.pick(*ACTIVATIONS)}), ("Dropout", {"rate": 0.0}),
            ("BatchNormalization", {"momentum": 0.9}), ("LeakyReLU", {}), ("ELU", {}), ("UnitNormalization", {}),
            ("ReLU", {"max_value": 2.0}), ("PReLU", {}), ("Softmax", {}), ("RMSNormalization", {}),
        )  # fmt: skip
        return self.add(name, arguments, [i], shape)

    def grow_flat(self, i, shape):
        choice = self.pick("dense", "dense", "any", "merge", "reshape", "shared")
        if choice == "dense":
            units = int(self.rng.integers(2, 7))
            self.add("Dense", {"units": units, "activation": self.pick(*ACTIVATIONS)}, [i], (units,))
        elif choice == "merge":
            self.merge(i, shape)
        elif choice == "reshape" and shape[0] % 2 == 0:
            self.add("Reshape", {"target_shape": (shape[0] // 2, 2)}, [i], (shape[0] // 2, 2))
        elif choice == "shared" and (earlier := self.sharable("Dense", i)) is not None:
            self.add("Dense", self.steps[earlier][1], [i], (self.steps[earlier][1]["units"],), earlier)
        else:
            self.anywhere(i, shape)

    def sharable(self, name, i):
        """Return a step whose layer takes tensor i as well, or None."""
        found = [n for n, (cls, _, of, _) in enumerate(self.steps) if cls == name and self.shapes[of[0]] == self.shapes[i]]
        return found[0] if found else None

    def grow_sequence(self, i, shape):
        length, width = shape
        units = int(self.rng.integers(2, 5))
        choice = self.pick("rnn", "conv", "dense", "any", "attention", "pool", "merge", "time", "permute")
        if choice == "rnn":
            name, back = self.pick("LSTM", "GRU", "SimpleRNN"), bool(self.rng.random() < 0.3)
            both = bool(self.rng.random() < 0.7)
            arguments = {"units": units, "return_sequences": both, "go_backwards": back}
            self.add(name, arguments, [i], (length, units) if both else (units,))
        elif choice == "conv":
            self.add("Conv1D", {"filters": units, "kernel_size": 3, "padding": self.pick("same", "causal")}, [i],
                     (length, units))  # fmt: skip
        elif choice == "dense":
            self.add("Dense", {"units": units, "activation": "tanh"}, [i], (length, units))
        elif choice == "attention":
            self.add("Attention", {"use_scale": True}, [i, i], shape)
        elif choice == "pool" and length >= 4:
            self.add(self.pick("MaxPooling1D", "AveragePooling1D"), {"pool_size": 2}, [i], (length // 2, width))
        elif choice == "merge":
            self.merge(i, shape)
        elif choice == "permute":
            self.add("Permute", {"dims": (2, 1)}, [i], (width, length))
        else:
            self.anywhere(i, shape)

    def grow_image(self, i, shape):
        h, w, c = shape
        filters, same = int(self.rng.integers(2, 5)), {"padding": "same"}
        choice = self.pick("conv", "conv", "depthwise", "separable", "pool", "any", "merge", "up", "pad", "strided", "group")
        if choice == "conv":
            dilation = self.pick(1, 2)
            self.add("Conv2D", {"filters": filters, "kernel_size": 3, "dilation_rate": dilation,
                                "activation": self.pick("relu", "tanh"), **same}, [i], (h, w, filters))  # fmt: skip
        elif choice == "depthwise":
            self.add("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2, **same}, [i], (h, w, 2 * c))
        elif choice == "separable":
            self.add("SeparableConv2D", {"filters": filters, "kernel_size": 3, **same}, [i], (h, w, filters))
        elif choice == "pool" and min(h, w) >= 4:
            self.add(self.pick("MaxPooling2D", "AveragePooling2D"), {"pool_size": 2}, [i], (h // 2, w // 2, c))
        elif choice == "strided" and min(h, w) >= 4:
            self.add("Conv2D", {"filters": filters, "kernel_size": 3, "strides": 2, **same}, [i],
                     (-(-h // 2), -(-w // 2), filters))  # fmt: skip
        elif choice == "up" and h <= 8:
            self.add("Conv2DTranspose", {"filters": filters, "kernel_size": 3, "strides": 2, **same}, [i],
                     (2 * h, 2 * w, filters))  # fmt: skip
        elif choice == "pad":
            self.add("ZeroPadding2D", {"padding": 1}, [i], (h + 2, w + 2, c))
        elif choice == "group" and c % 2 == 0:
            self.add("GroupNormalization", {"groups": 2}, [i], shape)
        elif choice == "merge":
            self.merge(i, shape)
        else:
            self.anywhere(i, shape)

    def merge(self, i, shape):
        """Join tensor i with another of its shape."""
        others = [j for j, other in enumerate(self.shapes) if other == shape]
        j = others[int(self.rng.integers(len(others)))]
        name = self.pick("Add", "Multiply", "Average", "Maximum", "Subtract", "Concatenate")
        self.add(name, {}, [i, j], (*shape[:-1], 2 * shape[-1]) if name == "Concatenate" else shape)

    def to_vector(self, i):
        shape = self.shapes[i]
        if len(shape) == 1:
            return i
        if len(shape) == 3 and self.rng.random() < 0.5:
            return self.add("GlobalAveragePooling2D", {}, [i], shape[-1:])
        return self.add("Flatten", {}, [i], (int(np.prod(shape)),))

    def joined(self, numbers):
        return self.add("Concatenate", {}, numbers, (sum(self.shapes[n][0] for n in numbers),))

    def build(self, k):
        """Return the model in an engine."""
        tensors = [k.Input(shape) for shape in self.inputs]
        made = []
        for name, arguments, of, shares in self.steps:
            layer = getattr(k.layers, name)(**arguments) if shares is None else made[shares]
            made.append(layer)
            given = [tensors[n] for n in of]
            tensors.append(layer(given if len(given) > 1 else given[0]))
        outputs = [tensors[n] for n in self.outputs]
        inputs = tensors[: len(self.inputs)]
        return k.Model(inputs if len(inputs) > 1 else inputs[0], outputs if len(outputs) > 1 else outputs[0])

    def data(self, rows=4):
        """Return (x, y) for one batch."""
        rng = np.random.default_rng(7)
        x = [rng.standard_normal((rows, *shape)).astype("float32") for shape in self.inputs]
        y = [rng.standard_normal((rows, 2)).astype("float32") for _ in self.outputs]
        return x if len(x) > 1 else x[0], y if len(y) > 1 else y[0]
