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

static void conv(tn_conv p, int threads) {
    int64_t ci = p.ci / p.groups, co = p.co / p.groups;
    p.x_ld = p.x_nchw ? p.ci : p.ci + 2;
    p.y_ld = p.co + 1;
    size_t xs = (size_t)(p.n * p.h * p.wd * p.x_ld), ys = (size_t)(p.n * p.oh * p.ow * p.y_ld);
    float *x = random_floats(xs, -1, 1);
    float *w = random_floats((size_t)(p.co * ci * p.kh * p.kw), -1, 1);
    float *bias = random_floats((size_t)p.co, -1, 1);
    float *y = random_floats(ys, 7, 7.0001f);
    tn_pack_conv pack = {(int64_t)(intptr_t)w, TN_F32, p.co, p.ci, p.kh, p.kw, p.groups, 0, 0};
    void *packed_w = packed(TN_PACK_CONV_F32, &pack);
    p.x = at(x), p.w = at(packed_w), p.y = at(y);
    p.e = plain();
    p.e.bias = at(bias);
    p.e.fn = TN_RELU;
    const char *error = run_op(TN_CONV_F32, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int64_t i = 0; i < p.n * p.oh * p.ow; i++) {
        for (int64_t o = 0; o < p.co; o++) {
            double sum = bias[o];
            for (int64_t t = 0; t < p.kh * p.kw; t++) {
                int64_t iy = i / p.ow % p.oh * p.sh - p.pt + t / p.kw * p.dh;
                int64_t ix = i % p.ow * p.sw - p.pl + t % p.kw * p.dw;
                int64_t picture = i / p.ow / p.oh;
                if (iy < 0 || ix < 0 || iy >= p.h || ix >= p.wd) continue;
                for (int64_t c = 0; c < ci; c++) {
                    int64_t channel = o / co * ci + c;
                    float v = p.x_nchw ? x[((picture * p.ci + channel) * p.h + iy) * p.wd + ix]
                                       : x[((picture * p.h + iy) * p.wd + ix) * p.x_ld + channel];
                    sum += (double)v * w[(o * ci + c) * p.kh * p.kw + t];
                }
            }
            sum = sum > 0 ? sum : 0;
            CHECK(fabs(y[i * p.y_ld + o] - sum) < 1e-4, "conv %dx%d of %d to %d: %g not %g",
                  (int)p.kh, (int)p.kw, (int)p.ci, (int)p.co, y[i * p.y_ld + o], sum);
        }
        CHECK(y[i * p.y_ld + p.co] >= 7, "written behind the pixel");
    }
    free(x), free(w), free(bias), free(y), free(packed_w);
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
    tn_conv small = {.n = 2, .h = 9, .wd = 11, .ci = 10, .oh = 9, .ow = 11, .co = 21, .kh = 3, .kw = 3,
                     .sh = 1, .sw = 1, .dh = 1, .dw = 1, .pt = 1, .pl = 1, .groups = 1};
    conv(small, 1);
    conv(small, 3);
    tn_conv strided = small;
    strided.sh = strided.sw = 2, strided.oh = 5, strided.ow = 6;
    conv(strided, 1);
    tn_conv grouped = small;
    grouped.groups = 2, grouped.ci = 24, grouped.co = 40;
    conv(grouped, 3);
    tn_conv first = small;
    first.ci = 3, first.x_nchw = 1;
    conv(first, 1);
    tn_conv pointwise = small;
    pointwise.kh = pointwise.kw = 1, pointwise.pt = pointwise.pl = 0;
    conv(pointwise, 3);
    tn_conv dilated = small;
    dilated.dh = dilated.dw = 2, dilated.pt = dilated.pl = 2, dilated.ci = 5;
    conv(dilated, 1);
}

int main(void) {
    return on_every_isa(tests);
}
