"""How the contract tests build convolution, pooling and resampling layers, and what they feed them."""

_CONV = {"filters": 2, "kernel_size": 2, "activation": "tanh"}
_LINE, _IMAGE, _VOLUME = [(2, 5, 3)], [(2, 5, 4, 3)], [(2, 3, 4, 3, 2)]
_BY_AXES = {"1D": _LINE, "2D": _IMAGE, "3D": _VOLUME}

ARGUMENTS, SHAPES = {}, {}
for _name in ("Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"):
    ARGUMENTS[_name] = _CONV
for _name in ("SeparableConv1D", "SeparableConv2D"):
    ARGUMENTS[_name] = _CONV
for _name in ("DepthwiseConv1D", "DepthwiseConv2D"):
    ARGUMENTS[_name] = {"kernel_size": 2, "activation": "tanh"}
for _name in ("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"):
    ARGUMENTS[_name] = {"pool_size": 2}
for _kind in ("AdaptiveAveragePooling", "AdaptiveMaxPooling"):
    ARGUMENTS |= {f"{_kind}{_axes}": {"output_size": 2} for _axes in _BY_AXES}
for _kind in ("MaxPooling", "GlobalAveragePooling", "GlobalMaxPooling", "UpSampling", "ZeroPadding", "Cropping"):
    SHAPES |= {f"{_kind}{_axes}": shapes for _axes, shapes in _BY_AXES.items()}
for _name in ARGUMENTS:
    SHAPES[_name] = _BY_AXES[next(axes for axes in _BY_AXES if axes in _name)]
