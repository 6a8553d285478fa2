"""Starting anew inside one process."""

from teachkeras.naming import reset_names


def clear_session(free_memory=True):
    """Forget which names were given, so that the next Dense layer is ``dense`` again.

    Args:
        free_memory: Whether to hand unused memory back at once.
    """
    import gc

    reset_names()
    if free_memory:
        gc.collect()
