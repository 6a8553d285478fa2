#include "common.cu"

// Rows: the statistics of each row of x (N, K);  a block takes row n
// mean[n] = sum_k x[n,k] / K,  variance[n] = sum_k (x[n,k] - mean[n])^2 / K,
// x_hat[n,k] = (x[n,k] - mean[n]) / sqrt(variance[n] + epsilon),  y[n,k] = gamma[k] * x_hat[n,k] + beta[k]
extern "C" __global__ void rows(const float* x, const float* gamma, const float* beta, float* y, float* mean,
                                float* variance, float* x_hat, long long K, float epsilon) {
    x += blockIdx.x * K;
    y += blockIdx.x * K;
    x_hat += blockIdx.x * K;
    float sum = 0.0f, squares = 0.0f;
    MINE(k, K) sum += x[k];
    float mu = block_sum(sum) / K;
    MINE(k, K) squares += (x[k] - mu) * (x[k] - mu);
    float sigma = block_sum(squares) / K;
    float root = sqrtf(sigma + epsilon);
    MINE(k, K) {
        float v = (x[k] - mu) / root;
        x_hat[k] = v;
        v = gamma ? v * gamma[k] : v;
        y[k] = beta ? v + beta[k] : v;
    }
    if (threadIdx.x == 0) {
        mean[blockIdx.x] = mu;
        variance[blockIdx.x] = sigma;
    }
}

// g = y_bar * gamma,  x_bar = (g - mean of g - x_hat * mean of g*x_hat) / sqrt(variance + epsilon)
// product[n,k] = y_bar[n,k] * x_hat[n,k];  a block takes row n
extern "C" __global__ void rows_vjp(const float* y_bar, const float* x_hat, const float* variance, const float* gamma,
                                    float* x_bar, float* product, long long K, float epsilon) {
    y_bar += blockIdx.x * K;
    x_hat += blockIdx.x * K;
    x_bar += blockIdx.x * K;
    product += blockIdx.x * K;
    float sum = 0.0f, dot = 0.0f;
    MINE(k, K) {
        float g = gamma ? y_bar[k] * gamma[k] : y_bar[k];
        sum += g;
        dot += g * x_hat[k];
        product[k] = y_bar[k] * x_hat[k];
    }
    sum = block_sum(sum) / K;
    dot = block_sum(dot) / K;
    float root = sqrtf(variance[blockIdx.x] + epsilon);
    MINE(k, K) {
        float g = gamma ? y_bar[k] * gamma[k] : y_bar[k];
        x_bar[k] = (g - sum - x_hat[k] * dot) / root;
    }
}

// Columns: the statistics of each column of x (M, C). The rows are cut into slices, which are summed one by one and
// then together, so that few columns keep many threads busy too; a thread takes a column of a slice.

// sums[s,c] = sum over the rows m of slice s of (x[m,c] - from[c])^power;  power 1 or 2, from may be null
extern "C" __global__ void column_sums(const float* x, const float* from, float* sums, long long M, long long C,
                                       long long S, long long power) {
    EACH(t, S * C) {
        long long s = t / C, c = t % C;
        float sum = 0.0f, less = from ? from[c] : 0.0f;
        for (long long m = M * s / S; m < M * (s + 1) / S; m++) {
            float v = x[m * C + c] - less;
            sum += power == 2 ? v * v : v;
        }
        sums[t] = sum;
    }
}

// sums[0,s,c] = sum of y_bar[m,c],  sums[1,s,c] = sum of y_bar[m,c] * x_hat[m,c] over the rows m of slice s
extern "C" __global__ void column_sums_vjp(const float* y_bar, const float* x_hat, float* sums, long long M,
                                           long long C, long long S) {
    EACH(t, S * C) {
        long long s = t / C, c = t % C;
        float sum = 0.0f, dot = 0.0f;
        for (long long m = M * s / S; m < M * (s + 1) / S; m++) {
            sum += y_bar[m * C + c];
            dot += y_bar[m * C + c] * x_hat[m * C + c];
        }
        sums[t] = sum;
        sums[S * C + t] = dot;
    }
}

// total[b,c] = sum_s sums[b,s,c] / M
extern "C" __global__ void column_means(const float* sums, float* total, long long B, long long C, long long S,
                                        long long M) {
    EACH(t, B * C) {
        float sum = 0.0f;
        for (long long s = 0; s < S; s++) sum += sums[(t / C * S + s) * C + t % C];
        total[t] = sum / M;
    }
}

extern "C" __global__ void columns(const float* x, const float* mean, const float* variance, const float* gamma,
                                   const float* beta, float* y, float* x_hat, long long size, long long C,
                                   float epsilon) {
    EACH(t, size) {
        long long c = t % C;
        float v = (x[t] - mean[c]) / sqrtf(variance[c] + epsilon);
        x_hat[t] = v;
        v = gamma ? v * gamma[c] : v;
        y[t] = beta ? v + beta[c] : v;
    }
}

// means[0,c] and means[1,c] are those of y_bar and of y_bar * x_hat
extern "C" __global__ void columns_vjp(const float* y_bar, const float* x_hat, const float* variance,
                                       const float* gamma, const float* means, float* x_bar, float* product,
                                       long long size, long long C, float epsilon) {
    EACH(t, size) {
        long long c = t % C;
        float scale = (gamma ? gamma[c] : 1.0f) / sqrtf(variance[c] + epsilon);
        x_bar[t] = (y_bar[t] - means[c] - x_hat[t] * means[C + c]) * scale;
        product[t] = y_bar[t] * x_hat[t];
    }
}
