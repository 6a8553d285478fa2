// Philox 4x64-10: NumPy's bits. Block number b of a stream (from 1 on, as NumPy counts up before it draws) is the
// counter (b, 0, 0, 0) scrambled ten times under the key (seed, counter of the draw).
// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#include "common.cu"

__device__ inline void philox(unsigned long long block, unsigned long long seed, unsigned long long draw, unsigned long long* out) {
    unsigned long long c0 = block, c1 = 0, c2 = 0, c3 = 0;
    for (int round = 0; round < 10; round++) {
        unsigned long long high0 = __umul64hi(0xD2E7470EE14C6C93ULL, c0), low0 = 0xD2E7470EE14C6C93ULL * c0;
        unsigned long long high1 = __umul64hi(0xCA5A826395121157ULL, c2), low1 = 0xCA5A826395121157ULL * c2;
        c0 = high1 ^ c1 ^ seed;
        c1 = low1;
        c2 = high0 ^ c3 ^ draw;
        c3 = low0;
        seed += 0x9E3779B97F4A7C15ULL;
        draw += 0xBB67AE8584CAA73BULL;
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

// kept[i] = (the i-th 16 bits of the stream, the low ones of a word first) < limit;  a thread takes 16 entries
extern "C" __global__ void keep(bool* kept, unsigned long long seed, unsigned long long draw, long long limit, long long size) {
    EACH(b, (size + 15) / 16) {
        unsigned long long words[4];
        philox(b + 1, seed, draw, words);
        for (long long j = 0; j < 16 && b * 16 + j < size; j++)
            kept[b * 16 + j] = (long long)(words[j / 4] >> (j % 4 * 16) & 0xFFFF) < limit;
    }
}

// u[i] = (the i-th 32 bits of the stream / 2^8, whole) / 2^24 * scale + low, rounded after each step;  8 entries
extern "C" __global__ void spread(float* u, unsigned long long seed, unsigned long long draw, float scale, float low, long long size) {
    EACH(b, (size + 7) / 8) {
        unsigned long long words[4];
        philox(b + 1, seed, draw, words);
        for (long long j = 0; j < 8 && b * 8 + j < size; j++) {
            float one = (float)(words[j / 2] >> (j % 2 * 32) >> 8 & 0xFFFFFF) * (1.0f / 16777216.0f);
            u[b * 8 + j] = __fadd_rn(__fmul_rn(one, scale), low);
        }
    }
}
