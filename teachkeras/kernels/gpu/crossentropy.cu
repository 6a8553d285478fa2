#include "common.cu"

// A block takes row n: t the targets, q the model's output.

__device__ inline float clipped(float p, float low) {
    return p < low ? low : p > 1.0f - low ? 1.0f - low : p;
}

// L[n] = -sum_k t[n,k] * ln p[n,k],  p[n,k] = clip(q[n,k] / sum_j q[n,j])
extern "C" __global__ void crossentropy(const float* t, const float* q, float* L, float low, long long K) {
    t += blockIdx.x * K;
    q += blockIdx.x * K;
    float total = 0.0f, loss = 0.0f;
    MINE(k, K) total += q[k];
    total = block_sum(total);
    MINE(k, K) if (t[k] != 0.0f) loss -= t[k] * logf(clipped(q[k] / total, low));
    loss = block_sum(loss);
    if (threadIdx.x == 0) L[blockIdx.x] = loss;
}

// g[k] = -L_bar * t[k]/p[k] where clipping left p alone, else 0;  q_bar[k] = (g[k] - sum_j g[j] * p[j]) / sum_j q[j]
extern "C" __global__ void crossentropy_vjp(const float* L_bar, const float* t, const float* q, float* q_bar, float low,
                                            long long K) {
    t += blockIdx.x * K;
    q += blockIdx.x * K;
    q_bar += blockIdx.x * K;
    float total = 0.0f, dot = 0.0f;
    MINE(k, K) total += q[k];
    total = block_sum(total);
    MINE(k, K) {
        float p = q[k] / total;
        q_bar[k] = low <= p && p <= 1.0f - low ? -L_bar[blockIdx.x] * t[k] / p : 0.0f;
        dot += q_bar[k] * p;
    }
    dot = block_sum(dot);
    MINE(k, K) q_bar[k] = (q_bar[k] - dot) / total;
}

// L[n] = -sum_k t[n,k] * (z[n,k] - m - ln sum_j e^(z[n,j] - m)),  m = max_j z[n,j]
extern "C" __global__ void logit_crossentropy(const float* t, const float* z, float* L, long long K) {
    t += blockIdx.x * K;
    z += blockIdx.x * K;
    float m = -INFINITY, total = 0.0f, loss = 0.0f;
    MINE(k, K) m = fmaxf(m, z[k]);
    m = block_max(m);
    MINE(k, K) total += expf(z[k] - m);
    total = logf(block_sum(total));
    MINE(k, K) loss -= t[k] * (z[k] - m - total);
    loss = block_sum(loss);
    if (threadIdx.x == 0) L[blockIdx.x] = loss;
}

// z_bar[n,k] = L_bar[n] * (softmax(z)[n,k] * sum_j t[n,j] - t[n,k])
extern "C" __global__ void logit_crossentropy_vjp(const float* L_bar, const float* t, const float* z, float* z_bar,
                                                  long long K) {
    t += blockIdx.x * K;
    z += blockIdx.x * K;
    z_bar += blockIdx.x * K;
    float m = -INFINITY, total = 0.0f, sum = 0.0f;
    MINE(k, K) m = fmaxf(m, z[k]);
    m = block_max(m);
    MINE(k, K) {
        total += expf(z[k] - m);
        sum += t[k];
    }
    total = block_sum(total);
    sum = block_sum(sum);
    MINE(k, K) z_bar[k] = L_bar[blockIdx.x] * (expf(z[k] - m) / total * sum - t[k]);
}
