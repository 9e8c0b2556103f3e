/* Pooling and resizing, in the standard's formulas. */
#include "test.h"

/* The same bytes with nothing behind them, so that sanitizers see what reads on. */
static void *exactly(void *from, size_t bytes) {
    void *to = malloc(bytes > 0 ? bytes : 1);
    memcpy(to, from, bytes);
    free(from);
    return to;
}

static void check_pool(tn_pool_op p, int gaps, int threads) {
    p.x_ld = p.c + gaps, p.y_ld = p.c + gaps;
    size_t xs = (size_t)(p.n * p.h * p.wd * p.x_ld), ys = (size_t)(p.n * p.oh * p.ow * p.y_ld);
    int u8 = p.type == TN_U8;
    uint8_t *x8 = exactly(random_bytes(xs), xs), *y8 = fresh(ys * 4);
    float *x = exactly(random_floats(xs, -1, 1), xs * 4), *y = (float *)(void *)y8;
    p.x = at(u8 ? (void *)x8 : (void *)x), p.y = at(y);
    p.x_zp = 7, p.rescale = 0.5, p.y_zp = 100;
    const char *error = run_op(TN_POOL, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int64_t i = 0; i < p.n * p.oh * p.ow * p.c; i++) {
        int64_t c = i % p.c, ox = i / p.c % p.ow, oy = i / p.c / p.ow % p.oh;
        double sum = 0, most = u8 ? 0 : -INFINITY, squares = 0;
        int64_t count = 0;
        for (int64_t t = 0; t < p.kh * p.kw; t++) {
            int64_t iy = oy * p.sh - p.pt + t / p.kw * p.dh, ix = ox * p.sw - p.pl + t % p.kw * p.dw;
            if (iy < 0 || ix < 0 || iy >= p.h || ix >= p.wd) continue;
            int64_t from = ((i / p.c / p.ow / p.oh * p.h + iy) * p.wd + ix) * p.x_ld + c;
            double v = u8 ? x8[from] : x[from];
            most = v > most ? v : most;
            sum += u8 ? v - 7 : v;
            squares += v * v;
            count++;
        }
        if (p.include_pad) count = p.kh * p.kw;
        double mean = count == 0 ? 0 : sum / (double)count;
        double v = p.kind == 0 ? most : p.kind == 2 ? sqrt(squares) : mean;
        int64_t to = i / p.c * p.y_ld + c;
        if (u8) {
            int q = p.kind == 0 ? (int)most : (int)nearbyint(v * 0.5) + 100;
            q = q > 255 ? 255 : q;
            CHECK(abs(y8[to] - q) <= (p.kind != 0), "pool %d: %d not %d", (int)p.kind, y8[to], q);
        } else {
            CHECK(v == y[to] || fabs(y[to] - v) < 1e-5, "pool %d: %g not %g", (int)p.kind, y[to], v);
        }
    }
    size_t size = u8 ? 1 : 4;
    for (size_t i = (size_t)p.c * size; gaps && i < ys * size; i += (size_t)p.y_ld * size) {
        CHECK(y8[i] == 0xAB, "written between pixels");
    }
    for (size_t i = ys * size; i < ys * 4; i++) CHECK(y8[i] == 0xAB, "written behind");
    free(x8), free(x), free(y8);
}

static void pooling(void) {
    static const tn_pool_op shapes[] = {
        {.h = 9, .wd = 7, .oh = 5, .ow = 4, .kh = 3, .kw = 3, .sh = 2, .sw = 2,
         .dh = 1, .dw = 1, .pt = 1, .pl = 1},
        {.h = 8, .wd = 10, .oh = 4, .ow = 5, .kh = 2, .kw = 2, .sh = 2, .sw = 2, .dh = 1, .dw = 1},
        {.h = 6, .wd = 9, .oh = 6, .ow = 9, .kh = 5, .kw = 5, .sh = 1, .sw = 1,
         .dh = 1, .dw = 1, .pt = 2, .pl = 2},
        {.h = 9, .wd = 9, .oh = 5, .ow = 5, .kh = 3, .kw = 3, .sh = 1, .sw = 1, .dh = 2, .dw = 2},
        {.h = 7, .wd = 7, .oh = 1, .ow = 1, .kh = 7, .kw = 7, .sh = 1, .sw = 1, .dh = 1, .dw = 1},
        {.h = 5, .wd = 6, .oh = 3, .ow = 4, .kh = 2, .kw = 3, .sh = 2, .sw = 2,
         .dh = 1, .dw = 1, .pl = 1},
        {.h = 2, .wd = 2, .oh = 6, .ow = 6, .kh = 2, .kw = 2, .sh = 1, .sw = 1,
         .dh = 1, .dw = 1, .pt = 2, .pl = 2},
        {.h = 3, .wd = 2, .oh = 3, .ow = 2, .kh = 3, .kw = 5, .sh = 1, .sw = 1,
         .dh = 1, .dw = 1, .pt = 1, .pl = 2},
    };
    static const int channels[] = {1, 8, 21, 70, 200};
    int number = 0;
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        for (size_t c = 0; c < sizeof channels / sizeof channels[0]; c++) {
            for (int kind = 0; kind < 5; kind++) {
                tn_pool_op p = shapes[s];
                p.n = channels[c] < 100 ? 2 : 1, p.c = channels[c];
                p.kind = kind % 3, p.type = kind < 3 ? TN_F32 : TN_U8, p.include_pad = number & 1;
                if (kind == 4) p.kind = 1;
                check_pool(p, number % 3, 1 + number % 2 * 2);
                number++;
            }
        }
    }
    /* so large that threads share it */
    tn_pool_op large = {.n = 2, .h = 64, .wd = 64, .c = 70, .oh = 32, .ow = 32, .kh = 3, .kw = 3, .sh = 2,
                        .sw = 2, .dh = 1, .dw = 1, .pt = 1, .pl = 1};
    check_pool(large, 0, 3);
    tn_pool_op global = {.n = 1, .h = 64, .wd = 64, .c = 1100, .oh = 1, .ow = 1, .kh = 64, .kw = 64,
                         .sh = 1, .sw = 1, .dh = 1, .dw = 1, .kind = 1, .type = TN_U8};
    check_pool(global, 1, 3);
    tn_pool_op none = shapes[0];
    none.n = 1;
    check_pool(none, 0, 1);
}

static void pooling_not_finite(void) {
    float x[] = {1, NAN, 3, 2, INFINITY, -INFINITY}, y[5];
    tn_pool_op p = {.n = 1, .h = 1, .wd = 6, .c = 1, .oh = 1, .ow = 5, .kh = 1, .kw = 2, .sh = 1, .sw = 1,
                    .dh = 1, .dw = 1, .x_ld = 1, .y_ld = 1, .type = TN_F32};
    float most[] = {NAN, NAN, 3, INFINITY, INFINITY}, mean[] = {NAN, NAN, 2.5f, INFINITY, NAN};
    for (p.kind = 0; p.kind < 2; p.kind++) {
        const float *expected = p.kind == 0 ? most : mean;
        p.x = at(x), p.y = at(y);
        run_op(TN_POOL, &p, sizeof p, 1);
        for (int i = 0; i < 5; i++) {
            int both_nan = y[i] != y[i] && expected[i] != expected[i];
            CHECK(y[i] == expected[i] || both_nan, "%g not %g", y[i], expected[i]);
        }
    }
}

static double coordinate(const tn_resize *p, double out, double scale, double length, double new_length) {
    if (p->coordinates == 2) return new_length > 1 ? out * (length - 1) / (new_length - 1) : 0;
    if (p->coordinates == 3) return out / scale;
    if (p->coordinates == 1 && new_length == 1) return 0;
    return (out + 0.5) / scale - 0.5;
}

/* How much input pixel i gives to an output at x; linear: a triangle, cubic: Keys' curve. */
static double part(const tn_resize *p, double x, int64_t i, int64_t length) {
    double sum = 0;
    if (p->mode == 0) {
        double r = p->rounding == 0 ? ceil(x - 0.5) : p->rounding == 1 ? floor(x + 0.5)
                 : p->rounding == 2 ? floor(x) : ceil(x);
        r = r < 0 ? 0 : r > (double)length - 1 ? (double)length - 1 : r;
        return (double)i == r;
    }
    for (int64_t tap = (int64_t)floor(x) - 1; tap <= (int64_t)floor(x) + 2; tap++) {
        int64_t at = tap < 0 ? 0 : tap >= length ? length - 1 : tap;
        double d = fabs(x - (double)tap), a = p->cubic_a;
        if (at != i) continue;
        if (p->mode == 1) {
            sum += d < 1 ? 1 - d : 0;
        } else {
            sum += d <= 1  ? ((a + 2) * d - (a + 3)) * d * d + 1
                   : d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
                           : 0;
        }
    }
    return sum;
}

static void check_resize(tn_resize p, int gaps, int threads) {
    p.x_ld = p.c + gaps, p.y_ld = p.c + gaps;
    p.scale_h = (double)p.oh / (double)p.h, p.scale_w = (double)p.ow / (double)p.wd, p.cubic_a = -0.75;
    size_t xs = (size_t)(p.n * p.h * p.wd * p.x_ld), ys = (size_t)(p.n * p.oh * p.ow * p.y_ld);
    int u8 = p.type == TN_U8;
    uint8_t *x8 = exactly(random_bytes(xs), xs), *y8 = fresh(ys * 4);
    float *x = exactly(random_floats(xs, -1, 1), xs * 4), *y = (float *)(void *)y8;
    p.x = at(u8 ? (void *)x8 : (void *)x), p.y = at(y);
    const char *error = run_op(TN_RESIZE, &p, sizeof p, threads);
    CHECK(error[0] == 0, "%s", error);
    for (int64_t i = 0; i < p.n * p.oh * p.ow; i++) {
        double cy = coordinate(&p, (double)(i / p.ow % p.oh), p.scale_h, (double)p.h, (double)p.oh);
        double cx = coordinate(&p, (double)(i % p.ow), p.scale_w, (double)p.wd, (double)p.ow);
        for (int64_t c = 0; c < p.c; c++) {
            double v = 0;
            for (int64_t from = 0; from < p.h * p.wd; from++) {
                double w = part(&p, cy, from / p.wd, p.h) * part(&p, cx, from % p.wd, p.wd);
                int64_t at = (i / p.ow / p.oh * p.h * p.wd + from) * p.x_ld + c;
                v += w * (u8 ? x8[at] : x[at]);
            }
            int64_t to = i * p.y_ld + c;
            if (u8) {
                v = v < 0 ? 0 : v > 255 ? 255 : v;
                CHECK(fabs(y8[to] - v) <= (p.mode == 0 ? 0 : 0.501), "resize %d: %d not %g", (int)p.mode,
                      y8[to], v);
            } else {
                CHECK(fabs(y[to] - v) < 1e-5, "resize %d: %g not %g", (int)p.mode, y[to], v);
            }
        }
    }
    size_t size = u8 ? 1 : 4;
    for (size_t i = (size_t)p.c * size; gaps && i < ys * size; i += (size_t)p.y_ld * size) {
        CHECK(y8[i] == 0xAB, "written between pixels");
    }
    for (size_t i = ys * size; i < ys * 4; i++) CHECK(y8[i] == 0xAB, "written behind");
    free(x8), free(x), free(y8);
}

static void resizing(void) {
    static const int sizes[][4] = {{3, 4, 6, 8}, {4, 5, 3, 2}, {2, 3, 1, 7}, {3, 3, 3, 3}};
    static const int channels[] = {1, 3, 16, 77};
    int number = 0;
    for (int mode = 0; mode < 3; mode++) {
        for (int coordinates = 0; coordinates < 4; coordinates++) {
            for (int s = 0; s < 4; s++) {
                for (int c = 0; c < 4; c++) {
                    tn_resize p = {.n = 1 + c % 2, .h = sizes[s][0], .wd = sizes[s][1], .oh = sizes[s][2],
                                   .ow = sizes[s][3], .c = channels[c], .mode = mode,
                                   .coordinates = coordinates, .rounding = number % 4,
                                   .type = number % 3 == 0 ? TN_U8 : TN_F32};
                    check_resize(p, number % 2, 1 + number / 2 % 2 * 2);
                    number++;
                }
                number++;
            }
        }
    }
    for (int mode = 0; mode < 2; mode++) {
        tn_resize large = {.n = 1, .h = 2, .wd = 3, .oh = 401, .ow = 100, .c = 16, .mode = mode};
        check_resize(large, 0, 3);
    }
    tn_resize none = {.h = 2, .wd = 2, .oh = 4, .ow = 4, .c = 3};
    check_resize(none, 0, 1);
}

/* ONNX's own example resize_upsample_scales_linear. */
static void standard_example(void) {
    float x[] = {1, 2, 3, 4}, y[16];
    float expected[] = {1,    1.25f, 1.75f, 2,    1.5f, 1.75f, 2.25f, 2.5f,
                        2.5f, 2.75f, 3.25f, 3.5f, 3,    3.25f, 3.75f, 4};
    tn_resize p = {.x = at(x), .y = at(y), .n = 1, .h = 2, .wd = 2, .c = 1, .oh = 4, .ow = 4, .x_ld = 1,
                   .y_ld = 1, .mode = 1, .scale_h = 2, .scale_w = 2};
    run_op(TN_RESIZE, &p, sizeof p, 1);
    for (int i = 0; i < 16; i++) CHECK(fabsf(y[i] - expected[i]) < 1e-6f, "%g not %g", y[i], expected[i]);
}

static void tests(void) {
    pooling();
    pooling_not_finite();
    resizing();
    standard_example();
}

int main(void) {
    return on_every_isa(tests);
}
