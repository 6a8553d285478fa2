#include "common.cu"

// e_bar[k,o] += sum over the run of equal rows that begins at place n of the sorted lookups: the first of a run sums
// the run in its order, the others do nothing. order[n] is the lookup at place n, rows[n] the table's row it asks for.
extern "C" __global__ void sum_runs(const float* y_bar, const long long* order, const long long* rows, float* e_bar,
                                    long long N, long long O) {
    EACH(i, N * O) {
        long long n = i / O, o = i % O, row = rows[n];
        if (n == 0 || rows[n - 1] != row) {
            float sum = 0.0f;
            for (long long m = n; m < N && rows[m] == row; m++) sum += y_bar[order[m] * O + o];
            e_bar[row * O + o] = sum;
        }
    }
}
