"""Small helpers of ``keras.utils`` that live elsewhere: packing of samples, switches, what a thing is."""

from teachkeras import backend, batches, config

_SWITCHES = ("enable_interactive_logging", "disable_interactive_logging", "is_interactive_logging_enabled")
aliases = {name: getattr(config, name) for name in _SWITCHES}
aliases |= {"is_keras_tensor": backend.is_keras_tensor, "standardize_dtype": backend.standardize_dtype}
aliases |= {"pack_x_y_sample_weight": batches.pack, "unpack_x_y_sample_weight": batches.unpack}
