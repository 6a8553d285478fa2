// What every family of kernels uses.
//
// A block has THREADS threads. "Each entry" loops run over entries i = thread, thread + all threads, ..., so that any
// number of blocks does. Sums over a block go up a tree whose shape depends on THREADS alone: the same bits every time.

#ifndef THREADS
#define THREADS 128
#endif
#ifndef INFINITY  // NVRTC comes without C's headers
#define INFINITY __int_as_float(0x7f800000)
#endif
#define EACH(i, size) \
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < (size); i += (long long)gridDim.x * blockDim.x)
#define MINE(k, size) for (long long k = threadIdx.x; k < (size); k += blockDim.x)

__device__ inline float block_sum(float mine) {
    __shared__ float part[THREADS];
    part[threadIdx.x] = mine;
    __syncthreads();
    for (unsigned half = THREADS / 2; half; half /= 2) {
        if (threadIdx.x < half) part[threadIdx.x] += part[threadIdx.x + half];
        __syncthreads();
    }
    float all = part[0];
    __syncthreads();
    return all;
}

__device__ inline float block_max(float mine) {
    __shared__ float part[THREADS];
    part[threadIdx.x] = mine;
    __syncthreads();
    for (unsigned half = THREADS / 2; half; half /= 2) {
        if (threadIdx.x < half) part[threadIdx.x] = fmaxf(part[threadIdx.x], part[threadIdx.x + half]);
        __syncthreads();
    }
    float all = part[0];
    __syncthreads();
    return all;
}

__device__ inline float sigmoid_of(float x) {
    return 0.5f + 0.5f * tanhf(0.5f * x);
}
