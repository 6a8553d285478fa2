"""How much of Keras's public API is here: names, and signatures, namespace by namespace.

python tests/parity/api_coverage.py [--missing]
"""

import argparse
import inspect
import os

os.environ.setdefault("KERAS_BACKEND", "jax")

NAMESPACES = """
. activations callbacks config constraints datasets datasets.boston_housing datasets.california_housing datasets.cifar10
datasets.cifar100 datasets.fashion_mnist datasets.imdb datasets.mnist datasets.reuters dtype_policies initializers layers
losses metrics models ops ops.image ops.linalg ops.nn ops.numpy optimizers optimizers.schedules preprocessing
preprocessing.image preprocessing.sequence random regularizers saving tree utils utils.bounding_boxes utils.legacy backend
distillation visualization wrappers quantizers legacy legacy.saving optimizers.legacy applications
""".split()

# Beside what teachkeras.left_out names with its way out: Keras's switches for other engines, and its quantizers' insides.
LEFT_OUT = """
Int4QuantizationConfig QuantizedFloat8DTypePolicy nnx_metadata enable_flash_attention disable_flash_attention
is_flash_attention_enabled is_nnx_enabled src is_tensor_parallel fake_quant_with_min_max_vars
""".split()


def reach(engine, namespace):
    """Return a namespace of an engine, or None."""
    for part in [] if namespace == "." else namespace.split("."):
        engine = getattr(engine, part, None)
    return engine


def parameters(thing):
    """Return the parameters of a function, or of a class's constructor: (name, default as text)."""
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return None
    wild = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return [
        (p.name, None if p.default is p.empty else _as_text(p.default))
        for p in signature.parameters.values()
        if p.kind not in wild
    ]


def _as_text(default):
    return f"<{getattr(default, '__name__', type(default).__name__)}>" if callable(default) else repr(default)


def alike(theirs, ours):
    """Tell whether two callables take the same arguments in the same order with the same defaults.

    Ours may take more after Keras's, and may name what Keras hides in ``**kwargs``.
    """
    one, other = parameters(theirs), parameters(ours)
    return one is None or other is None or other[: len(one)] == one


def compare(keras, engine):
    """Return one row per namespace: (name, present, all, equal signatures, callables, missing, different)."""
    from teachkeras.left_out import INSTEAD

    rows = []
    for namespace in NAMESPACES:
        theirs, ours = reach(keras, namespace), reach(engine, namespace)
        if theirs is None:
            continue
        gone = {*LEFT_OUT, *INSTEAD.get("" if namespace == "." else namespace, ())}
        wanted = [n for n in dir(theirs) if not n.startswith("_") and n not in gone]
        missing = [n for n in wanted if ours is None or not hasattr(ours, n)]
        both = [n for n in wanted if n not in missing and callable(getattr(theirs, n))]
        different = [n for n in both if not alike(getattr(theirs, n), getattr(ours, n))]
        rows.append((namespace, len(wanted) - len(missing), len(wanted), len(both) - len(different), len(both), missing,
                     different))  # fmt: skip
    return rows


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--missing", action="store_true", help="name what is missing and what differs")
    arguments = parser.parse_args()
    import keras

    import teachkeras

    rows = compare(keras, teachkeras)
    for namespace, present, names, equal, callables, missing, different in rows:
        print(f"{namespace:32} names {present:4}/{names:<4} signatures {equal:4}/{callables:<4}")
        if arguments.missing:
            print("    missing:  ", " ".join(missing))
            print("    different:", " ".join(different))
    totals = [sum(row[i] for row in rows) for i in range(1, 5)]
    names, signatures = totals[0] / totals[1], totals[2] / totals[3]
    print(f"names {totals[0]}/{totals[1]} ({names:.1%}), signatures {totals[2]}/{totals[3]} ({signatures:.1%})")


if __name__ == "__main__":
    main()
