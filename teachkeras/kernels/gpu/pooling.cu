#include "windows.cu"

// y[n,i,c] = max_a x[n, i*s + a - p, c];  place[n,i,c] = the first a that is the largest (a NaN is the largest)
extern "C" __global__ void maxpool(const float* x, float* y, int* place, const long long* geometry, long long size,
                                   long long C) {
    Windows g(geometry);
    EACH(t, size) {
        long long c = t % C, i = t / C % g.windows(), n = t / C / g.windows();
        float best = -INFINITY;
        int where = -1;
        for (long long a = 0; a < g.taps(); a++) {
            long long q = g.place(i, a);
            float v = q < 0 ? -INFINITY : x[(n * g.places() + q) * C + c];
            if (where < 0 || v > best || (isnan(v) && !isnan(best))) {
                best = v;
                where = (int)a;
            }
        }
        y[t] = best;
        place[t] = where;
    }
}

// x_bar[n,q,c] = sum over (i: i*s + place[n,i,c] - p = q) of y_bar[n,i,c];  a thread takes one place of the image
extern "C" __global__ void maxpool_vjp(const float* y_bar, const int* place, float* x_bar, const long long* geometry,
                                       long long size, long long C) {
    Windows g(geometry);
    EACH(t, size) {
        long long c = t % C, q = t / C % g.places(), n = t / C / g.places();
        float sum = 0.0f;
        for (long long a = 0; a < g.taps(); a++) {
            long long i = g.window(q, a), at = (n * g.windows() + i) * C + c;
            if (i >= 0 && place[at] == a) sum += y_bar[at];
        }
        x_bar[t] = sum;
    }
}

// y[n,i,c] = x[n, i*s + place[n,i,c] - p, c], 0 outside of the image
extern "C" __global__ void maxpool_pick(const float* x, const int* place, float* y, const long long* geometry,
                                        long long size, long long C) {
    Windows g(geometry);
    EACH(t, size) {
        long long c = t % C, i = t / C % g.windows(), n = t / C / g.windows(), q = g.place(i, place[t]);
        y[t] = q < 0 ? 0.0f : x[(n * g.places() + q) * C + c];
    }
}

// how many entries of window i lie on the image
__device__ inline float on_image(const Windows& g, long long i) {
    float count = 0.0f;
    for (long long a = 0; a < g.taps(); a++) count += g.place(i, a) >= 0 ? 1.0f : 0.0f;
    return count;
}

// y[n,i,c] = sum_a x[n, i*s + a - p, c] / (how many a lie on the image)
extern "C" __global__ void averagepool(const float* x, float* y, const long long* geometry, long long size,
                                       long long C) {
    Windows g(geometry);
    EACH(t, size) {
        long long c = t % C, i = t / C % g.windows(), n = t / C / g.windows();
        float sum = 0.0f;
        for (long long a = 0; a < g.taps(); a++) {
            long long q = g.place(i, a);
            if (q >= 0) sum += x[(n * g.places() + q) * C + c];
        }
        y[t] = sum / on_image(g, i);
    }
}

// x_bar[n,q,c] = sum over (i,a: i*s + a - p = q) of y_bar[n,i,c] / (how many a lie on the image)
extern "C" __global__ void averagepool_vjp(const float* y_bar, float* x_bar, const long long* geometry, long long size,
                                           long long C) {
    Windows g(geometry);
    EACH(t, size) {
        long long c = t % C, q = t / C % g.places(), n = t / C / g.places();
        float sum = 0.0f;
        for (long long a = 0; a < g.taps(); a++) {
            long long i = g.window(q, a);
            if (i >= 0) sum += y_bar[(n * g.windows() + i) * C + c] / on_image(g, i);
        }
        x_bar[t] = sum;
    }
}
