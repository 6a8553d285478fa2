// Optimizer updates of all weights of a model in one launch: row blockIdx.y of the table holds the addresses of a
// weight w, its gradient g, its slots a and b (0 where there is none), and how many entries they have.
#include "common.cu"

#define ROW(table) \
    const unsigned long long* row = table + blockIdx.y * 5; \
    float* w = (float*)row[0]; \
    const float* g = (const float*)row[1]; \
    long long size = (long long)row[4];

// w <- w - lr*g
extern "C" __global__ void sgd(const unsigned long long* table, float lr) {
    ROW(table)
    EACH(i, size) w[i] -= lr * g[i];
}

// m <- mu*m - lr*g;  w <- w + m,  or with Nesterov  w + mu*m - lr*g
extern "C" __global__ void momentum(const unsigned long long* table, float lr, float mu, long long nesterov) {
    ROW(table)
    float* m = (float*)row[2];
    EACH(i, size) {
        float step = lr * g[i];
        m[i] = mu * m[i] - step;
        w[i] += nesterov ? mu * m[i] - step : m[i];
    }
}

// v <- rho*v + rest*g^2,  rest = 1 - rho;  w <- w - lr*g / sqrt(v + epsilon)
extern "C" __global__ void rmsprop(const unsigned long long* table, float lr, float rho, float rest, float epsilon) {
    ROW(table)
    float* v = (float*)row[2];
    EACH(i, size) {
        v[i] = rho * v[i] + rest * g[i] * g[i];
        w[i] -= lr * g[i] / sqrtf(v[i] + epsilon);
    }
}

// a <- a + g^2;  w <- w - lr*g / sqrt(a + epsilon)
extern "C" __global__ void adagrad(const unsigned long long* table, float lr, float epsilon) {
    ROW(table)
    float* a = (float*)row[2];
    EACH(i, size) {
        a[i] += g[i] * g[i];
        w[i] -= lr * g[i] / sqrtf(a[i] + epsilon);
    }
}

// m <- m + rest_1*(g - m);  v <- v + rest_2*(g^2 - v);  w <- w - alpha*m / (sqrt(v) + epsilon)
extern "C" __global__ void adam(const unsigned long long* table, float alpha, float rest_1, float rest_2,
                                float epsilon) {
    ROW(table)
    float* m = (float*)row[2];
    float* v = (float*)row[3];
    EACH(i, size) {
        m[i] += (g[i] - m[i]) * rest_1;
        v[i] += (g[i] * g[i] - v[i]) * rest_2;
        w[i] -= alpha * m[i] / (sqrtf(v[i]) + epsilon);
    }
}
