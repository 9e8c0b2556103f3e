/* Functions of one number against the C library in double precision. */
#include "test.h"

static double sigmoid(double x) {
    return 1 / (1 + exp(-x));
}

static double clip(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}

static double expected(int fn, double x, double a, double b) {
    if (x != x && fn != TN_THRESHOLDED_RELU) return x;
    switch (fn) {
        case TN_ID: return x;
        case TN_RELU: return x > 0 ? x : 0;
        case TN_CLIP: return clip(x, a, b);
        case TN_HARD_SWISH: return x * clip(x / 6 + 0.5, 0, 1);
        case TN_HARD_SIGMOID: return clip(a * x + b, 0, 1);
        case TN_SILU: return x * sigmoid(x);
        case TN_SIGMOID: return sigmoid(x);
        case TN_GELU: return x / 2 * (1 + erf(x / sqrt(2)));
        case TN_GELU_TANH: return x / 2 * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
        case TN_TANH: return tanh(x);
        case TN_LEAKY_RELU: return x < 0 ? a * x : x;
        case TN_QUICK_GELU: return x * sigmoid(a * x);
        case TN_ELU: return x < 0 ? a * expm1(x) : x;
        case TN_SELU: return b * (x < 0 ? a * expm1(x) : x);
        case TN_SOFTPLUS: return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
        case TN_SOFTSIGN: return x / (1 + fabs(x));
        case TN_MISH: return x * tanh(x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)));
        case TN_EXP: return exp(x);
        case TN_LOG: return log(x);
        case TN_SQRT: return sqrt(x);
        case TN_RECIPROCAL: return 1 / x;
        case TN_ABS: return fabs(x);
        case TN_NEG: return -x;
        case TN_ERF: return erf(x);
        case TN_FLOOR: return floor(x);
        case TN_CEIL: return ceil(x);
        case TN_ROUND: return nearbyint(x);
        case TN_SIGN: return (x > 0) - (x < 0);
        case TN_SIN: return sin(x);
        case TN_COS: return cos(x);
        case TN_AFFINE: return a * x + b;
        case TN_SQUARE: return x * x;
        default: return x > a ? x : 0;
    }
}

/* Where a difference of nearly equal numbers decides, the error is one of the numbers themselves. */
static int is_difference(int fn) {
    return fn == TN_GELU || fn == TN_GELU_TANH || fn == TN_AFFINE || fn == TN_HARD_SIGMOID ||
           fn == TN_HARD_SWISH;
}

static int close_to(int fn, float x, float found, double want) {
    if (want != want) return found != found;
    if (isinf((float)want)) return found == (float)want;
    double scale = is_difference(fn) ? fmax(fabs(want), fmin(fabs((double)x), 8) + 0.5) : fabs(want);
    /* The rounding of a x is worth a x times its own size in the exponential. */
    if (fn == TN_QUICK_GELU) scale *= 1 + fabs((double)x);
    return fabs(found - want) <= 1e-6 * scale + 1e-37;
}

static void one(int fn, const float *x, int64_t n, double a, double b, int threads) {
    float *y = fresh((size_t)(n + 1) * 4);
    tn_unary p = {at(x), at(y), n, fn, a, b};
    const char *error = run_op(TN_UNARY, &p, sizeof p, threads);
    CHECK(error[0] == 0, "function %d: %s", fn, error);
    for (int64_t i = 0; i < n; i++) {
        double want = expected(fn, x[i], (float)a, (float)b);
        CHECK(close_to(fn, x[i], y[i], want), "function %d of %.9g (%d of %d): %.9g, not %.9g", fn,
              x[i], (int)i, (int)n, y[i], want);
    }
    float untouched;
    memset(&untouched, 0xAB, 4);
    CHECK(memcmp(y + n, &untouched, 4) == 0, "function %d wrote past the end", fn);
    free(y);
}

static void tests(void) {
    static const double as[TN_FNS] = {
        [TN_CLIP] = -0.7,          [TN_HARD_SIGMOID] = 0.2, [TN_LEAKY_RELU] = 0.01,
        [TN_QUICK_GELU] = 1.702,   [TN_ELU] = 1.3,          [TN_SELU] = 1.67326,
        [TN_AFFINE] = -2.5,        [TN_THRESHOLDED_RELU] = 0.8};
    static const double bs[TN_FNS] = {[TN_CLIP] = 2.25, [TN_HARD_SIGMOID] = 0.5,
                                      [TN_SELU] = 1.0507, [TN_AFFINE] = 0.75};
    static const float edges[] = {0.0f,   -0.0f,  1e-30f, -1e-30f, 1e-6f, -1e-6f, 0.5f,  1.5f,
                                  2.5f,   -0.5f,  -2.5f,  88.7f,   -87.2f, 100,   -110,  1e4f,
                                  -1e4f,  3e38f,  -3e38f, INFINITY, NAN};
    enum { EDGES = sizeof edges / sizeof edges[0] };
    for (int fn = 0; fn < TN_FNS; fn++) {
        for (int n = 0; n < 70; n += 1 + n / 8) {
            float *x = random_floats((size_t)n + 1, fn == TN_LOG || fn == TN_SQRT ? 0 : -6, 6);
            one(fn, x, n, as[fn], bs[fn], 1);
            free(x);
        }
        float *x = random_floats(3000, -30, 30);
        for (int i = 0; i < EDGES; i++) x[i] = edges[i];
        for (int i = 0; i < 1000; i++) x[1000 + i] = ldexpf(x[1000 + i], -random_int(0, 60));
        one(fn, x, 3000, as[fn], bs[fn], 1);
        /* At minus infinity a gate that is closed gives 0 (or NaN, by its formula). */
        float lowest = -INFINITY, y = 1;
        tn_unary p = {at(&lowest), at(&y), 1, fn, as[fn], bs[fn]};
        run_op(TN_UNARY, &p, sizeof p, 1);
        double want = expected(fn, -INFINITY, (float)as[fn], (float)bs[fn]);
        CHECK(want != want ? y != y || y == 0 : y == (float)want,
              "function %d of minus infinity: %g", fn, y);
        free(x);
    }
    float *x = random_floats(100001, -5, 5);
    one(TN_SILU, x, 100001, 0, 0, 3);
    one(TN_RELU, x, 100001, 0, 0, 3);
    free(x);
}

int main(void) {
    return on_every_isa(tests);
}
