/* 8-bit products and convolutions: exact sums, in the standard's formulas. */
#include "test.h"

/* Bytes behind which nothing may be read. */
static uint8_t *exact_bytes(size_t n) {
    uint8_t *x = malloc(n > 0 ? n : 1);
    for (size_t i = 0; i < n; i++) x[i] = (uint8_t)random_bits();
    return x;
}

static double fn(double x, const tn_epilogue *e) {
    switch (e->fn) {
        case TN_RELU: return x > 0 ? x : x != x ? x : 0;
        case TN_CLIP: return fmin(fmax(x, e->a), e->b);
        case TN_HARD_SWISH: return x * fmin(1, fmax(0, x / 6 + 0.5));
        case TN_GELU: return x / 2 * (1 + erf(x / sqrt(2)));
        case TN_SIGMOID: return 1 / (1 + exp(-x));
        case TN_LEAKY_RELU: return x < 0 ? e->a * x : x;
        default: return x;
    }
}

static int code(double v, const tn_epilogue *e) {
    double q = nearbyint(v * e->out_inv_scale) + (double)e->out_zp;
    return q < 0 ? 0 : q > 255 ? 255 : (int)q;
}

/* Codes that were a neighbour of the expected one, since a real was close to the middle. */
static int near_misses, codes_stored;

/*
 * Checks what was stored at `at` for an accumulator in reals, with the residual's value there. lut:
 * NULL for none.
 */
static void check(const tn_epilogue *e, const uint8_t *lut, const void *out, size_t at, double v,
                  double residual, const char *what) {
    v = fn(e->residual_first ? v + residual : v, e) * e->post_mul + e->post_add;
    v = e->residual_first ? v : v + residual;
    if (e->out_type == TN_F32) {
        double got = ((const float *)out)[at];
        double error = fabs(got - v);
        CHECK(error <= 2e-5 * fabs(v) + 2e-5 || got == v, "%s: %g not %g", what, got, v);
        return;
    }
    int got = ((const uint8_t *)out)[at], low = code(v - 1e-3, e), high = code(v + 1e-3, e);
    int middle = code(v, e);
    int right = got == (lut == NULL ? middle : lut[middle]);
    int near = got == (lut == NULL ? low : lut[low]) || got == (lut == NULL ? high : lut[high]);
    CHECK(right || near, "%s: code %d not %d", what, got, lut == NULL ? middle : lut[middle]);
    near_misses += !right;
    codes_stored++;
}

/* The epilogues of which each is stored in its own way, and some that have none. */
typedef struct kind {
    int fn, codes, residual_type, residual_first, lut, post;
    double a, b;
} kind;

#define NONE (-1)
static const kind kinds[] = {
    {TN_ID, 0, NONE, 0, 0, 0, 0, 0},           {TN_GELU, 0, NONE, 0, 0, 0, 0, 0},
    {TN_ID, 1, NONE, 0, 0, 0, 0, 0},           {TN_RELU, 1, NONE, 0, 0, 0, 0, 0},
    {TN_CLIP, 1, NONE, 0, 1, 0, -1.5, 9},      {TN_CLIP, 1, TN_U8, 1, 0, 0, 0, 6},
    {TN_HARD_SWISH, 1, NONE, 0, 0, 0, 0, 0},   {TN_ID, 1, TN_U8, 0, 1, 0, 0, 0},
    {TN_RELU, 1, TN_U8, 1, 0, 0, 0, 0},        {TN_RELU, 1, TN_U8, 0, 0, 0, 0, 0},
    {TN_SIGMOID, 1, TN_F32, 1, 1, 1, 0, 0},    {TN_LEAKY_RELU, 0, TN_F32, 0, 0, 1, 0.1, 0},
    {TN_CLIP, 1, NONE, 0, 0, 0, -1e30, 1e30},  {TN_CLIP, 1, NONE, 0, 0, 0, 500, -500},
    {TN_RELU, 0, TN_U8, 0, 0, 0, 0, 0},        {TN_ID, 1, TN_F32, 0, 0, 0, 0, 0},
};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* Memory of an epilogue over `rows` x n results. */
typedef struct around {
    float *scale, *bias;
    void *residual;
    uint8_t *lut;
    tn_epilogue e;
} around;

static around around_of(const kind *k, int64_t rows, int64_t n, int64_t depth) {
    around m = {0};
    /* results of some tens, whatever the length of the sums */
    float unit = 20.0f / (5000 * sqrtf((float)depth + 1));
    m.scale = random_floats((size_t)n, 0.2f * unit, unit);
    m.bias = random_floats((size_t)n, -1, 1);
    m.lut = random_bytes(256);
    if (k->residual_type == TN_U8) m.residual = exact_bytes((size_t)(rows * n));
    if (k->residual_type == TN_F32) m.residual = random_floats((size_t)(rows * n), -5, 5);
    m.e = (tn_epilogue){.bias = at(m.bias), .scale = at(m.scale), .fn = k->fn, .a = k->a, .b = k->b,
                        .post_mul = k->post ? 1.5 : 1, .post_add = k->post ? -0.25 : 0,
                        .residual = m.residual == NULL ? 0 : at(m.residual), .residual_ld = n,
                        .residual_type = k->residual_type == NONE ? 0 : k->residual_type,
                        .residual_scale = 0.05, .residual_zp = 100,
                        .residual_first = k->residual_first, .out_type = k->codes ? TN_U8 : TN_F32,
                        .out_inv_scale = 7, .out_zp = 90, .lut = k->lut ? at(m.lut) : 0};
    return m;
}

static double residual_at(const around *m, size_t at) {
    if (m->residual == NULL) return 0;
    return m->e.residual_type == TN_U8
               ? m->e.residual_scale * (((const uint8_t *)m->residual)[at] - m->e.residual_zp)
               : ((const float *)m->residual)[at];
}

static void free_around(around *m) {
    free(m->scale), free(m->bias), free(m->residual), free(m->lut);
}

static void gemm(int m, int n, int k, const kind *how, int dynamic, int asymmetric, int threads) {
    int lda = k + 1, ldc = n + 2;
    uint8_t *a = exact_bytes((size_t)(m == 0 ? 0 : (m - 1) * lda + k));
    uint8_t *b = exact_bytes((size_t)(k * n));
    int32_t *zps = fresh((size_t)n * 4);
    tn_row *rows = fresh((size_t)m * sizeof(tn_row));
    for (int j = 0; j < n; j++) zps[j] = asymmetric ? random_int(0, 255) : 0;
    for (int i = 0; i < m; i++) {
        rows[i] = (tn_row){random_float(0.1f, 2), random_int(0, 255), 0, 0};
        for (int l = 0; l < k; l++) rows[i].sum += a[i * lda + l];
    }
    uint8_t *c = fresh((size_t)(m * ldc) * 4);
    tn_pack_gemm w = {(int64_t)(intptr_t)b, asymmetric ? TN_U8 : TN_S8, k, n, n, 1,
                      asymmetric ? (int64_t)(intptr_t)zps : 0};
    void *packed_b = packed(TN_PACK_GEMM_Q8, &w);
    around x = around_of(how, m, n, k);
    tn_gemm_q8 p = {.a = at(a), .b = at(packed_b), .c = at(c), .rows = dynamic ? at(rows) : 0,
                    .a_zp = 77, .m = m, .n = n, .k = k, .lda = lda, .ldc = ldc, .e = x.e};
    const char *error = run_op(TN_GEMM_Q8, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
            int32_t acc = 0;
            int32_t a_zp = dynamic ? rows[i].zp : 77;
            for (int l = 0; l < k; l++) {
                int32_t v = b[l * n + j];
                if (!asymmetric) v = (int8_t)v;
                acc += (a[i * lda + l] - a_zp) * (v - zps[j]);
            }
            double v = (double)acc * x.scale[j] * (dynamic ? rows[i].scale : 1) + x.bias[j];
            check(&p.e, how->lut ? x.lut : NULL, c, (size_t)(i * ldc + j), v,
                  residual_at(&x, (size_t)(i * n + j)), "gemm");
        }
        for (int j = n * (how->codes ? 1 : 4); j < ldc * (how->codes ? 1 : 4); j++) {
            CHECK(c[i * ldc * (how->codes ? 1 : 4) + j] == 0xAB, "gemm writes beside its result");
        }
    }
    free(a), free(b), free(zps), free(rows), free(c), free(packed_b), free_around(&x);
}

static void conv(tn_conv p, const kind *how, int apart, int asymmetric, int threads) {
    int64_t ci = p.ci / p.groups, co = p.co / p.groups, taps = p.kh * p.kw;
    int64_t pixels = p.n * p.oh * p.ow;
    p.x_ld = p.ci + apart, p.y_ld = p.co + 1, p.x_zp = 9;
    uint8_t *x = exact_bytes((size_t)((p.n * p.h * p.wd - 1) * p.x_ld + p.ci));
    uint8_t *w = exact_bytes((size_t)(p.co * ci * taps));
    int32_t *zps = fresh((size_t)p.co * 4);
    for (int j = 0; j < p.co; j++) zps[j] = asymmetric ? random_int(0, 255) : 0;
    void *y = fresh((size_t)(pixels * p.y_ld) * 4);
    tn_pack_conv pack = {.address = (int64_t)(intptr_t)w, .type = asymmetric ? TN_U8 : TN_S8,
                         .co = p.co, .ci = p.ci, .kh = p.kh, .kw = p.kw, .groups = p.groups,
                         .zp = asymmetric ? (int64_t)(intptr_t)zps : 0};
    void *packed_w = packed(TN_PACK_CONV_Q8, &pack);
    around m = around_of(how, pixels, p.co, ci * taps);
    p.x = at(x), p.w = at(packed_w), p.y = at(y), p.e = m.e;
    const char *error = run_op(TN_CONV_Q8, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int64_t i = 0; i < pixels; i++) {
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
            double v = (double)acc * m.scale[o] + m.bias[o];
            check(&p.e, how->lut ? m.lut : NULL, y, (size_t)(i * p.y_ld + o), v,
                  residual_at(&m, (size_t)(i * p.co + o)), "conv");
        }
    }
    free(x), free(w), free(zps), free(y), free(packed_w), free_around(&m);
}

static tn_conv shape(int h, int w, int ci, int co, int kh, int kw, int s, int d, int pad, int groups) {
    return (tn_conv){.n = 2, .h = h, .wd = w, .ci = ci, .co = co, .kh = kh, .kw = kw, .sh = s, .sw = s,
                     .oh = (h + 2 * pad - (kh - 1) * d - 1) / s + 1,
                     .ow = (w + 2 * pad - (kw - 1) * d - 1) / s + 1,
                     .dh = d, .dw = d, .pt = pad, .pl = pad, .groups = groups};
}

/* Infinities and NaN of the bias, and sums that are out of every code's range. */
static void extremes(void) {
    enum { N = 20, K = 4 };
    uint8_t a[K] = {255, 255, 255, 255}, b[K * N];
    float bias[N] = {0, INFINITY, -INFINITY, NAN}, scale[N];
    uint8_t codes[N];
    float reals[N];
    memset(b, 127, sizeof b);
    for (int i = 0; i < N; i++) scale[i] = i < 10 ? 1e-3f : i < 15 ? 1e30f : -1e30f;
    tn_pack_gemm w = {(int64_t)(intptr_t)b, TN_S8, K, N, N, 1, 0};
    void *packed_b = packed(TN_PACK_GEMM_Q8, &w);
    for (int as_codes = 0; as_codes < 2; as_codes++) {
        tn_gemm_q8 p = {.a = at(a), .b = at(packed_b), .c = as_codes ? at(codes) : at(reals), .m = 1,
                        .n = N, .k = K, .lda = K, .ldc = N};
        p.e = (tn_epilogue){.bias = at(bias), .scale = at(scale), .post_mul = 1,
                            .out_type = as_codes ? TN_U8 : TN_F32, .out_inv_scale = 1e3, .out_zp = 7};
        run_op(TN_GEMM_Q8, &p, sizeof p, 1);
    }
    CHECK(isinf(reals[1]) && reals[1] > 0 && isinf(reals[2]) && reals[2] < 0 && isnan(reals[3]),
          "reals %g %g %g", reals[1], reals[2], reals[3]);
    CHECK(codes[0] == 255 && codes[1] == 255 && codes[2] == 0, "codes %d %d %d", codes[0], codes[1],
          codes[2]);
    CHECK(codes[12] == 255 && codes[17] == 0, "codes %d %d", codes[12], codes[17]);
    free(packed_b);
}

static void tests(void) {
    int sizes[][3] = {{1, 1, 1}, {1, 50, 7}, {2, 64, 3}, {8, 48, 16}, {9, 97, 17}, {25, 17, 40},
                      {0, 5, 5}, {5, 0, 5}, {3, 16, 0}, {17, 70, 66}, {13, 33, 130}, {40, 16, 8},
                      {31, 150, 64}};
    int turn = 0;
    near_misses = codes_stored = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t k = 0; k < KINDS; k++, turn++) {
            gemm(sizes[i][0], sizes[i][1], sizes[i][2], &kinds[k], turn & 1, turn >> 1 & 1,
                 1 + turn % 3);
        }
    }
    tn_conv shapes[] = {
        shape(7, 9, 18, 21, 3, 3, 1, 1, 1, 1), shape(7, 9, 3, 50, 3, 3, 1, 1, 1, 1),
        shape(9, 21, 3, 16, 3, 3, 2, 1, 1, 1), shape(7, 9, 18, 21, 3, 3, 2, 1, 1, 1),
        shape(7, 19, 16, 33, 3, 3, 1, 1, 1, 1), shape(8, 9, 40, 34, 3, 3, 1, 1, 1, 2),
        shape(9, 11, 16, 16, 3, 3, 1, 2, 2, 1), shape(3, 40, 20, 48, 1, 1, 1, 1, 0, 1),
        shape(9, 9, 24, 12, 1, 1, 2, 1, 0, 1), shape(1, 30, 12, 20, 1, 5, 1, 1, 0, 1),
        shape(5, 5, 4, 8, 5, 5, 1, 1, 2, 1), shape(2, 2, 32, 8, 3, 3, 1, 1, 2, 1),
        shape(6, 13, 8, 18, 3, 3, 1, 1, 1, 2), shape(4, 4, 16, 0, 3, 3, 1, 1, 1, 1)};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (size_t k = 0; k < KINDS; k++, turn++) {
            conv(shapes[i], &kinds[k], turn & 1, turn >> 1 & 1, 1 + turn % 3);
        }
    }
    extremes();
    CHECK(near_misses * 100 < codes_stored, "%d of %d codes beside the right one", near_misses,
          codes_stored);
}

int main(void) {
    return on_every_isa(tests);
}
