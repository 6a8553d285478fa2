// Windows on images, on three axes: letters as in kernels/geometry.py. A thread takes one place, its number counted
// through with the channel last; `Windows` reads the geometry: lengths, size, strides, dilation, before, windows.
#include "common.cu"

struct Windows {
    const long long* g;
    __device__ Windows(const long long* geometry) : g(geometry) {}
    __device__ inline long long length(int axis) const { return g[axis]; }
    __device__ inline long long size(int axis) const { return g[3 + axis]; }
    __device__ inline long long count(int axis) const { return g[15 + axis]; }
    __device__ inline long long taps() const { return g[3] * g[4] * g[5]; }
    __device__ inline long long places() const { return g[0] * g[1] * g[2]; }
    __device__ inline long long windows() const { return g[15] * g[16] * g[17]; }

    // Return which place of an image tap a of window i looks at, counted through; -1 for one outside of the image.
    __device__ inline long long place(long long i, long long a) const {
        long long at = 0;
        long long is[3] = {i / (g[16] * g[17]), i / g[17] % g[16], i % g[17]};
        long long as[3] = {a / (g[4] * g[5]), a / g[5] % g[4], a % g[5]};
        for (int axis = 0; axis < 3; axis++) {
            long long q = is[axis] * g[6 + axis] + as[axis] * g[9 + axis] - g[12 + axis];
            if (q < 0 || q >= g[axis]) return -1;
            at = at * g[axis] + q;
        }
        return at;
    }

    // Return which window looks at place q of an image with its tap a, counted through; -1 where none does.
    __device__ inline long long window(long long q, long long a) const {
        long long at = 0;
        long long qs[3] = {q / (g[1] * g[2]), q / g[2] % g[1], q % g[2]};
        long long as[3] = {a / (g[4] * g[5]), a / g[5] % g[4], a % g[5]};
        for (int axis = 0; axis < 3; axis++) {
            long long from = qs[axis] + g[12 + axis] - as[axis] * g[9 + axis];
            if (from < 0 || from % g[6 + axis]) return -1;
            long long i = from / g[6 + axis];
            if (i >= g[15 + axis]) return -1;
            at = at * g[15 + axis] + i;
        }
        return at;
    }
};
