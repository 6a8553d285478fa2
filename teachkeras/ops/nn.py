"""Activation functions: z in, a = f(z) out. Their slopes are what backpropagation multiplies by.

Index letters: i runs over all entries; k over the classes of one row.
"""

import numpy as np

from teachkeras import kernels
from teachkeras.ops._facade import facade
from teachkeras.ops.op import op


@op(tex=r"y_i = \frac{1}{1+e^{-x_i}}", spec="1 / (1 + exp(-x))", kind="elementwise", dtype="float")
def sigmoid(x):
    """Sigmoid: any number to one between 0 and 1."""
    return kernels.sigmoid(x)


@sigmoid.vjp(tex=r"\bar x_i = \bar y_i\,y_i(1-y_i)", spec="y_bar * y * (1 - y)")
def sigmoid_vjp(y_bar, y):
    return y_bar * y * (1.0 - y)


@op(tex=r"y_i = \max(0, x_i)", spec="max(x, 0)", kind="elementwise", dtype="number")
def relu(x):
    """Rectified linear unit: negative numbers become 0."""
    return np.maximum(x, 0)


@relu.vjp(tex=r"\bar x_i = \bar y_i\,[y_i > 0]", spec="y_bar * where(x > 0, 1, 0)")
def relu_vjp(y_bar, y):
    return kernels.relu_vjp(y_bar, y)


@op(tex=r"y_i = \min(\max(0, x_i), 6)", spec="min(max(x, 0), 6)", kind="elementwise", dtype="float")
def relu6(x):
    """Rectified linear unit that stops at 6."""
    return np.minimum(np.maximum(x, 0), 6)


@relu6.vjp(tex=r"\bar x_i = \bar y_i\,[0 < x_i < 6]", spec="y_bar * where((x > 0) * (x < 6), 1, 0)")
def relu6_vjp(y_bar, x):
    return y_bar * np.logical_and(x > 0, x < 6)


@op(tex=r"y_i = \max(x_i, \alpha x_i)", spec="where(x >= 0, x, negative_slope * x)", kind="elementwise",
    dtype="float")  # fmt: skip
def leaky_relu(x, negative_slope=0.2):
    """Rectified linear unit that lets a little of the negative side through."""
    return np.where(x >= 0, x, negative_slope * x)


@leaky_relu.vjp(tex=r"\bar x_i = \bar y_i\,([x_i \ge 0] + \alpha[x_i < 0])", spec="y_bar * where(x >= 0, 1, negative_slope)")
def leaky_relu_vjp(y_bar, x, negative_slope):
    return np.where(x >= 0, y_bar, negative_slope * y_bar)


@op(tex=r"y_i = x_i\,[x_i>0] + \alpha(e^{x_i}-1)[x_i\le 0]", spec="where(x > 0, x, alpha * (exp(x) - 1))", kind="elementwise",
    dtype="float")  # fmt: skip
def elu(x, alpha=1.0):
    """Exponential linear unit: the identity above 0, a smooth approach to -alpha below."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@elu.vjp(tex=r"\bar x_i = \bar y_i\,([x_i>0] + (y_i+\alpha)[x_i\le 0])", spec="y_bar * where(x > 0, 1, alpha * exp(x))")
def elu_vjp(y_bar, x, y, alpha):
    return y_bar * np.where(x > 0, 1.0, y + alpha)


SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805  # Klambauer et al. 2017, section 2


@op(tex=r"y_i = \lambda\,\mathrm{elu}_\alpha(x_i)", kind="elementwise", dtype="float",
    spec="1.0507009873554805 * where(x > 0, x, 1.6732632423543772 * (exp(x) - 1))")  # fmt: skip
def selu(x):
    """Scaled exponential linear unit, which keeps mean 0 and variance 1 from layer to layer."""
    return SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0)))


@selu.vjp(tex=r"\bar x_i = \lambda\bar y_i\,([x_i>0] + \alpha e^{x_i}[x_i\le 0])",
          spec="y_bar * 1.0507009873554805 * where(x > 0, 1, 1.6732632423543772 * exp(x))")  # fmt: skip
def selu_vjp(y_bar, x):
    return y_bar * SELU_SCALE * np.where(x > 0, 1.0, SELU_ALPHA * np.exp(np.minimum(x, 0.0)))


@op(tex=r"y_i = \ln(1+e^{x_i})", spec="log(1 + exp(x))", kind="elementwise", dtype="float")
def softplus(x):
    """A smooth rectified linear unit."""
    return np.logaddexp(x, x.dtype.type(0))


@softplus.vjp(tex=r"\bar x_i = \bar y_i\,\sigma(x_i)", spec="y_bar / (1 + exp(-x))")
def softplus_vjp(y_bar, x):
    return y_bar * sigmoid_of(x)


def sigmoid_of(x):
    """Return the sigmoid of an array or a tensor, without overflow: (1 + tanh(x/2)) / 2."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


@op(tex=r"y_i = \frac{x_i}{1+|x_i|}", spec="x / (1 + abs(x))", kind="elementwise", dtype="float")
def softsign(x):
    """An S-curve between -1 and 1 with slowly fading tails."""
    return x / (1 + np.absolute(x))


@softsign.vjp(tex=r"\bar x_i = \bar y_i/(1+|x_i|)^2", spec="y_bar / (1 + abs(x)) ** 2")
def softsign_vjp(y_bar, x):
    return y_bar / np.square(1.0 + np.absolute(x))


@op(tex=r"y_i = x_i\,\sigma(x_i)", spec="x / (1 + exp(-x))", kind="elementwise", dtype="float")
def silu(x):
    """The input times its own sigmoid (swish)."""
    return x * kernels.sigmoid(x)


@silu.vjp(tex=r"\bar x_i = \bar y_i\,(\sigma_i + y_i(1-\sigma_i))",
          spec="y_bar * (1 / (1 + exp(-x)) + x / (1 + exp(-x)) * (1 - 1 / (1 + exp(-x))))")  # fmt: skip
def silu_vjp(y_bar, x, y):
    s = sigmoid_of(x)
    return y_bar * (s + y * (1.0 - s))


@op(tex=r"y_i = \min(\max(\tfrac{x_i}{6}+\tfrac12, 0), 1)", spec="min(max(x / 6 + 0.5, 0), 1)", kind="elementwise", dtype="float")
def hard_sigmoid(x):
    """A sigmoid of three straight lines."""
    return np.minimum(np.maximum(x * (1 / 6) + 0.5, 0), 1)


@hard_sigmoid.vjp(tex=r"\bar x_i = \tfrac16\bar y_i\,[0 < y_i < 1]", spec="y_bar * where((x > -3) * (x < 3), 1 / 6, 0)")
def hard_sigmoid_vjp(y_bar, y):
    return y_bar * (1 / 6) * np.logical_and(y > 0, y < 1)


@op(tex=r"y_k = \frac{e^{x_k}}{\sum_j e^{x_j}}", spec="exp(x) / spread(sum(exp(x), axis))", shape=lambda x, axis=-1: x, dtype="float")
def softmax(x, axis=-1):
    """Softmax: a row of numbers to a row of probabilities."""
    return kernels.softmax(x, axis)


@softmax.vjp(tex=r"\bar x_k = y_k\Bigl(\bar y_k - \sum_j \bar y_j y_j\Bigr)", spec="y * (y_bar - spread(sum(y_bar * y, axis)))")
def softmax_vjp(y_bar, y, axis):
    return kernels.softmax_vjp(y_bar, y, axis)


@op(tex=r"y_k = x_k - \ln\sum_j e^{x_j}", spec="x - spread(log(sum(exp(x), axis)))", shape=lambda x, axis=-1: x, dtype="float")
def log_softmax(x, axis=-1):
    """The logarithm of softmax, computed without overflow."""
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


@log_softmax.vjp(tex=r"\bar x_k = \bar y_k - e^{y_k}\sum_j \bar y_j", spec="y_bar - exp(y) * spread(sum(y_bar, axis))")
def log_softmax_vjp(y_bar, y, axis):
    return y_bar - np.exp(y) * np.sum(y_bar, axis=axis, keepdims=True)


names, __getattr__, __dir__ = facade(  # ``ops.nn`` shows the other steps of networks too
    __name__,
    "units pooling convolution crossentropy normalization attention",
    also="celu depth_to_space fold moments multi_hot one_hot polar psnr relu sigmoid softmax space_to_depth sparse_plus "
    "sparse_sigmoid sparsemax threshold unfold ctc_loss ctc_decode",
)
