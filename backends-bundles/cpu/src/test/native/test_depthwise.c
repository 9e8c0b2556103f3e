/* Depthwise and transposed convolution, in the standard's formulas, with every form of epilogue. */
#include "test.h"

/* The same bytes with nothing behind them, so that sanitizers see what reads on. */
static void *exactly(void *from, size_t bytes) {
    void *to = malloc(bytes > 0 ? bytes : 1);
    memcpy(to, from, bytes);
    free(from);
    return to;
}

/* How results are made and where they lie. */
typedef struct form {
    /** Pixels have gaps between them. */
    int gaps;
    /** Stored as codes, and those through a table. */
    int codes, lut;
    /** 0: none; TN_F32 + 1, TN_U8 + 1: a residual of that type, added first or last. */
    int residual, first;
    int64_t fn;
    /** Weights have zero points. */
    int asymmetric;
    int threads;
} form;

typedef struct data {
    uint8_t *x8, *w8, *r8, lut[256];
    float *x, *w, *r, *bias, *scale;
    int32_t *zps;
} data;

static double input(const data *d, int q8, int64_t at, int64_t zp) {
    return q8 ? (double)d->x8[at] - (double)zp : d->x[at];
}

static double weight(const data *d, int q8, int64_t at, int64_t column, int asymmetric) {
    if (!q8) return d->w[at];
    return asymmetric ? d->w8[at] - d->zps[column] : (int8_t)d->w8[at];
}

/* The sum for output element i before the epilogue. */
static double reference(const tn_conv *p, const data *d, int q8, int transposed, int asymmetric, int64_t i) {
    int64_t taps = p->kh * p->kw, ci = p->ci / p->groups, co = p->co / p->groups;
    int64_t o = i % p->co, ox = i / p->co % p->ow, oy = i / p->co / p->ow % p->oh;
    int64_t picture = i / p->co / p->ow / p->oh;
    double sum = 0;
    for (int64_t t = 0; t < taps; t++) {
        int64_t ky = t / p->kw * p->dh, kx = t % p->kw * p->dw;
        int64_t iy = transposed ? oy + p->pt - ky : oy * p->sh - p->pt + ky;
        int64_t ix = transposed ? ox + p->pl - kx : ox * p->sw - p->pl + kx;
        if (transposed) {
            if (iy < 0 || ix < 0 || iy % p->sh != 0 || ix % p->sw != 0) continue;
            iy /= p->sh, ix /= p->sw;
        }
        if (iy < 0 || ix < 0 || iy >= p->h || ix >= p->wd) continue;
        for (int64_t c = 0; c < ci; c++) {
            int64_t channel = o / co * ci + c;
            int64_t at = ((picture * p->h + iy) * p->wd + ix) * p->x_ld + channel;
            int64_t in_w = transposed ? (channel * co + o % co) * taps + t : (o * ci + c) * taps + t;
            sum += input(d, q8, at, p->x_zp) * weight(d, q8, in_w, o, asymmetric);
        }
    }
    return sum;
}

static double function(double v, int64_t fn) {
    switch (fn) {
        case TN_RELU: return v > 0 ? v : 0;
        case TN_CLIP: return v < -0.5 ? -0.5 : v > 1 ? 1 : v;
        case TN_SIGMOID: return 1 / (1 + exp(-v));
        default: return v;
    }
}

static void check(tn_conv p, int q8, int transposed, form f) {
    int64_t taps = p.kh * p.kw, ci = p.ci / p.groups, co = p.co / p.groups;
    p.x_ld = p.ci + f.gaps, p.y_ld = p.co + f.gaps, p.x_zp = q8 ? 9 : 0;
    size_t xs = (size_t)(p.n * p.h * p.wd * p.x_ld), outs = (size_t)(p.n * p.oh * p.ow);
    size_t ws = (size_t)((transposed ? p.ci * co : p.co * ci) * taps);
    size_t end = outs * (size_t)p.y_ld, elements = outs * (size_t)p.co;
    data d = {.x8 = random_bytes(xs), .w8 = random_bytes(ws), .r8 = random_bytes(elements),
              .x = random_floats(xs, -1, 1), .w = random_floats(ws, -1, 1),
              .r = random_floats(elements, -1, 1), .bias = random_floats((size_t)p.co, -1, 1),
              .scale = random_floats((size_t)p.co, 0.0001f, 0.001f),
              .zps = fresh((size_t)p.co * sizeof(int32_t))};
    d.x8 = exactly(d.x8, xs), d.x = exactly(d.x, xs * 4);
    d.r8 = exactly(d.r8, elements), d.r = exactly(d.r, elements * 4);
    d.bias = exactly(d.bias, (size_t)p.co * 4), d.scale = exactly(d.scale, (size_t)p.co * 4);
    for (int i = 0; i < 256; i++) d.lut[i] = (uint8_t)(255 - i);
    for (int i = 0; i < p.co; i++) d.zps[i] = random_int(0, 255);
    tn_pack_conv pack = {.address = (int64_t)(intptr_t)(q8 ? (void *)d.w8 : (void *)d.w),
                         .type = q8 ? (f.asymmetric ? TN_U8 : TN_S8) : TN_F32, .co = p.co, .ci = p.ci,
                         .kh = p.kh, .kw = p.kw, .groups = p.groups,
                         .zp = q8 && f.asymmetric ? (int64_t)(intptr_t)d.zps : 0,
                         .sh = p.sh, .sw = p.sw, .dh = p.dh, .dw = p.dw};
    int packing = transposed ? (q8 ? TN_PACK_CONVT_Q8 : TN_PACK_CONVT_F32)
                             : (q8 ? TN_PACK_DWCONV_Q8 : TN_PACK_DWCONV_F32);
    int op = transposed ? (q8 ? TN_CONVT_Q8 : TN_CONVT_F32) : (q8 ? TN_DWCONV_Q8 : TN_DWCONV_F32);
    void *w = packed(packing, &pack);
    uint8_t *y = fresh(end * 4);
    p.x = at(q8 ? (void *)d.x8 : (void *)d.x), p.w = at(w), p.y = at(y);
    p.e = (tn_epilogue){.bias = at(d.bias), .scale = q8 ? at(d.scale) : 0, .fn = f.fn, .a = -0.5, .b = 1,
                        .post_mul = f.first ? 1.5 : 1, .post_add = f.first ? 0.25 : 0,
                        .residual = f.residual == 0 ? 0 : at(f.residual == TN_U8 + 1 ? (void *)d.r8 : d.r),
                        .residual_ld = p.co, .residual_type = f.residual - 1, .residual_scale = 0.01,
                        .residual_zp = 100, .residual_first = f.first, .out_type = f.codes ? TN_U8 : TN_F32,
                        .out_inv_scale = 40, .out_zp = 110, .lut = f.lut ? at(d.lut) : 0};
    const char *error = run_op(op, &p, sizeof p, f.threads);
    CHECK(error[0] == 0, "%s", error);
    for (int64_t i = 0; i < (int64_t)elements; i++) {
        double v = reference(&p, &d, q8, transposed, f.asymmetric, i);
        v = v * (q8 ? d.scale[i % p.co] : 1) + d.bias[i % p.co];
        double r = f.residual == 0 ? 0 : f.residual == TN_U8 + 1 ? 0.01 * (d.r8[i] - 100) : d.r[i];
        v = function(f.first ? v + r : v, f.fn);
        v = f.first ? v * 1.5 + 0.25 : v + r;
        int64_t to = i / p.co * p.y_ld + i % p.co;
        if (f.codes) {
            double q = nearbyint(v * 40) + 110;
            q = q < 0 ? 0 : q > 255 ? 255 : q;
            int got = f.lut ? 255 - y[to] : y[to];
            CHECK(fabs(got - q) <= 1, "%s %dx%d of %d, stride %d: code %d not %g", tn_ops[op].name,
                  (int)p.kh, (int)p.kw, (int)p.ci, (int)p.sw, got, q);
        } else {
            float got = ((float *)(void *)y)[to];
            CHECK(fabs(got - v) < 1e-4 + 1e-5 * fabs(v), "%s %dx%d of %d, stride %d: %g not %g",
                  tn_ops[op].name, (int)p.kh, (int)p.kw, (int)p.ci, (int)p.sw, got, v);
        }
    }
    size_t size = f.codes ? 1 : 4;
    for (size_t i = (size_t)p.co * size; f.gaps && i < end * size; i += (size_t)p.y_ld * size) {
        CHECK(y[i] == 0xAB, "written between pixels");
    }
    for (size_t i = end * size; i < end * 4; i++) CHECK(y[i] == 0xAB, "written behind");
    free(d.x8), free(d.w8), free(d.r8), free(d.x), free(d.w), free(d.r), free(d.bias), free(d.scale);
    free(d.zps), free(w), free(y);
}

static const form forms[] = {
    {.fn = TN_RELU, .threads = 1},
    {.fn = TN_ID, .codes = 1, .threads = 3, .asymmetric = 1},
    {.fn = TN_CLIP, .gaps = 1, .threads = 3},
    {.fn = TN_RELU, .codes = 1, .lut = 1, .threads = 1},
    {.fn = TN_ID, .codes = 1, .lut = 1, .gaps = 3, .threads = 1, .asymmetric = 1},
    {.fn = TN_SIGMOID, .residual = TN_F32 + 1, .threads = 1},
    {.fn = TN_RELU, .residual = TN_U8 + 1, .first = 1, .codes = 1, .threads = 1},
    {.fn = TN_ID, .residual = TN_U8 + 1, .gaps = 1, .codes = 1, .threads = 3},
};
enum { FORMS = sizeof forms / sizeof forms[0] };

static void both(tn_conv p, int transposed, int number) {
    for (int q8 = 0; q8 < 2; q8++) check(p, q8, transposed, forms[(number + q8) % FORMS]);
}

static void depthwise(void) {
    static const tn_conv shapes[] = {
        {.h = 9, .wd = 15, .oh = 9, .ow = 15, .kh = 3, .kw = 3, .sh = 1, .sw = 1,
         .dh = 1, .dw = 1, .pt = 1, .pl = 1},
        {.h = 9, .wd = 15, .oh = 5, .ow = 8, .kh = 3, .kw = 3, .sh = 2, .sw = 2,
         .dh = 1, .dw = 1, .pt = 1, .pl = 1},
        {.h = 9, .wd = 8, .oh = 9, .ow = 8, .kh = 5, .kw = 5, .sh = 1, .sw = 1,
         .dh = 1, .dw = 1, .pt = 2, .pl = 2},
        {.h = 6, .wd = 12, .oh = 3, .ow = 12, .kh = 5, .kw = 5, .sh = 2, .sw = 1,
         .dh = 1, .dw = 1, .pt = 2, .pl = 2},
        {.h = 3, .wd = 19, .oh = 3, .ow = 19, .kh = 1, .kw = 7, .sh = 1, .sw = 1,
         .dh = 1, .dw = 1, .pt = 0, .pl = 3},
        {.h = 9, .wd = 11, .oh = 9, .ow = 11, .kh = 3, .kw = 3, .sh = 1, .sw = 1,
         .dh = 2, .dw = 3, .pt = 2, .pl = 3},
        {.h = 9, .wd = 11, .oh = 4, .ow = 3, .kh = 2, .kw = 2, .sh = 2, .sw = 3,
         .dh = 3, .dw = 2, .pt = 1, .pl = 0},
        {.h = 7, .wd = 7, .oh = 1, .ow = 1, .kh = 7, .kw = 7, .sh = 1, .sw = 1,
         .dh = 1, .dw = 1, .pt = 0, .pl = 0},
        {.h = 1, .wd = 1, .oh = 5, .ow = 5, .kh = 3, .kw = 3, .sh = 1, .sw = 1,
         .dh = 1, .dw = 1, .pt = 3, .pl = 3},
        {.h = 9, .wd = 9, .oh = 3, .ow = 3, .kh = 1, .kw = 1, .sh = 4, .sw = 4,
         .dh = 1, .dw = 1, .pt = 0, .pl = 0},
    };
    static const int channels[] = {1, 3, 8, 16, 24, 33, 72, 150};
    int number = 0;
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        for (size_t c = 0; c < sizeof channels / sizeof channels[0]; c++) {
            tn_conv p = shapes[s];
            p.n = channels[c] < 30 ? 2 : 1;
            p.ci = p.co = p.groups = channels[c];
            both(p, 0, number++);
        }
        number++;
    }
    /* so large that threads share it */
    static const int large[] = {5, 70};
    for (int i = 0; i < 4; i++) {
        tn_conv p = shapes[i / 2];
        p.n = 1, p.h = 70, p.oh = p.h / p.sh, p.ci = p.co = p.groups = large[i % 2];
        p.wd = i % 2 == 0 ? 420 : 41, p.ow = (p.wd + p.sw - 1) / p.sw;
        check(p, 0, 0, forms[2]);
        check(p, 1, 0, forms[1]);
    }
    tn_conv none = shapes[0];
    none.ci = none.co = none.groups = 8;
    both(none, 0, 0);
    none.n = 1, none.ow = 0;
    both(none, 0, 0);
}

static void transposed(void) {
    static const tn_conv shapes[] = {
        {.ci = 10, .co = 21, .kh = 2, .kw = 2, .sh = 2, .sw = 2, .dh = 1, .dw = 1,
         .groups = 1, .oh = 10, .ow = 14},
        {.ci = 24, .co = 1, .kh = 2, .kw = 2, .sh = 2, .sw = 2, .dh = 1, .dw = 1,
         .groups = 1, .oh = 10, .ow = 14},
        {.ci = 5, .co = 70, .kh = 3, .kw = 2, .sh = 3, .sw = 2, .dh = 1, .dw = 1,
         .groups = 1, .oh = 13, .ow = 13, .pt = 1, .pl = 1},
        {.ci = 7, .co = 16, .kh = 2, .kw = 3, .sh = 2, .sw = 3, .dh = 1, .dw = 1,
         .groups = 1, .oh = 11, .ow = 23},
        {.ci = 10, .co = 21, .kh = 3, .kw = 3, .sh = 2, .sw = 2, .dh = 1, .dw = 1,
         .groups = 1, .oh = 9, .ow = 13, .pt = 1, .pl = 1},
        {.ci = 10, .co = 38, .kh = 4, .kw = 4, .sh = 2, .sw = 2, .dh = 1, .dw = 1,
         .groups = 2, .oh = 10, .ow = 14, .pt = 1, .pl = 1},
        {.ci = 6, .co = 4, .kh = 2, .kw = 2, .sh = 2, .sw = 2, .dh = 1, .dw = 1,
         .groups = 2, .oh = 10, .ow = 14},
        {.ci = 3, .co = 5, .kh = 1, .kw = 1, .sh = 3, .sw = 2, .dh = 1, .dw = 1,
         .groups = 1, .oh = 13, .ow = 13},
        {.ci = 3, .co = 5, .kh = 2, .kw = 3, .sh = 1, .sw = 2, .dh = 2, .dw = 2,
         .groups = 1, .oh = 7, .ow = 17},
    };
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        for (int i = 0; i < FORMS; i++) {
            tn_conv p = shapes[s];
            p.n = 2, p.h = 5, p.wd = 7;
            both(p, 1, i);
        }
    }
    for (int i = 0; i < 5; i += 4) {
        tn_conv p = shapes[i];
        p.n = 3, p.h = 40, p.oh = p.h * 2, p.wd = 50, p.ow = p.wd * 2;
        check(p, 0, 1, forms[2]);
        check(p, 1, 1, forms[1]);
    }
    tn_conv none = shapes[0];
    none.n = 1, none.h = 5, none.wd = 7, none.oh = 0;
    both(none, 1, 0);
}

/* What is not finite stays so, and reaches no other pixel or channel. */
static void not_finite(void) {
    enum { C = 5, W = 6 };
    float x[W * C], y[W * C], w[C];
    for (int i = 0; i < W * C; i++) x[i] = (float)i;
    for (int i = 0; i < C; i++) w[i] = 1;
    x[7] = NAN, x[13] = INFINITY;
    tn_pack_conv pack = {.address = (int64_t)(intptr_t)w, .type = TN_F32, .co = C, .ci = C, .kh = 1, .kw = 1,
                         .groups = C, .sh = 1, .sw = 1, .dh = 1, .dw = 1};
    void *packed_w = packed(TN_PACK_DWCONV_F32, &pack);
    for (int fn = TN_ID; fn <= TN_RELU; fn++) {
        tn_conv p = {.x = at(x), .w = at(packed_w), .y = at(y), .n = 1, .h = 1, .wd = W, .ci = C, .oh = 1,
                     .ow = W, .co = C, .kh = 1, .kw = 1, .sh = 1, .sw = 1, .dh = 1, .dw = 1, .groups = C,
                     .x_ld = C, .y_ld = C,
                     .e = {.fn = fn, .post_mul = 1, .out_type = TN_F32, .out_inv_scale = 1}};
        run_op(TN_DWCONV_F32, &p, sizeof p, 1);
        for (int i = 0; i < W * C; i++) {
            CHECK(y[i] == x[i] || (x[i] != x[i] && y[i] != y[i]), "%g became %g", x[i], y[i]);
        }
    }
    free(packed_w);
}

static void tests(void) {
    depthwise();
    transposed();
    not_finite();
}

int main(void) {
    return on_every_isa(tests);
}
