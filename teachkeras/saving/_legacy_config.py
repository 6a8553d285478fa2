"""Configs as Keras 2 wrote them, to and fro."""

from __future__ import annotations

DROPPED = {"time_major", "implementation", "ragged", "sparse", "sample_weight_mode", "renorm", "fused", "jit_compile",
           "is_legacy_optimizer"}  # fmt: skip
CLASSES = {"GroupQueryAttention": "GroupedQueryAttention"}  # these files name the class, not what it is exported as
MOVING = {"BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2"}


def old_fashioned(config: dict) -> dict:
    """Return a model's description in the form of these files: layers without module and registered name.

    >>> old_fashioned({"module": "keras.layers", "class_name": "Dense", "config": {}, "registered_name": None})
    {'class_name': 'Dense', 'config': {}}
    """
    kept = {k: v for k, v in config.items() if k not in ("module", "build_config", "compile_config")}
    kept["class_name"] = CLASSES.get(kept["class_name"], kept["class_name"])
    if kept.get("registered_name") is None or "layers" in config["config"]:
        kept.pop("registered_name", None)
    if "layers" in config["config"]:
        kept["config"] = {**config["config"], "layers": [old_fashioned(layer) for layer in config["config"]["layers"]]}
    return kept


def training_config(compile_config: dict) -> dict:
    """Return what ``compile`` was given in the form of these files."""
    rest = {name: value for name, value in compile_config.items() if name != "optimizer"}
    optimizer = compile_config["optimizer"]
    if isinstance(optimizer, dict):
        rest["optimizer_config"] = {"class_name": optimizer["class_name"], "config": optimizer["config"]}
    return rest


def modernised(config: object) -> object:
    """Return a description with Keras 2's arguments renamed, or left out where they say nothing.

    >>> modernised({"class_name": "InputLayer", "config": {"batch_input_shape": [None, 2], "ragged": False}})
    {'class_name': 'InputLayer', 'config': {'batch_shape': [None, 2]}}
    """
    if isinstance(config, list):
        return [modernised(item) for item in config]
    if not isinstance(config, dict):
        return config
    config = {key: modernised(value) for key, value in config.items()}
    inner = config.get("config")
    if not isinstance(inner, dict) or config.get("module") is not None or "class_name" not in config:
        if config.get("class_name") == "Sequential" and isinstance(inner, list):
            config["config"] = {"layers": inner}
        return config
    name = config["class_name"]
    inner = {key: value for key, value in inner.items() if not (key in DROPPED and not value) or "module" in config}
    if name == "InputLayer" and "batch_input_shape" in inner:
        inner["batch_shape"] = inner.pop("batch_input_shape")
    if name in MOVING and isinstance(inner.get("axis"), list) and len(inner["axis"]) == 1:
        inner["axis"] = inner["axis"][0]
    if name.startswith("SpatialDropout"):  # these take neither any more
        inner = {key: value for key, value in inner.items() if key not in ("trainable", "noise_shape")}
    if name in ("GRU", "GRUCell"):
        inner.setdefault("reset_after", False)  # before there was a choice
    for old, new in (("lr", "learning_rate"),):
        if old in inner:
            inner[new] = inner.pop(old)
    for key in ("decay", "implementation"):
        if key in inner and (not inner[key] or key == "implementation"):
            del inner[key]
    if name in ("Model", "Functional", "Sequential") and "layers" in inner:
        config["class_name"], config["module"] = name.replace("Model", "Functional"), "keras"
    config["config"] = inner
    return config
