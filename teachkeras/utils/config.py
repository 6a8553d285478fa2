"""Config: named settings, by attribute or by key, that can be frozen."""

import json

from teachkeras.errors import ArgumentError, did_you_mean


class Config:
    """Named values: ``config.rate`` and ``config["rate"]`` are the same.

    Args:
        kwargs: The first values.

    Raises:
        ArgumentError: a change while it is frozen.

    Example:
        >>> config = Config(rate=0.1)
        >>> config.epochs = 3
        >>> config["epochs"], config.to_json()
        (3, '{"rate": 0.1, "epochs": 3}')
    """

    def __init__(self, **kwargs):
        object.__setattr__(self, "_config", kwargs)
        object.__setattr__(self, "_frozen", False)

    @property
    def frozen(self):
        """Whether changes are refused."""
        return self._frozen

    def freeze(self):
        """Refuse changes from now on."""
        object.__setattr__(self, "_frozen", True)

    def unfreeze(self):
        """Take changes again."""
        object.__setattr__(self, "_frozen", False)

    def _changing(self, what):
        if self._frozen:
            raise ArgumentError("Cannot mutate attribute(s) because the config is frozen.", got=what, fix="unfreeze()")
        return self._config

    def as_dict(self):
        """Return a copy as a dict."""
        return dict(self._config)

    def to_json(self):
        """Return the values as JSON."""
        return json.dumps(self._config)

    def keys(self):
        """Return the names."""
        return self._config.keys()

    def values(self):
        """Return the values."""
        return self._config.values()

    def items(self):
        """Return pairs of name and value."""
        return self._config.items()

    def pop(self, *args):
        """Take a value out and return it."""
        return self._changing("pop").pop(*args)

    def update(self, *args, **kwargs):
        """Set several values."""
        self._changing("update").update(*args, **kwargs)

    def get(self, keyname, value=None):
        """Return a value, or another where there is none."""
        return self._config.get(keyname, value)

    def __setattr__(self, name, value):
        self._changing(name)[name] = value

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self._config:
            return self._config[name]
        raise AttributeError(f"Unknown attribute: {name!r}. {did_you_mean(name, self._config)}")

    def __setitem__(self, key, item):
        self._changing(key)[key] = item

    def __getitem__(self, key):
        return self._config[key]

    def __delitem__(self, key):
        del self._changing(key)[key]

    def __repr__(self):
        return f"<Config {self._config}>"

    def __iter__(self):
        return iter(sorted(self._config))

    def __len__(self):
        return len(self._config)

    def __contains__(self, item):
        return item in self._config
