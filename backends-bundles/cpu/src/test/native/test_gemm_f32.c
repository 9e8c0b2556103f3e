/* Products and convolutions of fp32 against sums in double precision. */
#include "test.h"

static tn_epilogue plain(void) {
    return (tn_epilogue){.post_mul = 1, .out_type = TN_F32, .out_inv_scale = 1, .residual_scale = 1};
}

static void gemm(int m, int n, int k, int transposed, int threads, int opcode) {
    int lda = k + random_int(0, 3), ldc = n + random_int(0, 3);
    float *a = random_floats((size_t)(m * lda), -1, 1);
    float *b = random_floats((size_t)(k * n), -1, 1);
    float *bias = random_floats((size_t)n, -1, 1);
    float *residual = random_floats((size_t)(m * ldc), -1, 1);
    float *c = random_floats((size_t)(m * ldc), 7, 7.0001f);
    tn_pack_gemm w = {(int64_t)(intptr_t)b, TN_F32, k, n, transposed ? 1 : n, transposed ? k : 1, 0};
    int half = opcode == TN_GEMM_BF16;
    void *packed_b = packed(half ? TN_PACK_GEMM_BF16 : TN_PACK_GEMM_F32, &w);
    tn_gemm p = {at(a), at(packed_b), at(c), m, n, k, lda, ldc, plain()};
    p.e.bias = at(bias);
    p.e.fn = TN_LEAKY_RELU;
    p.e.a = 0.25;
    p.e.post_mul = 2;
    p.e.residual = at(residual);
    p.e.residual_ld = ldc;
    const char *error = run_op(opcode, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < ldc; j++) {
            if (j >= n) {
                CHECK(c[i * ldc + j] >= 7, "%d x %d x %d: written behind the row", m, n, k);
                continue;
            }
            double sum = 0;
            for (int l = 0; l < k; l++) {
                sum += (double)a[i * lda + l] * b[transposed ? j * k + l : l * n + j];
            }
            sum += bias[j];
            sum = (sum < 0 ? 0.25 * sum : sum) * 2 + residual[i * ldc + j];
            double allowed = half ? 0.02 * sqrt(k) + 0.02 : 1e-5 * sqrt(k) + 1e-5;
            CHECK(fabs(c[i * ldc + j] - sum) <= allowed, "%d x %d x %d at %d, %d: %g not %g", m, n, k,
                  i, j, c[i * ldc + j], sum);
        }
    }
    free(a), free(b), free(bias), free(residual), free(c), free(packed_b);
}

static void matmul(int m, int n, int k, int transposed, int batches, int threads) {
    float *a = random_floats((size_t)(batches * m * k), -1, 1);
    float *b = random_floats((size_t)(batches * k * n), -1, 1);
    float *c = fresh((size_t)(batches * m * n) * 4);
    tn_matmul p = {.a = at(a), .b = at(b), .c = at(c), .m = m, .n = n, .k = k, .alpha = 0.5};
    p.a_rows = k, p.a_cols = 1;
    p.b_rows = transposed ? 1 : n, p.b_cols = transposed ? k : 1;
    for (int d = 0; d < 4; d++) p.dims[d] = d == 3 ? batches : 1;
    p.a_batch[3] = m * k, p.b_batch[3] = k * n;
    const char *error = run_op(TN_MATMUL_F32, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int i = 0; i < batches * m; i++) {
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int l = 0; l < k; l++) {
                int in_b = i / m * k * n + (transposed ? j * k + l : l * n + j);
                sum += 0.5 * a[i * k + l] * b[in_b];
            }
            CHECK(fabs(c[i * n + j] - sum) <= 1e-5 * sqrt(k) + 1e-6, "matmul %d x %d x %d", m, n, k);
        }
    }
    free(a), free(b), free(c);
}

static void tests(void) {
    int sizes[][3] = {{1, 1, 1}, {1, 33, 7}, {2, 64, 3}, {12, 32, 16}, {13, 31, 17}, {25, 17, 40},
                      {0, 5, 5}, {5, 0, 5}, {3, 16, 0}, {37, 70, 65}, {1, 100, 130}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        int m = sizes[i][0], n = sizes[i][1], k = sizes[i][2];
        for (int threads = 1; threads <= 3; threads += 2) {
            gemm(m, n, k, 0, threads, TN_GEMM_F32);
            gemm(m, n, k, 1, threads, TN_GEMM_F32);
            gemm(m, n, k, 1, threads, TN_GEMM_BF16);
            matmul(m, n, k, (int)i % 2, 3, threads);
        }
    }
}

int main(void) {
    return on_every_isa(tests);
}
