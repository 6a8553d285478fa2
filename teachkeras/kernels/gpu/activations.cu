#include "common.cu"

// y[i] = 1 / (1 + e^-x[i])
extern "C" __global__ void sigmoid(const float* x, float* y, long long size) {
    EACH(i, size) y[i] = sigmoid_of(x[i]);
}

// x_bar[i] = y_bar[i] * [y[i] > 0]
extern "C" __global__ void relu_vjp(const float* y_bar, const float* y, float* x_bar, long long size) {
    EACH(i, size) x_bar[i] = y[i] > 0.0f ? y_bar[i] : 0.0f;
}

// y[n,k] = e^(x[n,k] - m) / sum_j e^(x[n,j] - m),  m = max_j x[n,j];  a block takes row n
extern "C" __global__ void softmax(const float* x, float* y, long long K) {
    x += blockIdx.x * K;
    y += blockIdx.x * K;
    float m = -INFINITY, total = 0.0f;
    MINE(k, K) m = fmaxf(m, x[k]);
    m = block_max(m);
    MINE(k, K) total += y[k] = expf(x[k] - m);
    total = block_sum(total);
    MINE(k, K) y[k] /= total;
}

// x_bar[n,k] = y[n,k] * (y_bar[n,k] - sum_j y_bar[n,j] * y[n,j]);  a block takes row n
extern "C" __global__ void softmax_vjp(const float* y_bar, const float* y, float* x_bar, long long K) {
    y_bar += blockIdx.x * K;
    y += blockIdx.x * K;
    x_bar += blockIdx.x * K;
    float dot = 0.0f;
    MINE(k, K) dot += y_bar[k] * y[k];
    dot = block_sum(dot);
    MINE(k, K) x_bar[k] = y[k] * (y_bar[k] - dot);
}
