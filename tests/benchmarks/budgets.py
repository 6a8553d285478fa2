"""The speed, start and memory that teachkeras promises on two cores, and whether a table of results keeps it."""

# (what, case, engine to be beaten, largest ratio of the best rounds)
RATIOS = [
    ("MLP 784-128-10, batch 32, Adam", "mlp-128", "keras-jax", 0.45),
    ("MLP 784-512-dropout-10, batch 128", "mlp-512", "keras-jax", 0.65),
    ("CNN of the image chapter", "cnn", "keras-tensorflow", 0.75),
    ("LSTM with dropout and recurrent dropout", "lstm", "keras-jax", 0.35),
    ("LSTM, PyTorch without recurrent dropout", "lstm", "torch", 0.90),
    ("100-64-10, batch 32, SGD", "mlp-64", "keras-jax", 0.50),
    ("VGG16 inference, 4 images", "vgg16", "torch", 0.90),
]
# (what, key in the start's results, largest value, unit)
LIMITS = [
    ("import", "import_s", 0.3, "s"),
    ("first training step, caches warm", "first_step_warm_s", 0.8, "s"),
    ("first training step, caches cold", "first_step_cold_s", 6.0, "s"),
    ("peak memory, MLP process with 40 MB of data", "peak_mb", 240, "MB"),
]


def verdict(value, limit):
    """Return "met", "missed" or, where nothing was measured, "not measured"."""
    return "not measured" if value is None else "met" if value <= limit else "missed"


def judge(results):
    """Return rows (what, measured, budget, verdict) of every budget; a ratio is that of best round to best round."""
    rows = []
    for what, case, peer, limit in RATIOS:
        times = results["steps"].get(case, {})
        there = "teachkeras" in times and peer in times
        ratio = times["teachkeras"]["best_ms"] / times[peer]["best_ms"] if there else None
        rows.append((what, "" if ratio is None else f"{ratio:.2f} × {peer}", f"≤ {limit:.2f} ×", verdict(ratio, limit)))
    for what, key, limit, unit in LIMITS:
        value = results["start"].get("teachkeras", {}).get(key)
        rows.append((what, "" if value is None else f"{value:.2f} {unit}", f"≤ {limit} {unit}", verdict(value, limit)))
    return rows
