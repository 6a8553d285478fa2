"""Where a symbolic tensor comes from."""


def get_source_inputs(tensor):
    """Return the inputs that a symbolic tensor follows from, each once.

    Example:
        >>> from teachkeras import layers
        >>> a, b = layers.Input((2,), name="a"), layers.Input((2,), name="b")
        >>> [t.name for t in get_source_inputs(layers.Add()([a, layers.Dense(2)(b)]))]
        ['a', 'b']
    """
    if not hasattr(tensor, "node"):
        return tensor
    found, seen, waiting = [], set(), [tensor]
    while waiting:
        t = waiting.pop()
        if t.uid in seen:
            continue
        seen.add(t.uid)
        before = [] if t.node is None else t.node.inputs
        if before:
            waiting.extend(reversed(before))
        else:
            found.append(t)
    return found
