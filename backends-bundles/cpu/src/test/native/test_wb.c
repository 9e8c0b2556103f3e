/* Weights of few bits against loops in double precision. */
#include "test.h"

typedef struct weights {
    int8_t *codes;
    float *scales, *zps;
    int64_t k, n, bits, block, blocks;
} weights;

static weights random_weights(int64_t k, int64_t n, int64_t bits, int64_t block, int zeros) {
    weights w = {.k = k, .n = n, .bits = bits, .block = block};
    int half = 1 << (bits - 1);
    w.blocks = k == 0 ? 0 : (k + block - 1) / block;
    w.codes = fresh((size_t)(k * n));
    for (int64_t i = 0; i < k * n; i++) {
        int code = random_int(-half, half - 1);
        /* the extremes are frequent */
        code = random_int(0, 3) ? code : random_int(0, 1) ? -half : half - 1;
        w.codes[i] = (int8_t)(bits == 1 ? 2 * random_int(0, 1) - 1 : code);
    }
    w.scales = random_floats((size_t)(n * w.blocks), -0.1f, 0.1f);
    w.zps = zeros ? random_floats((size_t)(n * w.blocks), -3, 3) : NULL;
    /* zero points that are all whole are stored otherwise */
    int whole = random_int(0, 1);
    for (int64_t i = 0; zeros && whole && i < n * w.blocks; i++) w.zps[i] = nearbyintf(w.zps[i]);
    return w;
}

static void free_weights(weights *w) {
    free(w->codes);
    free(w->scales);
    free(w->zps);
}

/* Element (m, n) of the product, and in *size the sum of the magnitudes, for the tolerance. */
static double product(const weights *w, const float *a, int64_t n, double *size) {
    double sum = 0;
    *size = 0;
    for (int64_t k = 0; k < w->k; k++) {
        int64_t at = n * w->blocks + k / w->block;
        double code = w->codes[n * w->k + k] - (w->zps ? (double)w->zps[at] : 0);
        sum += (double)a[k] * w->scales[at] * code;
        *size += fabs((double)a[k] * w->scales[at] * code);
    }
    return sum;
}

/*
 * What quantizing A may add: half a step of every block's scale, for each k. Blocks as long as k
 * may be cut, which makes the steps only smaller.
 */
static double rounding(const weights *w, const float *a, int64_t n) {
    double error = 0;
    for (int64_t b = 0; b < w->blocks; b++) {
        double most = 0;
        double size = 0;
        for (int64_t k = b * w->block; k < w->k && k < (b + 1) * w->block; k++) {
            double zp = w->zps ? (double)w->zps[n * w->blocks + b] : 0;
            most = fmax(most, fabs((double)a[k]));
            size += fabs((w->codes[n * w->k + k] - zp) * w->scales[n * w->blocks + b]);
        }
        error += most / 127 / 2 * size;
    }
    return error;
}

static void check(int64_t m, int64_t k, int64_t n, int64_t bits, int64_t block, int zeros,
                  int64_t precision, int threads) {
    weights w = random_weights(k, n, bits, block, zeros);
    tn_pack_gemm_wb pack = {
        (intptr_t)w.codes, (intptr_t)w.scales, (intptr_t)w.zps, k, n, bits, block, precision};
    void *b = packed(TN_PACK_GEMM_WB, &pack);
    int64_t lda = k + random_int(0, 3), ldc = n + random_int(0, 3);
    /* rows end where the memory does */
    float *a = random_floats(m == 0 ? 0 : (size_t)((m - 1) * lda + k), -2, 2);
    float *c = fresh((size_t)(m * ldc) * 4);
    float untouched = c[0];
    tn_gemm_wb p = {.m = m,
                    .n = n,
                    .k = k,
                    .lda = lda,
                    .ldc = ldc,
                    .bits = bits,
                    .block = block,
                    .precision = precision,
                    .e = {.post_mul = 1}};
    p.a = at(a), p.b = at(b), p.c = at(c);
    const char *error = run_op(TN_GEMM_WB, &p, sizeof p, threads);
    int wrong = error[0] != 0;
    double worst = 0;
    for (int64_t i = 0; i < m * ldc; i++) {
        if (i % ldc >= n) {
            wrong += memcmp(&c[i], &untouched, 4) != 0;
            continue;
        }
        double size;
        const float *row = a + i / ldc * lda;
        double expected = product(&w, row, i % ldc, &size);
        /* the zero point's part is added separately, which costs some bits */
        double tolerance =
            size * 1e-6 * (zeros ? 20 : 4) + (precision ? rounding(&w, row, i % ldc) : 0);
        worst = fmax(worst, fabs(c[i] - expected));
        wrong += !(fabs(c[i] - expected) <= tolerance + 1e-6);
    }
    CHECK(wrong == 0,
          "m %d k %d n %d bits %d block %d zeros %d precision %d: %d are wrong, by %g %s", (int)m,
          (int)k, (int)n, (int)bits, (int)block, zeros, (int)precision, wrong, worst, error);
    free(a), free(b), free(c);
    free_weights(&w);
}

static void shapes(void) {
    static const int bits[] = {8, 6, 4, 2, 1};
    static const int blocks[] = {16, 32, 64, 20, 256, 100000};
    for (int round = 0; round < 240; round++) {
        int64_t k = random_int(1, 130);
        check(random_int(1, 19), k, random_int(1, 70), bits[round % 5], blocks[round % 6],
              round / 7 % 2, round / 2 % 2, 1 + 2 * (round % 2));
    }
    for (int i = 0; i < 5; i++) {
        check(1, 2500, 33, bits[i], 2500, i % 2, 1, 1);
        check(3, 1500, 32, bits[i], 5000, i % 2, i % 2, 1);
        check(200, 48, 40, bits[i], 16, i % 2, 1, 3);
        check(2, 0, 5, bits[i], 32, 0, i % 2, 1);
        check(0, 32, 5, bits[i], 32, 0, i % 2, 1);
        check(2, 32, 0, bits[i], 32, 0, i % 2, 1);
    }
    /* enough columns for several threads */
    check(4, 256, 1500, 4, 32, 1, 1, 3);
    check(1, 256, 1500, 4, 32, 0, 0, 3);
}

/* Extreme activations and codes: sums of 16 bits would overflow. */
static void saturation(void) {
    static const int each[] = {8, 6, 4, 2, 1};
    for (int i = 0; i < 5; i++) {
        enum { K = 1024, N = 3 };
        int bits = each[i];
        int half = 1 << (bits - 1);
        weights w = random_weights(K, N, bits, K, 0);
        float a[K];
        for (int k = 0; k < K; k++) {
            a[k] = k % 3 ? 1 : -1;
            for (int n = 0; n < N; n++) {
                int up = n == 0 ? k % 3 != 0 : n == 1;
                w.codes[n * K + k] = (int8_t)(up          ? (bits == 1 ? 1 : half - 1)
                                              : bits == 1 ? -1
                                                          : -half);
            }
        }
        tn_pack_gemm_wb pack = {(intptr_t)w.codes, (intptr_t)w.scales, 0, K, N, bits, K, 1};
        void *b = packed(TN_PACK_GEMM_WB, &pack);
        float c[N];
        tn_gemm_wb p = {.a = at(a),
                        .b = at(b),
                        .c = at(c),
                        .m = 1,
                        .n = N,
                        .k = K,
                        .lda = K,
                        .ldc = N,
                        .bits = bits,
                        .block = K,
                        .precision = 1,
                        .e = {.post_mul = 1}};
        run_op(TN_GEMM_WB, &p, sizeof p, 1);
        for (int n = 0; n < N; n++) {
            double size;
            double expected = product(&w, a, n, &size);
            CHECK(fabs(c[n] - expected) <= size * 1e-6, "%d bits, column %d: %g instead of %g",
                  bits, n, (double)c[n], expected);
        }
        free(b);
        free_weights(&w);
    }
}

static void not_finite(void) {
    enum { M = 3, K = 40, N = 35 };
    for (int precision = 0; precision < 2; precision++) {
        weights w = random_weights(K, N, 4, 16, 0);
        tn_pack_gemm_wb pack = {(intptr_t)w.codes, (intptr_t)w.scales, 0, K, N, 4, 16, precision};
        void *b = packed(TN_PACK_GEMM_WB, &pack);
        float a[M * K], c[M * N];
        for (int i = 0; i < M * K; i++)
            a[i] = i % K == 39 && i / K < 2 ? (i / K ? INFINITY : NAN) : 0;
        tn_gemm_wb p = {.a = at(a),
                        .b = at(b),
                        .c = at(c),
                        .m = M,
                        .n = N,
                        .k = K,
                        .lda = K,
                        .ldc = N,
                        .bits = 4,
                        .block = 16,
                        .precision = precision,
                        .e = {.post_mul = 1}};
        run_op(TN_GEMM_WB, &p, sizeof p, 1);
        int finite = 0;
        int wrong = 0;
        for (int i = 0; i < 2 * N; i++) finite += isfinite(c[i]) != 0;
        for (int i = 2 * N; i < M * N; i++) wrong += c[i] != 0;
        CHECK(finite == 0, "precision %d: %d results of NaN or infinity are finite", precision,
              finite);
        CHECK(wrong == 0, "precision %d: a row of zeros gives others, %d times", precision, wrong);
        free(b);
        free_weights(&w);
    }
}

/* Bias and residual of every row and column, for each way that products are formed. */
static void epilogue(int64_t m, int64_t precision) {
    enum { K = 32, N = 70, MOST = 7 };
    weights w = random_weights(K, N, 4, 16, 0);
    tn_pack_gemm_wb pack = {(intptr_t)w.codes, (intptr_t)w.scales, 0, K, N, 4, 16, precision};
    void *b = packed(TN_PACK_GEMM_WB, &pack);
    float *a = random_floats(MOST * K, -1, 1), *bias = random_floats(N, -1, 1);
    float *residual = random_floats(MOST * N, -1, 1), *plain = fresh(MOST * N * 4),
          *c = fresh(MOST * N * 4);
    tn_gemm_wb p = {.m = m,
                    .n = N,
                    .k = K,
                    .lda = K,
                    .ldc = N,
                    .bits = 4,
                    .block = 16,
                    .precision = precision,
                    .e = {.post_mul = 1}};
    p.a = at(a), p.b = at(b), p.c = at(plain);
    run_op(TN_GEMM_WB, &p, sizeof p, 1);
    p.a = at(a), p.b = at(b), p.c = at(c), p.e.bias = at(bias), p.e.residual = at(residual);
    p.e.residual_ld = N, p.e.fn = TN_RELU;
    run_op(TN_GEMM_WB, &p, sizeof p, 1);
    int wrong = 0;
    for (int i = 0; i < m * N; i++) {
        float v = plain[i] + bias[i % N];
        wrong += !(fabsf(c[i] - ((v > 0 ? v : 0) + residual[i])) < 1e-5f);
    }
    CHECK(wrong == 0, "epilogue of %d rows, precision %d: %d are wrong", (int)m, (int)precision,
          wrong);
    free(a), free(b), free(c), free(bias), free(residual), free(plain);
    free_weights(&w);
}

static void tests(void) {
    for (int i = 0; i < 2; i++) {
        epilogue(2, i);
        epilogue(7, i);
    }
    shapes();
    saturation();
    not_finite();
}

int main(void) {
    return on_every_isa(tests);
}
