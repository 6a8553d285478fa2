// Whole sequences in one launch. Sequences are independent, so a block takes sequence n through all steps and nobody
// waits for another block. The state h lies in the block's shared memory; every thread takes some columns of the
// product with the recurrent weights U, whose rows it reads side by side with its neighbours.
//
// Letters: t step, n sequence of N, u units, j column, k unit. live (T,N) may be null: all steps are live. drop
// (gates,N,u) may be null: no dropout. UT is U transposed.
#include "common.cu"

#define MOST_UNITS 1024
#define LIVE(t) (!live || live[(t)*N + n])

// Lay out h times the mask of each gate (or h once, without dropout) for the product.
__device__ inline void mask_state(const float* h, const float* drop, float* masked, long long gates, long long N,
                                  long long u) {
    __syncthreads();
    if (drop) MINE(j, gates * u) masked[j] = h[j % u] * drop[(j / u * N + blockIdx.x) * u + j % u];
    else MINE(j, u) masked[j] = h[j];
    __syncthreads();
}

// sum_k masked[gate of j][k] * U[k,j] over the columns j of a matrix of `width`
__device__ inline float column(const float* masked, const float* U, bool drop, long long j, long long width,
                               long long u) {
    const float* h = drop ? masked + j / u * u : masked;
    float sum = 0.0f;
    for (long long k = 0; k < u; k++) sum += h[k] * U[k * width + j];
    return sum;
}

// sum over gates q of drop[q,n,k] * sum_j z_bar[q,j] * U[k, q*u + j]
__device__ inline float back(const float* z_bar, const float* UT, const float* drop, long long gates, long long k,
                             long long N, long long u) {
    float total = 0.0f;
    for (long long q = 0; q < gates; q++) {
        float sum = 0.0f;
        for (long long j = q * u; j < (q + 1) * u; j++) sum += z_bar[j] * UT[j * u + k];
        total += drop ? sum * drop[(q * N + blockIdx.x) * u + k] : sum;
    }
    return total;
}

// h[t] = tanh(zx[t] + h[t-1] U);  hidden has h0 in front
extern "C" __global__ void simple_rnn(const float* zx, const float* h0, const float* U, const bool* live,
                                      const float* drop, float* hidden, long long T, long long N, long long u) {
    __shared__ float h[MOST_UNITS], masked[MOST_UNITS];
    long long n = blockIdx.x;
    MINE(k, u) hidden[n * u + k] = h[k] = h0[n * u + k];
    for (long long t = 0; t < T; t++) {
        mask_state(h, drop, masked, 1, N, u);
        MINE(k, u) {
            float next = tanhf(zx[(t * N + n) * u + k] + column(masked, U, drop, k, u, u));
            h[k] = LIVE(t) ? next : h[k];
            hidden[((t + 1) * N + n) * u + k] = h[k];
        }
    }
}

// z_bar[t] = h_bar[t] * (1 - h[t]^2);  h_bar[t-1] = y_bar[t-1] + z_bar[t] U^T
extern "C" __global__ void simple_rnn_vjp(const float* y_bar, const float* h_bar, const float* UT, const float* hidden,
                                          const bool* live, const float* drop, float* z_bar, float* out, long long T,
                                          long long N, long long u) {
    __shared__ float bar[MOST_UNITS], z[MOST_UNITS];
    long long n = blockIdx.x;
    MINE(k, u) bar[k] = h_bar[n * u + k];
    for (long long t = T - 1; t >= 0; t--) {
        MINE(k, u) {
            long long at = (t * N + n) * u + k;
            float b = y_bar ? bar[k] + y_bar[at] : bar[k], h = hidden[at + N * u];
            z_bar[at] = z[k] = LIVE(t) ? b * (1.0f - h * h) : 0.0f;
            bar[k] = LIVE(t) ? 0.0f : b;
        }
        __syncthreads();
        MINE(k, u) bar[k] += back(z, UT, drop, 1, k, N, u);
        __syncthreads();
    }
    MINE(k, u) out[n * u + k] = bar[k];
}

// i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of the four parts of zx[t] + h[t-1] U
// c[t] = f*c[t-1] + i*g;  h[t] = o*tanh(c[t]);  cells and hidden have c0 and h0 in front
extern "C" __global__ void lstm(const float* zx, const float* h0, const float* c0, const float* U, const bool* live,
                                const float* drop, float* gates, float* cells, float* hidden, long long T, long long N,
                                long long u) {
    __shared__ float h[MOST_UNITS], masked[4 * MOST_UNITS], z[4 * MOST_UNITS];
    long long n = blockIdx.x;
    MINE(k, u) {
        hidden[n * u + k] = h[k] = h0[n * u + k];
        cells[n * u + k] = c0[n * u + k];
    }
    for (long long t = 0; t < T; t++) {
        mask_state(h, drop, masked, 4, N, u);
        MINE(j, 4 * u) {
            float a = zx[(t * N + n) * 4 * u + j] + column(masked, U, drop, j, 4 * u, u);
            gates[(t * N + n) * 4 * u + j] = z[j] = j / u == 2 ? tanhf(a) : sigmoid_of(a);
        }
        __syncthreads();
        MINE(k, u) {
            long long at = (t * N + n) * u + k, next = at + N * u;
            float c = z[u + k] * cells[at] + z[k] * z[2 * u + k];
            h[k] = LIVE(t) ? z[3 * u + k] * tanhf(c) : h[k];
            cells[next] = LIVE(t) ? c : cells[at];
            hidden[next] = h[k];
        }
    }
}

// d = c_bar + h_bar*o*(1 - tanh(c)^2);  z_bar = (d*g*i(1-i), d*c[t-1]*f(1-f), d*i*(1-g^2), h_bar*tanh(c)*o(1-o))
// h_bar[t-1] = y_bar[t-1] + z_bar U^T;  c_bar[t-1] = d*f
extern "C" __global__ void lstm_vjp(const float* y_bar, const float* h_bar, const float* c_bar, const float* UT,
                                    const float* gates, const float* cells, const bool* live, const float* drop,
                                    float* z_bar, float* h_out, float* c_out, long long T, long long N, long long u) {
    __shared__ float hb[MOST_UNITS], cb[MOST_UNITS], z[4 * MOST_UNITS];
    long long n = blockIdx.x;
    MINE(k, u) {
        hb[k] = h_bar[n * u + k];
        cb[k] = c_bar[n * u + k];
    }
    for (long long t = T - 1; t >= 0; t--) {
        const float* a = gates + (t * N + n) * 4 * u;
        MINE(k, u) {
            long long at = (t * N + n) * u + k;
            float b = y_bar ? hb[k] + y_bar[at] : hb[k];
            float i = a[k], f = a[u + k], g = a[2 * u + k], o = a[3 * u + k], s = tanhf(cells[at + N * u]);
            float d = cb[k] + b * o * (1.0f - s * s), keep = LIVE(t) ? 1.0f : 0.0f;
            z[k] = keep * (d * g * i * (1.0f - i));
            z[u + k] = keep * (d * cells[at] * f * (1.0f - f));
            z[2 * u + k] = keep * (d * i * (1.0f - g * g));
            z[3 * u + k] = keep * (b * s * o * (1.0f - o));
            cb[k] = LIVE(t) ? d * f : cb[k];
            hb[k] = LIVE(t) ? 0.0f : b;
        }
        __syncthreads();
        MINE(j, 4 * u) z_bar[(t * N + n) * 4 * u + j] = z[j];
        MINE(k, u) hb[k] += back(z, UT, drop, 4, k, N, u);
        __syncthreads();
    }
    MINE(k, u) {
        h_out[n * u + k] = hb[k];
        c_out[n * u + k] = cb[k];
    }
}

// v = h[t-1] U + bias;  z, r = sigmoid of the first two parts of zx[t] + v;  g = tanh(zx[t]'s third + r * v's third)
// h[t] = z*h[t-1] + (1-z)*g;  inner holds v's third part;  bias may be null
extern "C" __global__ void gru(const float* zx, const float* h0, const float* U, const float* bias, const bool* live,
                               const float* drop, float* gates, float* inner, float* hidden, long long T, long long N,
                               long long u) {
    __shared__ float h[MOST_UNITS], masked[3 * MOST_UNITS], v[3 * MOST_UNITS];
    long long n = blockIdx.x;
    MINE(k, u) hidden[n * u + k] = h[k] = h0[n * u + k];
    for (long long t = 0; t < T; t++) {
        mask_state(h, drop, masked, 3, N, u);
        MINE(j, 3 * u) v[j] = column(masked, U, drop, j, 3 * u, u) + (bias ? bias[j] : 0.0f);
        __syncthreads();
        const float* x = zx + (t * N + n) * 3 * u;
        float* a = gates + (t * N + n) * 3 * u;
        MINE(k, u) {
            long long at = (t * N + n) * u + k;
            float z = sigmoid_of(x[k] + v[k]), r = sigmoid_of(x[u + k] + v[u + k]);
            float g = tanhf(x[2 * u + k] + r * v[2 * u + k]);
            a[k] = z;
            a[u + k] = r;
            a[2 * u + k] = g;
            inner[at] = v[2 * u + k];
            h[k] = LIVE(t) ? z * h[k] + (1.0f - z) * g : h[k];
            hidden[at + N * u] = h[k];
        }
    }
}

// a = h_bar*(1-z)*(1-g^2);  zx_bar = (h_bar*(h[t-1] - g)*z(1-z), a*v*r(1-r), a);  v_bar the same, its third part times r
// h_bar[t-1] = y_bar[t-1] + h_bar*z + v_bar U^T
extern "C" __global__ void gru_vjp(const float* y_bar, const float* h_bar, const float* UT, const float* gates,
                                   const float* inner, const float* hidden, const bool* live, const float* drop,
                                   float* zx_bar, float* v_bar, float* out, long long T, long long N, long long u) {
    __shared__ float bar[MOST_UNITS], v[3 * MOST_UNITS];
    long long n = blockIdx.x;
    MINE(k, u) bar[k] = h_bar[n * u + k];
    for (long long t = T - 1; t >= 0; t--) {
        const float* e = gates + (t * N + n) * 3 * u;
        float* zx = zx_bar + (t * N + n) * 3 * u;
        MINE(k, u) {
            long long at = (t * N + n) * u + k;
            float b = y_bar ? bar[k] + y_bar[at] : bar[k], keep = LIVE(t) ? 1.0f : 0.0f;
            float z = e[k], r = e[u + k], g = e[2 * u + k], a = keep * b * (1.0f - z) * (1.0f - g * g);
            zx[k] = v[k] = keep * b * (hidden[at] - g) * z * (1.0f - z);
            zx[u + k] = v[u + k] = a * inner[at] * r * (1.0f - r);
            zx[2 * u + k] = a;
            v[2 * u + k] = a * r;
            bar[k] = LIVE(t) ? b * z : b;
        }
        __syncthreads();
        MINE(j, 3 * u) v_bar[(t * N + n) * 3 * u + j] = v[j];
        MINE(k, u) bar[k] += back(v, UT, drop, 3, k, N, u);
        __syncthreads();
    }
    MINE(k, u) out[n * u + k] = bar[k];
}

// The same with the reset gate before the product: q = r*h[t-1] (dropped out);  g = tanh(xg + q U_g);  resets holds q
extern "C" __global__ void gru_before(const float* zx, const float* h0, const float* U, const bool* live,
                                      const float* drop, float* gates, float* resets, float* hidden, long long T,
                                      long long N, long long u) {
    __shared__ float h[MOST_UNITS], masked[3 * MOST_UNITS], z[2 * MOST_UNITS], q[MOST_UNITS];
    long long n = blockIdx.x;
    MINE(k, u) hidden[n * u + k] = h[k] = h0[n * u + k];
    for (long long t = 0; t < T; t++) {
        mask_state(h, drop, masked, 3, N, u);
        const float* x = zx + (t * N + n) * 3 * u;
        float* a = gates + (t * N + n) * 3 * u;
        MINE(j, 2 * u) a[j] = z[j] = sigmoid_of(x[j] + column(masked, U, drop, j, 3 * u, u));
        __syncthreads();
        MINE(k, u) resets[(t * N + n) * u + k] = q[k] = z[u + k] * (drop ? masked[2 * u + k] : h[k]);
        __syncthreads();
        MINE(k, u) {
            float g = tanhf(x[2 * u + k] + column(q, U, false, 2 * u + k, 3 * u, u));
            a[2 * u + k] = g;
            h[k] = LIVE(t) ? z[k] * h[k] + (1.0f - z[k]) * g : h[k];
            hidden[((t + 1) * N + n) * u + k] = h[k];
        }
    }
}

// a = h_bar*(1-z)*(1-g^2);  q_bar = a U_g^T (dropped out);  zx_bar = (h_bar*(h[t-1] - g)*z(1-z), q_bar*h[t-1]*r(1-r), a)
// h_bar[t-1] = y_bar[t-1] + h_bar*z + q_bar*r + zx_bar's first two parts U^T
extern "C" __global__ void gru_before_vjp(const float* y_bar, const float* h_bar, const float* UT, const float* gates,
                                          const float* hidden, const bool* live, const float* drop, float* zx_bar,
                                          float* out, long long T, long long N, long long u) {
    __shared__ float bar[MOST_UNITS], z[3 * MOST_UNITS];
    long long n = blockIdx.x;
    MINE(k, u) bar[k] = h_bar[n * u + k];
    for (long long t = T - 1; t >= 0; t--) {
        const float* e = gates + (t * N + n) * 3 * u;
        MINE(k, u) {
            long long at = (t * N + n) * u + k;
            float b = y_bar ? bar[k] + y_bar[at] : bar[k], keep = LIVE(t) ? 1.0f : 0.0f, s = e[k], g = e[2 * u + k];
            z[k] = keep * b * (hidden[at] - g) * s * (1.0f - s);
            z[2 * u + k] = keep * b * (1.0f - s) * (1.0f - g * g);
            bar[k] = LIVE(t) ? b * s : b;
        }
        __syncthreads();
        MINE(k, u) {
            float q_bar = 0.0f, r = e[u + k];
            for (long long j = 2 * u; j < 3 * u; j++) q_bar += z[j] * UT[j * u + k];
            q_bar = drop ? q_bar * drop[(2 * N + n) * u + k] : q_bar;
            z[u + k] = q_bar * hidden[(t * N + n) * u + k] * r * (1.0f - r);
            bar[k] += q_bar * r;
        }
        __syncthreads();
        MINE(j, 3 * u) zx_bar[(t * N + n) * 3 * u + j] = z[j];
        MINE(k, u) bar[k] += back(z, UT, drop, 2, k, N, u);
        __syncthreads();
    }
    MINE(k, u) out[n * u + k] = bar[k];
}
