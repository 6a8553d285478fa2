#include "common.cu"

// y[i] = 2/sqrt(pi) * integral of e^-t^2 from 0 to x[i]
extern "C" __global__ void erf_of(const float* x, float* y, long long size) {
    EACH(i, size) y[i] = erff(x[i]);
}
