/* Sparse weights, and the epilogue that wb shares, against loops in double precision. */
#include "test.h"

static float *random_weights(int64_t n, int percent) {
    float *w = random_floats((size_t)n, -1, 1);
    for (int64_t i = 0; i < n; i++) {
        if (random_int(0, 99) < percent) w[i] = 0;
    }
    return w;
}

static void check(int64_t m, int64_t k, int64_t n, int percent, int columns_first, int threads) {
    float *w = random_weights(k * n, percent);
    tn_pack_gemm pack = {(intptr_t)w,           TN_F32, k, n, columns_first ? 1 : n,
                         columns_first ? k : 1, 0};
    void *b = packed(TN_PACK_GEMM_SPARSE, &pack);
    int64_t lda = k + random_int(0, 3), ldc = n + random_int(0, 3);
    float *a = random_floats(m == 0 ? 0 : (size_t)((m - 1) * lda + k), -1, 1);
    float *c = fresh((size_t)(m * ldc) * 4);
    float untouched = c[0];
    tn_gemm p = {.a = at(a),
                 .b = at(b),
                 .c = at(c),
                 .m = m,
                 .n = n,
                 .k = k,
                 .lda = lda,
                 .ldc = ldc,
                 .e = {.post_mul = 1}};
    const char *error = run_op(TN_GEMM_SPARSE, &p, sizeof p, threads);
    int wrong = error[0] != 0;
    for (int64_t i = 0; i < m * ldc; i++) {
        if (i % ldc >= n) {
            wrong += memcmp(&c[i], &untouched, 4) != 0;
            continue;
        }
        double sum = 0;
        for (int64_t j = 0; j < k; j++) {
            sum += (double)a[i / ldc * lda + j] * w[j * pack.k_stride + i % ldc * pack.n_stride];
        }
        wrong += !(fabs(c[i] - sum) < 1e-4);
    }
    CHECK(wrong == 0, "m %d k %d n %d, %d %% zeros: %d are wrong %s", (int)m, (int)k, (int)n,
          percent, wrong, error);
    free(w), free(b), free(a), free(c);
}

static void not_finite(void) {
    enum { M = 30, K = 70, N = 20 };
    float *w = random_weights(K * N, 80);
    float *a = random_floats(M * K, -1, 1);
    a[3 * K + 69] = INFINITY;
    a[4 * K] = NAN;
    a[5 * K + 1] = -INFINITY;
    a[5 * K + 40] = INFINITY;
    tn_pack_gemm pack = {(intptr_t)w, TN_F32, K, N, N, 1, 0};
    void *b = packed(TN_PACK_GEMM_SPARSE, &pack);
    float *c = fresh(M * N * 4);
    tn_gemm p = {.a = at(a),
                 .b = at(b),
                 .c = at(c),
                 .m = M,
                 .n = N,
                 .k = K,
                 .lda = K,
                 .ldc = N,
                 .e = {.post_mul = 1}};
    run_op(TN_GEMM_SPARSE, &p, sizeof p, 1);
    int wrong = 0;
    for (int i = 0; i < M * N; i++) {
        double sum = 0;
        for (int k = 0; k < K; k++) sum += (double)a[i / N * K + k] * w[k * N + i % N];
        wrong += isnan(sum)   ? !isnan(c[i])
                 : isinf(sum) ? c[i] != (float)sum
                              : !(fabs(c[i] - sum) < 1e-4);
    }
    CHECK(wrong == 0, "%d results of NaN and infinities are wrong", wrong);
    free(w), free(a), free(b), free(c);
}

/* Every part of the epilogue, on a product that is a copy of A: B is the unit matrix. */
static void epilogues(void) {
    enum { M = 5, N = 37, LD = 41 };
    static float unit[N * N];
    for (int i = 0; i < N; i++) unit[i * N + i] = 1;
    tn_pack_gemm pack = {(intptr_t)unit, TN_F32, N, N, N, 1, 0};
    void *b = packed(TN_PACK_GEMM_SPARSE, &pack);
    for (int round = 0; round < 64; round++) {
        float *a = random_floats(M * N, -3, 3);
        float *bias = round & 1 ? random_floats(N, -1, 1) : NULL;
        float *residual = random_floats(M * LD, -1, 1);
        uint8_t *bytes = random_bytes(M * LD);
        uint8_t *lut = round & 32 ? random_bytes(256) : NULL;
        tn_epilogue e = {.fn = round & 2 ? TN_RELU : TN_ID,
                         .post_mul = round & 4 ? 1.5 : 1,
                         .post_add = round & 4 ? -0.25 : 0,
                         .residual_ld = LD,
                         .residual_first = round >> 3 & 1,
                         .residual_scale = 0.01,
                         .residual_zp = 120,
                         .residual_type = round & 1 ? TN_U8 : TN_F32,
                         .out_type = round & 16 ? TN_U8 : TN_F32,
                         .out_inv_scale = 40,
                         .out_zp = 99};
        e.bias = at(bias);
        e.residual = round & 4 ? at(round & 1 ? (void *)bytes : (void *)residual) : 0;
        e.lut = at(lut);
        float *c = fresh(M * LD * 4);
        tn_gemm p = {.a = at(a),
                     .b = at(b),
                     .c = at(c),
                     .m = M,
                     .n = N,
                     .k = N,
                     .lda = N,
                     .ldc = LD,
                     .e = e};
        run_op(TN_GEMM_SPARSE, &p, sizeof p, 1);
        int wrong = 0;
        for (int i = 0; i < M * N; i++) {
            int at_c = i / N * LD + i % N;
            double r = !e.residual ? 0
                       : round & 1 ? 0.01 * (bytes[at_c] - 120)
                                   : (double)residual[at_c];
            double v = (double)a[i] + (bias ? (double)bias[i % N] : 0) + (e.residual_first ? r : 0);
            v = e.fn == TN_RELU && v < 0 ? 0 : v;
            v = v * e.post_mul + e.post_add + (e.residual_first ? 0 : r);
            if (e.out_type == TN_F32) {
                wrong += !(fabs(c[at_c] - v) < 1e-5);
                continue;
            }
            /* a number that is nearly halfway may go either way */
            int low = (int)fmin(255, fmax(0, rint(v * 40 - 1e-3) + 99));
            int high = (int)fmin(255, fmax(0, rint(v * 40 + 1e-3) + 99));
            int q = ((uint8_t *)c)[at_c];
            wrong += lut ? q != lut[low] && q != lut[high] : q != low && q != high;
        }
        CHECK(wrong == 0, "epilogue %d: %d are wrong", round, wrong);
        free(a), free(bias), free(residual), free(bytes), free(lut), free(c);
    }
    free(b);
}

static void tests(void) {
    static const int percents[] = {0, 50, 90, 100};
    for (int round = 0; round < 80; round++) {
        check(random_int(1, 70), random_int(1, 100), random_int(1, 50), percents[round % 4],
              round & 1, 1 + 2 * (round & 1));
    }
    check(0, 5, 5, 50, 0, 1);
    check(3, 0, 5, 50, 0, 1);
    check(40, 0, 5, 50, 0, 1);
    check(3, 5, 0, 50, 0, 1);
    check(150, 64, 600, 90, 0, 3);
    check(2, 512, 600, 90, 0, 3);
    not_finite();
    epilogues();
}

int main(void) {
    return on_every_isa(tests);
}
