#include "common.cu"

// z[n,o] += b[o]
extern "C" __global__ void add_bias(float* z, const float* b, long long size, long long O) {
    EACH(i, size) z[i] += b[i % O];
}
