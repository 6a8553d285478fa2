"""One layer in both engines: same weights, same inputs; then outputs, gradients, state, masks, shapes, config."""

import numpy as np
from twins import assert_alike

import teachkeras
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor


def numbers(shape, seed=0):
    """Return float32 inputs of a shape; of a list or dict of shapes, several."""
    if isinstance(shape, list):
        return [numbers(s, seed + k) for k, s in enumerate(shape)]
    if isinstance(shape, dict):
        return {name: numbers(s, seed + k) for k, (name, s) in enumerate(shape.items())}
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def layers_of(keras, name, args, more):
    """Return the layer in both engines, under one name."""
    return [getattr(engine.layers, name)(*args, name="mine", **more) for engine in (keras, teachkeras)]


def feed(layer, inputs, **more):
    return layer(**inputs, **more) if isinstance(inputs, dict) else layer(inputs, **more)


def array(value):
    """Return a tensor, or each of several, as an array."""
    if isinstance(value, (list, tuple)):
        return [array(v) for v in value]
    return value.data if isinstance(value, Tensor) else np.asarray(value)


def flat(inputs):
    return list(inputs.values()) if isinstance(inputs, dict) else inputs if isinstance(inputs, list) else [inputs]


def like(inputs, values):
    """Return `values` in the structure of `inputs`."""
    if isinstance(inputs, dict):
        return dict(zip(inputs, values, strict=True))
    return list(values) if isinstance(inputs, list) else values[0]


def same_weights(theirs, ours, seed=5):
    """Give both engines the same weights: random ones, positive where they must be."""
    rng = np.random.default_rng(seed)
    values = [
        np.abs(w) + 0.5 if "variance" in v.name or "stddev" in v.name else w
        for v in theirs.weights
        for w in [rng.normal(0.5, 0.5, v.shape).astype("float32")]
    ]
    assert [(w.name, w.path, w.shape, w.trainable) for w in theirs.weights] == [
        (w.name, w.path, w.shape, w.trainable) for w in ours.weights
    ]
    theirs.set_weights(values), ours.set_weights(values)
    return values


def same_layer(keras, name, args, more, shape, tolerance=2e-5, **call):
    """Hold a layer to Keras's on inputs of a shape; returns (theirs, ours)."""
    theirs, ours = layers_of(keras, name, args, more)
    inputs = shape if isinstance(shape, np.ndarray) else numbers(shape)
    feed(theirs, inputs, **call), feed(ours, inputs, **call)
    start = same_weights(theirs, ours)
    same_gradients(keras, theirs, ours, inputs, tolerance, call)
    theirs.set_weights(start), ours.set_weights(start)
    a, b = feed(theirs, inputs, **call), feed(ours, inputs, **call)
    assert_alike(array(a), array(b), tolerance, tolerance)
    assert_alike([array(w) for w in theirs.weights], [w.numpy() for w in ours.weights], tolerance, tolerance)
    assert_alike(*[sorted(float(v) for v in layer.losses) for layer in (theirs, ours)], tolerance, tolerance)
    if not isinstance(shape, np.ndarray) and not call.get("return_attention_scores"):
        for shapes in (shape, open_batch(shape)):
            spread = shapes.values() if isinstance(shapes, dict) else [shapes]
            assert_alike(theirs.compute_output_shape(*spread), ours.compute_output_shape(*spread))
    same_config(keras, theirs, ours)
    return theirs, ours


def open_batch(shape):
    if isinstance(shape, list):
        return [open_batch(s) for s in shape]
    if isinstance(shape, dict):
        return {name: open_batch(s) for name, s in shape.items()}
    return (None, *shape[1:])


def same_gradients(keras, theirs, ours, inputs, tolerance, call):
    """Hold the gradients to weights and inputs of Σ y ȳ equal, ȳ random."""
    import jax

    wide = [x for x in flat(inputs) if x.dtype.kind == "f"]
    fixed = [w.value for w in theirs.non_trainable_variables]
    y_bars = [numbers(np.shape(y), 99 + k) for k, y in enumerate(outputs_of(feed(theirs, inputs, **call)))]

    def total(weights, xs):
        structure = like(inputs, xs)
        spread = list(structure.values()) if isinstance(structure, dict) else [structure]
        ys = theirs.stateless_call(weights, fixed, *spread, **call)[0]
        return sum(keras.ops.sum(y * bar) for y, bar in zip(outputs_of(ys), y_bars, strict=True))

    if not wide:
        return
    slopes = jax.tree.leaves(jax.grad(total, argnums=(0, 1))([w.value for w in theirs.trainable_variables], wide))
    watched = [Tensor(x) for x in wide]
    with GradientTape() as tape:
        tape.watch(watched)
        ys = outputs_of(feed(ours, like(inputs, watched), **call))
        loss = sum(teachkeras.ops.sum(y * bar) for y, bar in zip(ys, y_bars, strict=True))
    found = tape.gradient(loss, [*ours.trainable_weights, *watched], unconnected_gradients="zero")
    for slope, gradient in zip(slopes, found, strict=True):
        assert_alike(np.asarray(slope), np.asarray(gradient), tolerance, tolerance)


def outputs_of(ys):
    return list(ys) if isinstance(ys, (list, tuple)) else [ys]


def same_config(keras, theirs, ours):
    """Hold the configs equal, and what is built from them again."""
    described = [config_of(layer) for layer in (theirs, ours)]
    assert_alike(*described)
    assert_alike(described[0], config_of(type(ours).from_config(ours.get_config())))


def config_of(layer):
    """Return a layer's config in a fixed order; the lists that Keras tracks as plain ones."""

    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in sorted(value.items())}
        if isinstance(value, (list, tuple)):
            return (list if isinstance(value, list) else tuple)(plain(v) for v in value)
        return value

    return plain(layer.get_config())
