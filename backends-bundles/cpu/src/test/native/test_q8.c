/* 8-bit products and convolutions: exact sums, in the standard's formulas. */
#include "test.h"

static float real(int32_t acc, float scale, float bias) {
    return (float)acc * scale + bias;
}

/* What is stored for a real: a code is off by one at most where rounding is a tie. */
static void check(const tn_epilogue *e, const void *out, size_t at, float v, const char *what) {
    if (e->out_type == TN_F32) {
        float got = ((const float *)out)[at];
        CHECK(fabsf(got - v) <= 1e-5f * fabsf(v) + 1e-5f, "%s: %g not %g", what, got, v);
        return;
    }
    double q = nearbyint((double)v * e->out_inv_scale) + (double)e->out_zp;
    int expected = q < 0 ? 0 : q > 255 ? 255 : (int)q;
    int got = ((const uint8_t *)out)[at];
    CHECK(abs(got - expected) <= 1, "%s: code %d not %d", what, got, expected);
}

static void gemm(int m, int n, int k, int dynamic, int asymmetric, int codes, int threads) {
    int lda = k + 1, ldc = n + 2;
    uint8_t *a = random_bytes((size_t)(m * lda));
    uint8_t *b = random_bytes((size_t)(k * n));
    float *scale = random_floats((size_t)n, 0.001f, 0.01f);
    float *bias = random_floats((size_t)n, -1, 1);
    int32_t *zps = fresh((size_t)n * 4);
    tn_row *rows = fresh((size_t)m * sizeof(tn_row));
    for (int j = 0; j < n; j++) zps[j] = asymmetric ? random_int(0, 255) : 0;
    for (int i = 0; i < m; i++) {
        rows[i] = (tn_row){random_float(0.1f, 2), random_int(0, 255), 0, 0};
        for (int l = 0; l < k; l++) rows[i].sum += a[i * lda + l];
    }
    void *c = fresh((size_t)(m * ldc) * 4);
    tn_pack_gemm w = {(int64_t)(intptr_t)b, asymmetric ? TN_U8 : TN_S8, k, n, n, 1,
                      asymmetric ? (int64_t)(intptr_t)zps : 0};
    void *packed_b = packed(TN_PACK_GEMM_Q8, &w);
    tn_gemm_q8 p = {.a = at(a), .b = at(packed_b), .c = at(c), .rows = dynamic ? at(rows) : 0,
                    .a_zp = 77, .m = m, .n = n, .k = k, .lda = lda, .ldc = ldc};
    p.e = (tn_epilogue){.bias = at(bias), .scale = at(scale), .post_mul = 1, .fn = TN_RELU,
                        .out_type = codes ? TN_U8 : TN_F32, .out_inv_scale = 3, .out_zp = 20};
    const char *error = run_op(TN_GEMM_Q8, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
            int32_t acc = 0;
            int32_t a_zp = dynamic ? rows[i].zp : 77;
            for (int l = 0; l < k; l++) {
                int32_t x = b[l * n + j];
                if (!asymmetric) x = (int8_t)x;
                acc += (a[i * lda + l] - a_zp) * (x - zps[j]);
            }
            float v = real(acc, dynamic ? scale[j] * rows[i].scale : scale[j], bias[j]);
            check(&p.e, c, (size_t)(i * ldc + j), v > 0 ? v : 0, "gemm");
        }
    }
    free(a), free(b), free(scale), free(bias), free(zps), free(rows), free(c), free(packed_b);
}

static void conv(tn_conv p, int asymmetric, int codes, int threads) {
    int64_t ci = p.ci / p.groups, co = p.co / p.groups, taps = p.kh * p.kw;
    p.x_ld = p.ci + 1, p.y_ld = p.co + 1, p.x_zp = 9;
    uint8_t *x = random_bytes((size_t)(p.n * p.h * p.wd * p.x_ld));
    uint8_t *w = random_bytes((size_t)(p.co * ci * taps));
    uint8_t *residual = random_bytes((size_t)(p.n * p.oh * p.ow * p.co));
    float *scale = random_floats((size_t)p.co, 0.0001f, 0.001f);
    float *bias = random_floats((size_t)p.co, -1, 1);
    int32_t *zps = fresh((size_t)p.co * 4);
    for (int j = 0; j < p.co; j++) zps[j] = asymmetric ? random_int(0, 255) : 0;
    void *y = fresh((size_t)(p.n * p.oh * p.ow * p.y_ld) * 4);
    tn_pack_conv pack = {(int64_t)(intptr_t)w, asymmetric ? TN_U8 : TN_S8, p.co, p.ci, p.kh, p.kw,
                         p.groups, asymmetric ? (int64_t)(intptr_t)zps : 0, 0};
    void *packed_w = packed(TN_PACK_CONV_Q8, &pack);
    p.x = at(x), p.w = at(packed_w), p.y = at(y);
    p.e = (tn_epilogue){.bias = at(bias), .scale = at(scale), .post_mul = 1, .fn = TN_RELU,
                        .residual = at(residual), .residual_ld = p.co, .residual_type = TN_U8,
                        .residual_scale = 0.05, .residual_zp = 100,
                        .out_type = codes ? TN_U8 : TN_F32, .out_inv_scale = 3, .out_zp = 20};
    const char *error = run_op(TN_CONV_Q8, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int64_t i = 0; i < p.n * p.oh * p.ow; i++) {
        for (int64_t o = 0; o < p.co; o++) {
            int32_t acc = 0;
            for (int64_t t = 0; t < taps; t++) {
                int64_t iy = i / p.ow % p.oh * p.sh - p.pt + t / p.kw * p.dh;
                int64_t ix = i % p.ow * p.sw - p.pl + t % p.kw * p.dw;
                int64_t picture = i / p.ow / p.oh;
                if (iy < 0 || ix < 0 || iy >= p.h || ix >= p.wd) continue;
                for (int64_t c = 0; c < ci; c++) {
                    int32_t v = w[(o * ci + c) * taps + t];
                    if (!asymmetric) v = (int8_t)v;
                    int64_t from = ((picture * p.h + iy) * p.wd + ix) * p.x_ld + o / co * ci + c;
                    acc += (x[from] - 9) * (v - zps[o]);
                }
            }
            float v = real(acc, scale[o], bias[o]);
            v = (v > 0 ? v : 0) + 0.05f * (residual[i * p.co + o] - 100);
            check(&p.e, y, (size_t)(i * p.y_ld + o), v, "conv");
        }
    }
    free(x), free(w), free(residual), free(scale), free(bias), free(zps), free(y), free(packed_w);
}

static void tests(void) {
    int sizes[][3] = {{1, 1, 1}, {1, 50, 7}, {2, 64, 3}, {8, 48, 16}, {9, 97, 17}, {25, 17, 40},
                      {0, 5, 5}, {5, 0, 5}, {3, 16, 0}, {17, 70, 66}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int kind = 0; kind < 8; kind++) {
            gemm(sizes[i][0], sizes[i][1], sizes[i][2], kind & 1, kind >> 1 & 1, kind >> 2,
                 1 + 2 * (kind & 1));
        }
    }
    tn_conv small = {.n = 2, .h = 7, .wd = 9, .ci = 18, .oh = 7, .ow = 9, .co = 21, .kh = 3, .kw = 3,
                     .sh = 1, .sw = 1, .dh = 1, .dw = 1, .pt = 1, .pl = 1, .groups = 1};
    tn_conv few = small;
    few.ci = 3, few.co = 50;
    tn_conv strided = small;
    strided.sh = strided.sw = 2, strided.oh = 4, strided.ow = 5;
    tn_conv grouped = small;
    grouped.groups = 2, grouped.ci = 40, grouped.co = 34;
    tn_conv pointwise = small;
    pointwise.kh = pointwise.kw = 1, pointwise.pt = pointwise.pl = 0;
    tn_conv all[] = {small, few, strided, grouped, pointwise};
    for (int i = 0; i < 5; i++) {
        for (int kind = 0; kind < 4; kind++) conv(all[i], kind & 1, kind >> 1, 1 + kind % 2 * 2);
    }
}

int main(void) {
    return on_every_isa(tests);
}
