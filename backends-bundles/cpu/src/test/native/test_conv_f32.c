/* Convolutions of fp32 and bf16 against sums in double precision. */
#include "test.h"

typedef struct kind {
    int64_t opcode, algo;
    int epilogue;
} kind;

static float as_bf16(float x) {
    uint16_t half;
    tn_table.f32.to_bf16(&x, &half, 1);
    uint32_t bits = (uint32_t)half << 16;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double input(const tn_conv *p, const float *x, int64_t picture, int64_t y, int64_t col, int64_t c) {
    if (y < 0 || col < 0 || y >= p->h || col >= p->wd) return 0;
    return p->x_nchw ? x[((picture * p->ci + c) * p->h + y) * p->wd + col]
                     : x[((picture * p->h + y) * p->wd + col) * p->x_ld + c];
}

/* Output channel o of output pixel i, without the epilogue. */
static double sum_of(const tn_conv *p, const float *x, const float *w, int64_t i, int64_t o) {
    int64_t ci = p->ci / p->groups, co = p->co / p->groups;
    double sum = 0;
    for (int64_t t = 0; t < p->kh * p->kw; t++) {
        int64_t y = i / p->ow % p->oh * p->sh - p->pt + t / p->kw * p->dh;
        int64_t col = i % p->ow * p->sw - p->pl + t % p->kw * p->dw;
        for (int64_t c = 0; c < ci; c++) {
            sum += input(p, x, i / p->ow / p->oh, y, col, o / co * ci + c) *
                   w[(o * ci + c) * p->kh * p->kw + t];
        }
    }
    return sum;
}

static void conv(tn_conv p, kind k, int threads) {
    int64_t ci = p.ci / p.groups, pixels = p.n * p.oh * p.ow;
    int half = k.opcode == TN_CONV_BF16;
    p.x_ld = p.x_nchw ? p.ci : p.ci + 2 * random_int(0, 1);
    p.y_ld = p.co + 1;
    size_t weights = (size_t)(p.co * ci * p.kh * p.kw), inputs = (size_t)(p.n * p.h * p.wd * p.x_ld);
    /* the last pixel ends with its channels */
    if (!p.x_nchw && inputs > 0) inputs -= (size_t)(p.x_ld - p.ci);
    float *x = malloc(inputs * sizeof(float) + 1);
    for (size_t i = 0; i < inputs; i++) x[i] = as_bf16(random_float(-1, 1));
    float *w = random_floats(weights, -1, 1);
    for (size_t i = 0; i < weights; i++) w[i] = as_bf16(w[i]);
    float *bias = malloc((size_t)p.co * sizeof(float) + 1);
    for (int64_t i = 0; i < p.co; i++) bias[i] = random_float(-1, 1);
    float *residual = random_floats((size_t)(pixels * p.co), -1, 1);
    float *y = random_floats((size_t)(pixels * p.y_ld), 70, 71);
    tn_pack_conv pack = {.address = (int64_t)(intptr_t)w, .type = TN_F32, .co = p.co, .ci = p.ci,
                         .kh = p.kh, .kw = p.kw, .groups = p.groups, .algo = k.algo,
                         .sh = p.sh, .sw = p.sw, .dh = p.dh, .dw = p.dw};
    void *packed_w = packed(half ? TN_PACK_CONV_BF16 : TN_PACK_CONV_F32, &pack);
    p.x = at(x), p.w = at(packed_w), p.y = at(y);
    p.e = (tn_epilogue){.post_mul = 1, .out_type = TN_F32, .out_inv_scale = 1, .bias = at(bias)};
    p.e.fn = k.epilogue == 2 ? TN_HARD_SIGMOID : TN_RELU;
    p.e.a = 0.25, p.e.b = 0.5;
    if (k.epilogue > 0) {
        p.e.residual = at(residual);
        p.e.residual_ld = p.co;
        p.e.residual_first = k.epilogue == 1;
    }
    const char *error = run_op(k.opcode, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int64_t i = 0; i < pixels; i++) {
        for (int64_t o = 0; o < p.co; o++) {
            double sum = sum_of(&p, x, w, i, o) + bias[o];
            double r = residual[i * p.co + o];
            if (k.epilogue == 1) sum += r;
            if (k.epilogue == 2) {
                sum = fmin(1, fmax(0, 0.25 * sum + 0.5)) + r;
            } else {
                sum = fmax(0, sum);
            }
            CHECK(fabs(y[i * p.y_ld + o] - sum) < 2e-4,
                  "conv %d: %dx%d stride %d of %d to %d at %d, %d: %g not %g", (int)k.opcode, (int)p.kh,
                  (int)p.kw, (int)p.sh, (int)p.ci, (int)p.co, (int)i, (int)o, y[i * p.y_ld + o], sum);
        }
        CHECK(y[i * p.y_ld + p.co] >= 70, "written behind the pixel");
    }
    free(x), free(w), free(bias), free(residual), free(y), free(packed_w);
}

/* With padding in proportion, and the output that follows from it. */
static tn_conv shape(int n, int h, int wd, int ci, int co, int kh, int kw, int s, int d, int groups) {
    tn_conv p = {.n = n, .h = h, .wd = wd, .ci = ci, .co = co, .kh = kh, .kw = kw, .sh = s, .sw = s,
                 .dh = d, .dw = d, .groups = groups, .pt = kh / 2 * d, .pl = kw / 2 * d};
    p.oh = (h + 2 * p.pt - (kh - 1) * d - 1) / s + 1;
    p.ow = (wd + 2 * p.pl - (kw - 1) * d - 1) / s + 1;
    return p;
}

static tn_conv bare(tn_conv p) {
    p.oh -= 2 * p.pt / p.sh, p.ow -= 2 * p.pl / p.sw;
    p.pt = p.pl = 0;
    return p;
}

static tn_conv first(tn_conv p) {
    p.x_nchw = 1;
    return p;
}

static void refuses(void) {
    float w[16 * 16 * 9] = {0}, x[16] = {0}, y[16];
    tn_pack_conv pack = {.address = (int64_t)(intptr_t)w, .type = TN_F32, .co = 16, .ci = 16, .kh = 3,
                         .kw = 3, .groups = 1, .sh = 1, .sw = 1, .dh = 1, .dw = 1};
    void *packed_w = packed(TN_PACK_CONV_F32, &pack);
    tn_conv p = shape(1, 1, 1, 16, 16, 3, 3, 2, 1, 1);
    p.x = at(x), p.w = at(packed_w), p.y = at(y), p.x_ld = p.y_ld = 16;
    p.e = (tn_epilogue){.post_mul = 1};
    const char *error = run_op(TN_CONV_F32, &p, sizeof p, 1);
    CHECK(strstr(error, "Winograd") != NULL, "weights for another stride were taken: %s", error);
    free(packed_w);
}

/* What is not finite reaches the outputs that see it, and no others but for Winograd. */
static void not_finite(void) {
    tn_conv p = shape(1, 7, 9, 3, 5, 3, 3, 1, 1, 1);
    float *x = random_floats(7 * 9 * 3, 0.5, 1), *w = random_floats(5 * 3 * 9, 0.5, 1);
    float *y = fresh(7 * 9 * 5 * 4);
    x[(3 * 9 + 4) * 3 + 1] = NAN;
    x[(6 * 9 + 8) * 3] = INFINITY;
    tn_pack_conv pack = {.address = (int64_t)(intptr_t)w, .type = TN_F32, .co = 5, .ci = 3, .kh = 3,
                         .kw = 3, .groups = 1, .sh = 1, .sw = 1, .dh = 1, .dw = 1};
    void *packed_w = packed(TN_PACK_CONV_F32, &pack);
    p.x = at(x), p.w = at(packed_w), p.y = at(y), p.x_ld = 3, p.y_ld = 5;
    p.e = (tn_epilogue){.post_mul = 1, .fn = TN_RELU};
    run_op(TN_CONV_F32, &p, sizeof p, 1);
    for (int i = 0; i < 7 * 9; i++) {
        int row = i / 9, col = i % 9;
        int nan = row >= 2 && row <= 4 && col >= 3 && col <= 5;
        int infinite = row >= 5 && col >= 7;
        for (int o = 0; o < 5; o++) {
            float v = y[i * 5 + o];
            CHECK((isnan(v) ? 1 : 0) == nan && (isinf(v) ? 1 : 0) == infinite, "%g at %d, %d", v, row, col);
        }
    }
    free(x), free(w), free(y), free(packed_w);
}

static void tests(void) {
    tn_conv shapes[] = {
        shape(2, 9, 11, 7, 21, 3, 3, 1, 1, 1),
        shape(1, 9, 11, 4, 6, 3, 3, 1, 1, 1),
        shape(1, 9, 11, 10, 21, 3, 3, 2, 1, 1),
        shape(1, 9, 11, 24, 40, 3, 3, 1, 1, 2),
        shape(1, 8, 13, 9, 6, 3, 3, 2, 1, 3),
        shape(1, 11, 12, 5, 7, 3, 3, 1, 2, 1),
        shape(2, 7, 6, 12, 34, 1, 1, 1, 1, 1),
        shape(1, 7, 6, 5, 33, 1, 1, 2, 1, 1),
        shape(1, 1, 30, 14, 20, 1, 7, 1, 1, 1),
        shape(1, 1, 30, 14, 20, 1, 5, 1, 3, 1),
        shape(1, 5, 3, 4, 8, 7, 5, 1, 1, 1),
        bare(shape(1, 12, 14, 6, 18, 3, 3, 1, 1, 1)),
        bare(shape(1, 12, 14, 6, 18, 3, 5, 3, 1, 1)),
        first(shape(2, 12, 13, 3, 8, 3, 3, 2, 1, 1)),
        first(shape(1, 12, 13, 1, 17, 5, 5, 1, 1, 1)),
        first(shape(1, 9, 9, 2, 3, 1, 1, 1, 1, 1)),
        /* large enough for Winograd */
        shape(2, 9, 6, 16, 16, 3, 3, 1, 1, 1),
        shape(1, 4, 8, 21, 37, 3, 3, 1, 1, 1),
        shape(1, 3, 5, 48, 20, 3, 3, 1, 1, 1),
        bare(shape(1, 9, 10, 16, 33, 3, 3, 1, 1, 1)),
        shape(1, 23, 29, 16, 18, 3, 3, 1, 1, 1),
        shape(1, 7, 5, 8, 1, 3, 3, 1, 1, 1),
        shape(1, 2, 1, 9, 3, 3, 3, 1, 1, 1),
        /* nothing to do */
        shape(0, 9, 6, 16, 16, 3, 3, 1, 1, 1),
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (int epilogue = 0; epilogue < 3; epilogue++) {
            int threads = 1 + (int)(i + (size_t)epilogue) % 3;
            conv(shapes[i], (kind){TN_CONV_F32, 0, epilogue}, threads);
            conv(shapes[i], (kind){TN_CONV_BF16, 0, epilogue}, threads);
        }
        conv(shapes[i], (kind){TN_CONV_F32, 1, 0}, 1);
    }
    refuses();
    not_finite();
}

int main(void) {
    return on_every_isa(tests);
}
