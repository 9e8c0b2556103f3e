/* Depthwise and transposed convolution, pooling and resizing, in the standard's formulas. */
#include "test.h"

static tn_epilogue plain(void) {
    return (tn_epilogue){.post_mul = 1, .out_type = TN_F32, .out_inv_scale = 1, .residual_scale = 1};
}

/* x in floats, whatever it is made of. */
static double input(const void *x, int q8, int64_t at, int64_t zp) {
    return q8 ? (double)((const uint8_t *)x)[at] - (double)zp : ((const float *)x)[at];
}

static double weight(const void *w, int q8, int64_t at) {
    return q8 ? ((const int8_t *)w)[at] : ((const float *)w)[at];
}

static void check_conv(tn_conv p, int q8, int transposed, int threads) {
    int64_t taps = p.kh * p.kw, ci = p.ci / p.groups, co = p.co / p.groups;
    int64_t wide = transposed ? co : ci;
    p.x_ld = p.ci + 1, p.y_ld = p.co + 1, p.x_zp = q8 ? 9 : 0;
    size_t xs = (size_t)(p.n * p.h * p.wd * p.x_ld), outs = (size_t)(p.n * p.oh * p.ow);
    size_t ws = (size_t)((transposed ? p.ci : p.co) * wide * taps);
    void *x = q8 ? (void *)random_bytes(xs) : random_floats(xs, -1, 1);
    void *w = q8 ? (void *)random_bytes(ws) : random_floats(ws, -1, 1);
    float *bias = random_floats((size_t)p.co, -1, 1);
    float *scale = random_floats((size_t)p.co, q8 ? 0.0001f : 1, q8 ? 0.001f : 1.00001f);
    float *y = random_floats(outs * (size_t)p.y_ld, 777, 778);
    float *residual = random_floats(outs * (size_t)p.co, -1, 1);
    tn_pack_conv pack = {(int64_t)(intptr_t)w, q8 ? TN_S8 : TN_F32, p.co, p.ci, p.kh, p.kw,
                         p.groups, 0, 0, p.sh, p.sw, p.dh, p.dw};
    int packing = transposed ? (q8 ? TN_PACK_CONVT_Q8 : TN_PACK_CONVT_F32)
                             : (q8 ? TN_PACK_DWCONV_Q8 : TN_PACK_DWCONV_F32);
    int op = transposed ? (q8 ? TN_CONVT_Q8 : TN_CONVT_F32) : (q8 ? TN_DWCONV_Q8 : TN_DWCONV_F32);
    void *packed_w = packed(packing, &pack);
    double *sum = calloc(outs * (size_t)p.co, sizeof(double));
    for (int64_t i = 0; i < p.n * p.oh * p.ow * p.co; i++) {
        int64_t o = i % p.co, ox = i / p.co % p.ow, oy = i / p.co / p.ow % p.oh;
        int64_t picture = i / p.co / p.ow / p.oh;
        for (int64_t t = 0; t < taps; t++) {
            int64_t iy = transposed ? oy + p.pt - t / p.kw * p.dh : oy * p.sh - p.pt + t / p.kw * p.dh;
            int64_t ix = transposed ? ox + p.pl - t % p.kw * p.dw : ox * p.sw - p.pl + t % p.kw * p.dw;
            if (transposed) {
                if (iy < 0 || ix < 0 || iy % p.sh != 0 || ix % p.sw != 0) continue;
                iy /= p.sh, ix /= p.sw;
            }
            if (iy < 0 || ix < 0 || iy >= p.h || ix >= p.wd) continue;
            for (int64_t c = 0; c < ci; c++) {
                int64_t channel = o / co * ci + c;
                int64_t at = ((picture * p.h + iy) * p.wd + ix) * p.x_ld + channel;
                int64_t in_w = transposed ? (channel * co + o % co) * taps + t : (o * ci + c) * taps + t;
                sum[i] += input(x, q8, at, p.x_zp) * weight(w, q8, in_w);
            }
        }
    }
    p.x = at(x), p.w = at(packed_w), p.y = at(y);
    p.e = plain();
    p.e.bias = at(bias), p.e.fn = TN_RELU, p.e.residual = at(residual), p.e.residual_ld = p.co;
    if (q8) p.e.scale = at(scale);
    const char *error = run_op(op, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int64_t i = 0; i < p.n * p.oh * p.ow * p.co; i++) {
        double v = sum[i] * (q8 ? scale[i % p.co] : 1) + bias[i % p.co];
        v = (v > 0 ? v : 0) + residual[i];
        float got = y[i / p.co * p.y_ld + i % p.co];
        CHECK(fabs(got - v) < 1e-4 + 1e-5 * fabs(v), "%s %dx%d of %d, stride %d: %g not %g", tn_ops[op].name,
              (int)p.kh, (int)p.kw, (int)p.ci, (int)p.sw, got, v);
    }
    for (size_t i = 0; i < outs; i++) CHECK(y[i * (size_t)p.y_ld + (size_t)p.co] >= 777, "written behind");
    free(x), free(w), free(bias), free(scale), free(y), free(residual), free(packed_w), free(sum);
}

static void check_pool(tn_pool_op p, int threads) {
    p.x_ld = p.c + 1, p.y_ld = p.c + 1;
    size_t xs = (size_t)(p.n * p.h * p.wd * p.x_ld), ys = (size_t)(p.n * p.oh * p.ow * p.y_ld);
    void *x = p.type == TN_U8 ? (void *)random_bytes(xs) : random_floats(xs, -1, 1);
    void *y = fresh(ys * 4);
    p.x = at(x), p.y = at(y);
    p.x_zp = 7, p.rescale = 0.5, p.y_zp = 100;
    const char *error = run_op(TN_POOL, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int64_t i = 0; i < p.n * p.oh * p.ow * p.c; i++) {
        int64_t c = i % p.c, ox = i / p.c % p.ow, oy = i / p.c / p.ow % p.oh;
        double sum = 0, most = -1e9, squares = 0;
        int64_t count = 0;
        for (int64_t t = 0; t < p.kh * p.kw; t++) {
            int64_t iy = oy * p.sh - p.pt + t / p.kw * p.dh, ix = ox * p.sw - p.pl + t % p.kw * p.dw;
            if (iy < 0 || ix < 0 || iy >= p.h || ix >= p.wd) continue;
            int64_t from = ((i / p.c / p.ow / p.oh * p.h + iy) * p.wd + ix) * p.x_ld + c;
            double v = p.type == TN_U8 ? ((uint8_t *)x)[from] : ((float *)x)[from];
            most = v > most ? v : most;
            sum += p.type == TN_U8 ? v - 7 : v;
            squares += v * v;
            count++;
        }
        if (p.include_pad) count = p.kh * p.kw;
        double v = p.kind == 0 ? most : p.kind == 2 ? sqrt(squares) : sum / (double)count;
        int64_t to = i / p.c * p.y_ld + c;
        if (p.type == TN_U8) {
            int q = p.kind == 0 ? (int)most : (int)nearbyint(v * 0.5) + 100;
            CHECK(abs(((uint8_t *)y)[to] - q) <= (p.kind != 0), "pool: %d not %d", ((uint8_t *)y)[to], q);
        } else {
            CHECK(fabs(((float *)y)[to] - v) < 1e-5, "pool: %g not %g", ((float *)y)[to], v);
        }
    }
    free(x), free(y);
}

static void check_resize(void) {
    float x[] = {1, 2, 3, 4}, y[16];
    tn_resize p = {.n = 1, .h = 2, .wd = 2, .c = 1, .oh = 4, .ow = 4, .x_ld = 1, .y_ld = 1,
                   .mode = 1, .scale_h = 2, .scale_w = 2};
    p.x = at(x), p.y = at(y);
    run_op(TN_RESIZE, &p, sizeof p, 1);
    /* ONNX's test resize_upsample_scales_linear */
    float linear[] = {1, 1.25f, 1.75f, 2, 1.5f, 1.75f, 2.25f, 2.5f, 2.5f, 2.75f, 3.25f, 3.5f, 3, 3.25f, 3.75f, 4};
    for (int i = 0; i < 16; i++) CHECK(fabsf(y[i] - linear[i]) < 1e-6f, "linear: %g not %g", y[i], linear[i]);
    p.mode = 0, p.coordinates = 3, p.rounding = 2;
    p.x = at(x), p.y = at(y);
    run_op(TN_RESIZE, &p, sizeof p, 1);
    for (int i = 0; i < 16; i++) CHECK(y[i] == x[i / 8 * 2 + i % 4 / 2], "nearest: %g", y[i]);
}

static void tests(void) {
    tn_conv base = {.n = 2, .h = 9, .wd = 15, .oh = 9, .ow = 15, .kh = 3, .kw = 3, .sh = 1, .sw = 1,
                    .dh = 1, .dw = 1, .pt = 1, .pl = 1};
    int channels[] = {1, 8, 16, 21, 40};
    for (int i = 0; i < 5; i++) {
        for (int q8 = 0; q8 < 2; q8++) {
            tn_conv p = base;
            p.ci = p.co = p.groups = channels[i];
            check_conv(p, q8, 0, 1 + 2 * (i % 2));
            p.sh = p.sw = 2, p.oh = 5, p.ow = 8;
            check_conv(p, q8, 0, 1);
            p = base, p.ci = p.co = p.groups = channels[i];
            p.kh = p.kw = 5, p.pt = p.pl = 2;
            check_conv(p, q8, 0, 1);
            p.kh = 1, p.kw = 7, p.pt = 0, p.pl = 3, p.dw = 1;
            check_conv(p, q8, 0, 1);
            p = base, p.ci = p.co = p.groups = channels[i];
            p.dh = p.dw = 2, p.pt = p.pl = 2;
            check_conv(p, q8, 0, 1);
        }
    }
    for (int q8 = 0; q8 < 2; q8++) {
        tn_conv t = {.n = 2, .h = 5, .wd = 7, .ci = 10, .co = 21, .kh = 2, .kw = 2, .sh = 2, .sw = 2,
                     .dh = 1, .dw = 1, .groups = 1, .oh = 10, .ow = 14};
        check_conv(t, q8, 1, 1);
        check_conv(t, q8, 1, 3);
        t.kh = t.kw = 3, t.pt = t.pl = 1, t.oh = 9, t.ow = 13;
        check_conv(t, q8, 1, 1);
        t.kh = t.kw = 4, t.groups = 1, t.oh = 10, t.ow = 14;
        check_conv(t, q8, 1, 1);
        t.groups = 2, t.co = 38;
        check_conv(t, q8, 1, 3);
        t.kh = t.kw = 1, t.sh = 3, t.pt = t.pl = 0, t.oh = 13, t.ow = 13;
        check_conv(t, q8, 1, 1);
    }
    tn_pool_op pool = {.n = 2, .h = 9, .wd = 7, .c = 21, .oh = 5, .ow = 4, .kh = 3, .kw = 3, .sh = 2, .sw = 2,
                       .dh = 1, .dw = 1, .pt = 1, .pl = 1};
    for (int kind = 0; kind < 3; kind++) {
        pool.kind = kind, pool.type = TN_F32, pool.include_pad = 0;
        check_pool(pool, 1);
        pool.include_pad = 1;
        check_pool(pool, 3);
        pool.type = TN_U8;
        if (kind < 2) check_pool(pool, 1);
    }
    check_resize();
}

int main(void) {
    return on_every_isa(tests);
}
