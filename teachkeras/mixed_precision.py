"""``keras.mixed_precision``: dtype policies under their old roof."""

from teachkeras.dtype_policies import DTypePolicy, dtype_policy, set_dtype_policy

Policy = DTypePolicy
global_policy, set_global_policy = dtype_policy, set_dtype_policy


def __getattr__(name: str) -> object:
    if name == "LossScaleOptimizer":
        from teachkeras.optimizers import LossScaleOptimizer

        return LossScaleOptimizer
    raise AttributeError(name)
