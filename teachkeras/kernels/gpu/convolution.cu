#include "windows.cu"

// The windows of images as the rows of matrices, one matrix per group of channels:
// u[k, (n,i), (a,c)] = x[n, i*s + a*d - p, k*D + c], 0 outside of the image;  D channels a group, groups counted by k
extern "C" __global__ void form(const float* x, float* u, const long long* geometry, long long N, long long C,
                                long long D) {
    Windows g(geometry);
    long long A = g.taps(), I = g.windows(), size = N * I * A * C;
    EACH(t, size) {
        long long c = t % D, a = t / D % A, i = t / (D * A) % I, n = t / (D * A * I) % N, k = t / (D * A * I * N);
        long long q = g.place(i, a);
        u[t] = q < 0 ? 0.0f : x[(n * g.places() + q) * C + k * D + c];
    }
}

// The way back: x[n,q,k*D + c] = sum over (i,a: i*s + a*d - p = q) of u[k, (n,i), (a,c)];  each place gathers its own
extern "C" __global__ void lay_back(const float* u, float* x, const long long* geometry, long long N, long long C,
                                    long long D) {
    Windows g(geometry);
    long long A = g.taps(), I = g.windows(), size = N * g.places() * C;
    EACH(t, size) {
        long long c = t % C, q = t / C % g.places(), n = t / C / g.places();
        float sum = 0.0f;
        for (long long a = 0; a < A; a++) {
            long long i = g.window(q, a);
            if (i >= 0) sum += u[(((c / D * N + n) * I + i) * A + a) * D + c % D];
        }
        x[t] = sum;
    }
}
