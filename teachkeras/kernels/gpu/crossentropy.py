"""Cross-entropy of rows, of probabilities or of logits (then with the softmax), and its gradient: one kernel each."""

from teachkeras.kernels.gpu import empty, in_order, launch
from teachkeras.kernels.gpu.activations import are_rows
from teachkeras.kernels.reference import crossentropy as reference
from teachkeras.kernels.registry import routine


def _are_losses(L_bar, axis, *arrays):
    """Tell whether there is one number of L_bar per row."""
    return are_rows(axis, *arrays) and are_rows(-1, L_bar) and L_bar.shape == (*arrays[0].shape[:-1], 1)


@routine("crossentropy", on="gpu")
def crossentropy(t, q, low, axis):
    # L[n] = -Σ_k t[n,k]·ln p[n,k],  p[n,k] = clip(q[n,k] / Σ_j q[n,j])
    if not are_rows(axis, t, q):
        return reference.crossentropy(t, q, low, axis)
    t, q = in_order(t, q)
    loss = empty(q.shape[:-1])
    launch("crossentropy", "crossentropy", loss.size, t, q, loss, float(low), q.shape[-1])
    return loss


@routine("crossentropy_vjp", on="gpu")
def crossentropy_vjp(L_bar, t, q, low, axis):
    # g[k] = -L_bar·t[k]/p[k] where clipping left p alone, else 0;   q_bar[k] = (g[k] - Σ_j g[j]·p[j]) / Σ_j q[j]
    if not _are_losses(L_bar, axis, t, q):
        return reference.crossentropy_vjp(L_bar, t, q, low, axis)
    L_bar, t, q = in_order(L_bar, t, q)
    q_bar = empty(q.shape)
    launch("crossentropy", "crossentropy_vjp", L_bar.size, L_bar, t, q, q_bar, float(low), q.shape[-1])
    return q_bar


@routine("logit_crossentropy", on="gpu")
def logit_crossentropy(t, z, axis):
    # L[n] = -Σ_k t[n,k]·ln softmax(z)[n,k]
    if not are_rows(axis, t, z):
        return reference.logit_crossentropy(t, z, axis)
    t, z = in_order(t, z)
    loss = empty(z.shape[:-1])
    launch("crossentropy", "logit_crossentropy", loss.size, t, z, loss, z.shape[-1])
    return loss


@routine("logit_crossentropy_vjp", on="gpu")
def logit_crossentropy_vjp(L_bar, t, z, axis):
    # z_bar[n,k] = L_bar[n]·(softmax(z)[n,k]·Σ_j t[n,j] - t[n,k])
    if not _are_losses(L_bar, axis, t, z):
        return reference.logit_crossentropy_vjp(L_bar, t, z, axis)
    L_bar, t, z = in_order(L_bar, t, z)
    z_bar = empty(z.shape)
    launch("crossentropy", "logit_crossentropy_vjp", L_bar.size, L_bar, t, z, z_bar, z.shape[-1])
    return z_bar
