/* Products of fp32 and bf16 against sums in double precision. */
#include "test.h"

/* Random numbers behind which memory ends, so that sanitizers see what reads on. */
static float *exactly(size_t n, float low, float high) {
    float *x = malloc(n * sizeof(float) + (n == 0));
    for (size_t i = 0; i < n; i++) x[i] = random_float(low, high);
    return x;
}

/* Epilogues: in registers (0 to 3) and not. */
enum { PLAIN, CLIPPED, ADDED, ADDED_RELU, LEAKY_ADDED, CODES, EPILOGUES };

static void set(tn_epilogue *e, int kind, const float *residual, int64_t ld, const uint8_t *lut) {
    if (kind == CLIPPED) e->fn = TN_CLIP, e->a = -0.5, e->b = 0.75;
    if (kind == ADDED_RELU) e->fn = TN_RELU, e->residual_first = 1;
    if (kind == LEAKY_ADDED) e->fn = TN_LEAKY_RELU, e->a = 0.25, e->post_mul = 2, e->post_add = 1;
    if (kind == ADDED || kind == ADDED_RELU || kind == LEAKY_ADDED) {
        e->residual = at(residual);
        e->residual_ld = ld;
    }
    if (kind == CODES) {
        e->fn = TN_RELU;
        e->out_type = TN_U8;
        e->out_inv_scale = 40;
        e->out_zp = 7;
        e->lut = at(lut);
    }
}

static double expected(int kind, double v, double residual) {
    switch (kind) {
        case CLIPPED: return fmin(0.75, fmax(-0.5, v));
        case ADDED: return v + residual;
        case ADDED_RELU: return fmax(0, v + residual);
        case LEAKY_ADDED: return (v < 0 ? 0.25 * v : v) * 2 + 1 + residual;
        case CODES: return fmin(255, fmax(0, nearbyint(fmax(0, v) * 40) + 7));
        default: return v;
    }
}

static void gemm(int m, int n, int k, int transposed, int threads, int opcode, int kind) {
    int lda = k + random_int(0, 1) * (k % 512 ? 3 : 0), ldc = n + random_int(0, 3);
    size_t in_a = m == 0 ? 0 : (size_t)((m - 1) * lda + k), in_c = m == 0 ? 0 : (size_t)((m - 1) * ldc + n);
    float *a = exactly(in_a, -1, 1);
    float *b = exactly((size_t)(k * n), -1, 1);
    float *bias = exactly((size_t)n, -1, 1);
    float *residual = exactly(in_c, -1, 1);
    float *c = exactly(in_c, 70, 71);
    uint8_t lut[256];
    for (int i = 0; i < 256; i++) lut[i] = (uint8_t)(255 - i);
    tn_pack_gemm w = {(int64_t)(intptr_t)b, TN_F32, k, n, transposed ? 1 : n, transposed ? k : 1, 0};
    int half = opcode == TN_GEMM_BF16;
    void *packed_b = packed(half ? TN_PACK_GEMM_BF16 : TN_PACK_GEMM_F32, &w);
    tn_gemm p = {at(a), at(packed_b), at(c), m, n, k, lda, ldc, {.post_mul = 1, .bias = at(bias)}};
    set(&p.e, kind, residual, ldc, lut);
    const char *error = run_op(opcode, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < ldc && i * ldc + j < (int)in_c; j++) {
            if (j >= n) {
                CHECK(kind == CODES || c[i * ldc + j] >= 70, "%d x %d x %d: written behind the row", m, n, k);
                continue;
            }
            double sum = bias[j];
            for (int l = 0; l < k; l++) {
                sum += (double)a[i * lda + l] * b[transposed ? j * k + l : l * n + j];
            }
            double wanted = expected(kind, sum, residual[i * ldc + j]);
            double allowed = half ? 0.02 * sqrt(k) + 0.02 : 1e-5 * sqrt(k) + 1e-5;
            double got = c[i * ldc + j];
            if (kind == CODES) {
                got = 255 - ((uint8_t *)c)[i * ldc + j];
                allowed = allowed * 40 + 0.51;
            }
            CHECK(fabs(got - wanted) <= allowed, "%d x %d x %d, epilogue %d at %d, %d: %g not %g", m, n, k,
                  kind, i, j, got, wanted);
        }
    }
    free(a), free(b), free(bias), free(residual), free(c), free(packed_b);
}

/* NaN and infinities come through products, ranges and rounding to bf16, and 0 * inf is NaN. */
static void not_finite(int opcode) {
    enum { M = 3, N = 5, K = 4 };
    float a[M * K] = {1, NAN, 0, 0, 0, INFINITY, 0, 0, 0, 0, 3e38f, 0}, b[K * N], c[M * N];
    for (int i = 0; i < K * N; i++) b[i] = i % N == 4 ? 0 : 2;
    tn_pack_gemm w = {(int64_t)(intptr_t)b, TN_F32, K, N, N, 1, 0};
    void *packed_b = packed(opcode == TN_GEMM_BF16 ? TN_PACK_GEMM_BF16 : TN_PACK_GEMM_F32, &w);
    for (int relu = 0; relu < 2; relu++) {
        tn_gemm p = {at(a), at(packed_b), at(c), M, N, K, K, N, {.post_mul = 1, .fn = relu ? TN_RELU : TN_ID}};
        run_op(opcode, &p, sizeof p, 1);
        for (int j = 0; j < N; j++) {
            CHECK(isnan(c[j]), "NaN became %g", c[j]);
            CHECK(j == 4 ? isnan(c[N + j]) : isinf(c[N + j]), "infinity became %g", c[N + j]);
            CHECK(j == 4 ? c[2 * N + j] == 0 : isinf(c[2 * N + j]), "overflow became %g", c[2 * N + j]);
        }
    }
    free(packed_b);
}

/* Two batch dims, of which A or B may have but one; transposed operands. */
static void matmul(int m, int n, int k, int transposed_a, int transposed_b, int broadcast, int threads) {
    enum { OUTER = 2, INNER = 3 };
    size_t batches = OUTER * INNER;
    float *a = exactly(batches * (size_t)(m * k), -1, 1);
    float *b = exactly(batches * (size_t)(k * n), -1, 1);
    float *bias = exactly((size_t)n, -1, 1);
    float *c = exactly(batches * (size_t)(m * n), 70, 71);
    tn_matmul p = {.a = at(a), .b = at(b), .c = at(c), .bias = at(bias), .m = m, .n = n, .k = k, .alpha = 0.5};
    p.a_rows = transposed_a ? 1 : k, p.a_cols = transposed_a ? m : 1;
    p.b_rows = transposed_b ? 1 : n, p.b_cols = transposed_b ? k : 1;
    int64_t dims[4] = {1, OUTER, 1, INNER};
    memcpy(p.dims, dims, sizeof dims);
    p.a_batch[1] = INNER * m * k, p.a_batch[3] = broadcast == 1 ? 0 : m * k;
    p.b_batch[1] = broadcast == 2 ? 0 : INNER * k * n, p.b_batch[3] = broadcast == 2 ? 0 : k * n;
    const char *error = run_op(TN_MATMUL_F32, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int batch = 0; batch < (int)batches; batch++) {
        const float *in_a = a + batch / INNER * p.a_batch[1] + batch % INNER * p.a_batch[3];
        const float *in_b = b + batch / INNER * p.b_batch[1] + batch % INNER * p.b_batch[3];
        for (int i = 0; i < m * n; i++) {
            double sum = 0;
            for (int l = 0; l < k; l++) {
                sum += 0.5 * in_a[i / n * p.a_rows + l * p.a_cols] * in_b[l * p.b_rows + i % n * p.b_cols];
            }
            double got = c[batch * m * n + i];
            CHECK(fabs(got - sum - bias[i % n]) <= 1e-5 * sqrt(k) + 1e-6,
                  "matmul %d x %d x %d of batch %d at %d: %g not %g", m, n, k, batch, i, got, sum);
        }
    }
    free(a), free(b), free(bias), free(c);
}

static void tests(void) {
    /* m, n, k; in the end k for which rows share lines of the cache, and B larger than the cache */
    int sizes[][3] = {{1, 1, 1},   {1, 33, 7}, {2, 64, 3},   {12, 32, 16},    {13, 31, 17},  {25, 17, 40},
                      {0, 5, 5},   {5, 0, 5},  {3, 16, 0},   {37, 70, 65},    {1, 100, 130}, {11, 9, 2},
                      {6, 48, 33}, {4, 8, 64}, {26, 5, 1024}, {29, 97, 1030}};
    int count = sizeof sizes / sizeof sizes[0];
    for (int i = 0; i < count; i++) {
        int m = sizes[i][0], n = sizes[i][1], k = sizes[i][2];
        for (int kind = 0; kind < EPILOGUES; kind++) {
            if (i >= count - 2 && kind != i % 2) continue;
            gemm(m, n, k, kind % 2, 1 + (i + kind) % 3, TN_GEMM_F32, kind);
            gemm(m, n, k, (i + kind) % 2, 1 + kind % 3, TN_GEMM_BF16, kind);
        }
        for (int form = 0; form < 4 && i < count - 2; form++) {
            matmul(m, n, k, form % 2, form / 2, (i + form) % 3, 1);
            matmul(m, n, k, form % 2, form / 2, (i + form) % 3, 3);
        }
    }
    matmul(20, 40, 30, 0, 1, 2, 7);
    not_finite(TN_GEMM_F32);
    not_finite(TN_GEMM_BF16);
}

int main(void) {
    return on_every_isa(tests);
}
