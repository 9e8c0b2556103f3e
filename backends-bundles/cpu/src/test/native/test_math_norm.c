/* TN_LAYERNORM, TN_SOFTMAX, TN_REDUCE against sums in double precision. */
#include "test.h"

static int near_to(double found, double want, double tolerance) {
    if (want != want) return found != found;
    if (isinf(want)) return found == want;
    return fabs(found - want) <= tolerance;
}

static void layernorm(void) {
    for (int round = 0; round < 96; round++) {
        int64_t rows = random_int(0, 5), cols = round < 40 ? round + 1 : random_int(1, 800);
        int skips = round & 1, biases = round >> 1 & 1, gammas = round >> 2 & 1, betas = round >> 3 & 1;
        int rms = round % 5 == 4, quantized = round % 3 == 1, sums = round % 7 < 3;
        int plain = !quantized || round % 2;
        size_t n = (size_t)(rows * cols) + 1;
        /* far from 0, where a one-pass variance would lose its digits */
        float away = round % 4 == 0 ? 300 : 0;
        float *x = random_floats(n, away - 3, away + 5), *skip = random_floats(n, -2, 2);
        float *bias = random_floats((size_t)cols, -1, 1), *gamma = random_floats((size_t)cols, -2, 2);
        float *beta = random_floats((size_t)cols, -2, 2);
        float *y = fresh(n * 4), *sum = fresh(n * 4);
        uint8_t *q = fresh(n);
        tn_row *params = fresh((size_t)(rows + 1) * sizeof *params);
        tn_layernorm p = {at(x), skips ? at(skip) : 0, biases ? at(bias) : 0, gammas ? at(gamma) : 0,
                          betas ? at(beta) : 0, plain ? at(y) : 0, sums ? at(sum) : 0,
                          quantized ? at(q) : 0, quantized ? at(params) : 0, rows, cols, rms, 1e-5};
        const char *error = run_op(TN_LAYERNORM, &p, sizeof p, 1 + round % 3);
        CHECK(error[0] == 0, "layernorm: %s", error);
        for (int64_t r = 0; r < rows; r++) {
            double mean = 0, variance = 0;
            double *v = fresh((size_t)cols * 8);
            for (int64_t c = 0; c < cols; c++) {
                float s = x[r * cols + c];
                if (skips) s += skip[r * cols + c];
                if (biases) s += bias[c];
                v[c] = s;
                if (!rms) mean += v[c] / (double)cols;
                CHECK(!sums || sum[r * cols + c] == s, "layernorm's sum");
            }
            for (int64_t c = 0; c < cols; c++) variance += (v[c] - mean) * (v[c] - mean) / (double)cols;
            for (int64_t c = 0; c < cols; c++) {
                double want = (v[c] - mean) / sqrt(variance + 1e-5);
                if (gammas) want *= gamma[c];
                if (betas) want += beta[c];
                int64_t i = r * cols + c;
                double tolerance = away != 0 ? 2e-3 : 5e-6 * (1 + fabs(want));
                if (cols == 1 && away != 0) continue;
                CHECK(!plain || near_to(y[i], want, tolerance), "layernorm %d: %g, not %g", round, y[i],
                      want);
                CHECK(!quantized || near_to(params[r].scale * (q[i] - params[r].zp), want,
                                         tolerance + 0.51 * params[r].scale),
                      "layernorm %d quantized: %g, not %g", round,
                      params[r].scale * (q[i] - params[r].zp), want);
            }
            free(v);
        }
        free(x), free(skip), free(bias), free(gamma), free(beta), free(y), free(sum), free(q);
        free(params);
    }
}

static void softmax_of(const float *x, int64_t outer, int64_t n, int64_t inner, int log_, int threads) {
    float *y = fresh((size_t)(outer * n * inner) * 4 + 4);
    tn_softmax p = {at(x), at(y), outer, n, inner, log_};
    run_op(TN_SOFTMAX, &p, sizeof p, threads);
    for (int64_t o = 0; o < outer * inner; o++) {
        const float *column = x + o / inner * n * inner + o % inner;
        double max = -INFINITY, total = 0;
        for (int64_t i = 0; i < n; i++) max = column[i * inner] > max ? column[i * inner] : max;
        for (int64_t i = 0; i < n; i++) total += exp(column[i * inner] - max);
        for (int64_t i = 0; i < n; i++) {
            double want = column[i * inner] - max;
            want = log_ ? want - log(total) : exp(want) / total;
            double found = y[column + i * inner - x];
            CHECK(near_to(found, want, log_ ? 2e-6 * (1 + fabs(want)) : 4e-6 * want + 1e-30),
                  "softmax of %dx%dx%d log %d: %g, not %g", (int)outer, (int)n, (int)inner, log_, found,
                  want);
        }
    }
    free(y);
}

static void softmax(void) {
    for (int round = 0; round < 80; round++) {
        int64_t outer = random_int(0, 4), n = round < 40 ? round : random_int(1, 300);
        int64_t inner = round % 2 ? random_int(1, 90) : 1;
        float *x = random_floats((size_t)(outer * n * inner) + 1, -9, 9);
        softmax_of(x, outer, n, inner, round / 2 % 2, 1 + round % 3);
        free(x);
    }
    float masked[] = {1, -INFINITY, 3, -INFINITY, NAN, 1, 2, 3, -INFINITY, -INFINITY, -INFINITY,
                      -INFINITY, INFINITY, 1, 2, 3, -3.4e38f, 0, -100, -3.4e38f};
    softmax_of(masked, 5, 4, 1, 0, 1);
    softmax_of(masked, 1, 4, 5, 0, 1);
    float y[4];
    tn_softmax p = {at(masked), at(y), 1, 4, 1, 0};
    run_op(TN_SOFTMAX, &p, sizeof p, 1);
    CHECK(y[1] == 0 && y[3] == 0, "what is masked has weight %g", y[1]);
}

static double reduced(int fn, const double *v, int64_t n) {
    double sum = 0, squares = 0, absolute = 0, product = 1, max = -INFINITY, min = INFINITY, exps = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += v[i], squares += v[i] * v[i], absolute += fabs(v[i]), product *= v[i];
        max = v[i] > max || v[i] != v[i] ? v[i] : max;
        min = v[i] < min || v[i] != v[i] ? v[i] : min;
        if (max != max) min = max;
        exps += exp(v[i]);
    }
    switch (fn) {
        case TN_REDUCE_SUM: return sum;
        case TN_REDUCE_MEAN: return sum / (double)n;
        case TN_REDUCE_MAX: return max;
        case TN_REDUCE_MIN: return min;
        case TN_REDUCE_PROD: return product;
        case TN_REDUCE_L1: return absolute;
        case TN_REDUCE_L2: return sqrt(squares);
        case TN_REDUCE_SUM_SQUARE: return squares;
        case TN_REDUCE_LOG_SUM: return log(sum);
        default: return log(exps);
    }
}

static void reduce(void) {
    for (int round = 0; round < 240; round++) {
        int fn = round % 10;
        int64_t outer = random_int(0, 3), n = round < 60 ? 1 + round / 2 : random_int(1, 200);
        int64_t inner = round / 10 % 2 ? random_int(2, 80) : 1;
        int64_t type = round % 3 == 0 ? TN_F32 : round % 3 == 1 ? TN_I32 : TN_F32;
        if (round / 10 % 5 == 4 && round % 3 == 1) type = TN_I64;
        if (fn == TN_REDUCE_PROD && n > 20) n = 20;
        size_t elements = (size_t)(outer * n * inner) + 1;
        float *x = random_floats(elements, fn == TN_REDUCE_LOG_SUM ? 0.1f : -3, 3);
        void *typed = fresh(elements * 8), *y = fresh((size_t)(outer * inner) * 8 + 8);
        for (size_t i = 0; i < elements; i++) {
            if (type != TN_F32) x[i] = floorf(x[i]) + (fn == TN_REDUCE_LOG_SUM);
            if (type == TN_F32) ((float *)typed)[i] = x[i];
            if (type == TN_I32) ((int32_t *)typed)[i] = (int32_t)x[i];
            if (type == TN_I64) ((int64_t *)typed)[i] = (int64_t)x[i];
        }
        tn_reduce p = {at(typed), at(y), fn, type, outer, n, inner};
        run_op(TN_REDUCE, &p, sizeof p, 1 + round % 3);
        for (int64_t o = 0; o < outer * inner; o++) {
            double v[200], magnitude = 1;
            for (int64_t i = 0; i < n; i++) {
                v[i] = x[(o / inner * n + i) * inner + o % inner];
                magnitude += fabs(v[i]) * fabs(v[i]);
            }
            double want = reduced(fn, v, n);
            double found = type == TN_F32   ? ((float *)y)[o]
                           : type == TN_I32 ? ((int32_t *)y)[o]
                                            : (double)((int64_t *)y)[o];
            if (type != TN_F32) want = trunc(want + (want > 0 ? 1e-9 : -1e-9));
            double tolerance = type != TN_F32 ? 0 : 1e-6 * (fn == TN_REDUCE_PROD ? fabs(want) * 4 : magnitude);
            if (type == TN_I32 && fn == TN_REDUCE_PROD && fabs(want) > 2e9) continue;
            if (type != TN_F32 && isinf(want)) continue;
            CHECK(near_to(found, want, tolerance), "reduction %d type %d of %d x %d: %g, not %g", fn,
                  (int)type, (int)n, (int)inner, found, want);
        }
        free(x), free(typed), free(y);
    }
    for (int fn = 0; fn < 10; fn++) {
        for (int inner = 1; inner < 3; inner++) {
            float x[120];
            for (int i = 0; i < 120; i++) x[i] = i == 33 * inner ? NAN : 1;
            float y[2];
            tn_reduce p = {at(x), at(y), fn, TN_F32, 1, 120 / inner, inner};
            run_op(TN_REDUCE, &p, sizeof p, 1);
            CHECK(y[0] != y[0], "reduction %d loses NaN: %g", fn, y[0]);
        }
    }
    float *many = random_floats(300000, 0, 1);
    double sum = 0;
    float y;
    for (int i = 0; i < 300000; i++) sum += many[i];
    tn_reduce p = {at(many), at(&y), TN_REDUCE_SUM, TN_F32, 1, 300000, 1};
    run_op(TN_REDUCE, &p, sizeof p, 1);
    CHECK(near_to(y, sum, 1e-6 * sum), "the sum of many: %.9g, not %.9g", y, sum);
    free(many);
}

static void tests(void) {
    layernorm();
    softmax();
    reduce();
}

int main(void) {
    return on_every_isa(tests);
}
