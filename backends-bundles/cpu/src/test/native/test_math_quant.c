/* TN_QUANT_ROWS, TN_QUANTIZE, TN_DEQUANTIZE, TN_LUT, TN_QBINARY against their definitions. */
#include "test.h"

static int64_t clamped(double v, int64_t low, int64_t high) {
    return v > (double)low ? v < (double)high ? (int64_t)v : high : low;
}

static void quant_rows(void) {
    for (int round = 0; round < 60; round++) {
        int64_t rows = random_int(0, 5), cols = round < 40 ? round : random_int(100, 900);
        int64_t x_ld = cols + round % 3, y_ld = cols + round % 5;
        float *x = random_floats((size_t)(rows * x_ld) + 1, round % 4 == 0 ? 0.5f : -3, 5);
        if (round % 7 == 0) memset(x, 0, (size_t)(rows * x_ld) * 4);
        uint8_t *y = fresh((size_t)(rows * y_ld) + 1);
        tn_row *params = fresh((size_t)(rows + 1) * sizeof *params);
        tn_quant_rows p = {at(x), at(y), at(params), rows, cols, x_ld, y_ld};
        run_op(TN_QUANT_ROWS, &p, sizeof p, 1 + round % 3);
        for (int64_t r = 0; r < rows; r++) {
            float low = 0, high = 0;
            for (int64_t c = 0; c < cols; c++) {
                low = fminf(low, x[r * x_ld + c]);
                high = fmaxf(high, x[r * x_ld + c]);
            }
            float scale = high > low ? (high - low) / 255 : 1;
            int zp = high > low ? (int)nearbyintf(-low / scale) : 0;
            CHECK(params[r].scale == scale && params[r].zp == zp, "row %d: scale %g zp %d, not %g %d",
                  (int)r, params[r].scale, params[r].zp, scale, zp);
            int sum = 0;
            for (int64_t c = 0; c < cols; c++) {
                double exact = x[r * x_ld + c] / (double)scale + zp;
                sum += y[r * y_ld + c];
                CHECK(llabs(clamped(nearbyint(exact), 0, 255) - y[r * y_ld + c]) <=
                          (fabs(exact - nearbyint(exact)) > 0.4999),
                      "row %d col %d of %d: %d for %g", (int)r, (int)c, (int)cols, y[r * y_ld + c],
                      exact);
            }
            CHECK(params[r].sum == sum, "row %d: sum %d, not %d", (int)r, params[r].sum, sum);
        }
        free(x), free(y), free(params);
    }
    float strange[3][4] = {{NAN, 1, -1, 0}, {INFINITY, 1, 2, 0}, {1e-40f, -1e-40f, 0, 0}};
    uint8_t y[3][4];
    tn_row params[3];
    tn_quant_rows p = {at(strange), at(y), at(params), 3, 4, 4, 4};
    run_op(TN_QUANT_ROWS, &p, sizeof p, 1);
    CHECK(params[0].scale == 2.0f / 255 && y[0][1] >= 254 && y[0][2] <= 1, "NaN spoils its row");
    CHECK(isinf(params[1].scale) && params[1].zp == 0, "infinity: zp %d", params[1].zp);
    CHECK(params[2].scale == 1 && y[2][0] == 0, "subnormal: scale %g", params[2].scale);
}

static void put_as(int64_t type, void *y, int64_t i, int64_t v) {
    switch (type) {
        case TN_U8: ((uint8_t *)y)[i] = (uint8_t)v; break;
        case TN_S8: ((int8_t *)y)[i] = (int8_t)v; break;
        case TN_I16:
        case TN_U16: ((uint16_t *)y)[i] = (uint16_t)v; break;
        default: ((int32_t *)y)[i] = (int32_t)v;
    }
}

static void quantize(void) {
    static const int64_t types[] = {TN_U8, TN_S8, TN_U8, TN_I32, TN_I16, TN_U16};
    static const int64_t lows[] = {0, -128, 0, INT32_MIN, INT16_MIN, 0};
    static const int64_t highs[] = {255, 127, 255, INT32_MAX, INT16_MAX, UINT16_MAX};
    for (int round = 0; round < 150; round++) {
        int t = round % 6, by_column = round / 6 % 3 == 1, dense = round % 5 == 0;
        int nchw = t < 3 && round / 6 % 3 == 2;
        int64_t hw = nchw ? random_int(1, 300) : 0;
        int64_t cols = nchw ? random_int(1, 5) : random_int(0, 70);
        int64_t rows = nchw ? hw * random_int(0, 2) : random_int(0, 6);
        int64_t x_ld = cols + (dense ? 0 : 3), y_ld = cols + (dense ? 0 : 2);
        int64_t size = (int64_t)tn_size(types[t]);
        float *x = random_floats((size_t)(rows * x_ld) + 1, -40, 40);
        if (rows * cols > 2 && !by_column) x[0] = NAN, x[1] = INFINITY;
        float *scales = random_floats((size_t)cols + 1, 0.5f, 5);
        int32_t *zps = fresh((size_t)(cols + 1) * 4);
        for (int64_t c = 0; c < cols; c++) zps[c] = random_int((int)fmax(lows[t], -9), 90);
        char *y = fresh((size_t)(rows * y_ld * size) + 8), *want = fresh((size_t)(rows * y_ld * size) + 8);
        int with_zps = by_column && round % 2;
        tn_quantize p = {at(x), at(y), by_column ? at(scales) : 0, with_zps ? at(zps) : 0, rows, cols,
                         x_ld, y_ld, types[t], 3.7, by_column ? 0 : 11, hw};
        const char *error = run_op(TN_QUANTIZE, &p, sizeof p, 1 + round % 3);
        for (int64_t r = 0; r < rows; r++) {
            for (int64_t c = 0; c < cols; c++) {
                int64_t from = nchw ? (r / hw * cols + c) * hw + r % hw : r * x_ld + c;
                float scaled = x[from] * (by_column ? scales[c] : (float)p.scale);
                if (size > 1) scaled = (float)nearbyint(x[from] * (by_column ? scales[c] : p.scale));
                double v = nearbyintf(scaled) + (double)(by_column ? with_zps ? zps[c] : 0 : 11);
                put_as(types[t], want, r * y_ld + c, v != v ? lows[t] : clamped(v, lows[t], highs[t]));
            }
        }
        CHECK(error[0] == 0 && memcmp(y, want, (size_t)(rows * y_ld * size) + 8) == 0,
              "quantize %d to type %d, %d x %d %s", round, (int)types[t], (int)rows, (int)cols, error);
        free(x), free(y), free(want), free(scales), free(zps);
    }
}

static void dequantize(void) {
    for (int round = 0; round < 90; round++) {
        int64_t type = round % 3 == 0 ? TN_U8 : round % 3 == 1 ? TN_S8 : TN_I32;
        int64_t rows = random_int(0, 6), cols = random_int(0, 70);
        int64_t x_ld = cols + round % 2, y_ld = cols + round % 2;
        int by_column = round / 3 % 2, with_zps = by_column && round / 6 % 2;
        uint8_t *x = random_bytes((size_t)(rows * x_ld) * tn_size(type) + 1);
        float *scales = random_floats((size_t)cols + 1, 0.5f, 5);
        int32_t *zps = fresh((size_t)(cols + 1) * 4);
        for (int64_t c = 0; c < cols; c++) zps[c] = random_int(-9, 90);
        float *y = fresh((size_t)(rows * y_ld) * 4 + 4);
        tn_quantize p = {at(x), at(y), by_column ? at(scales) : 0, with_zps ? at(zps) : 0, rows, cols,
                         x_ld, y_ld, type, 0.037, by_column ? 0 : 11, 0};
        run_op(TN_DEQUANTIZE, &p, sizeof p, 1 + round % 3);
        for (int64_t r = 0; r < rows; r++) {
            for (int64_t c = 0; c < cols; c++) {
                int64_t i = r * x_ld + c;
                int32_t word = 0;
                if (type == TN_I32) memcpy(&word, x + i * 4, 4);
                int64_t code = type == TN_U8 ? x[i] : type == TN_S8 ? (int8_t)x[i] : word;
                int64_t zp = by_column ? with_zps ? zps[c] : 0 : 11;
                float want = (float)(code - zp) * (by_column ? scales[c] : 0.037f);
                CHECK(y[r * y_ld + c] == want, "dequantize %d: %g, not %g", round, y[r * y_ld + c],
                      want);
            }
        }
        free(x), free(y), free(scales), free(zps);
    }
}

static void lut(void) {
    uint8_t *table = random_bytes(256);
    for (int round = 0; round < 60; round++) {
        int64_t rows = random_int(0, 4), cols = round < 40 ? round : random_int(100, 400);
        int64_t x_ld = cols + round % 2, y_ld = cols + round % 3;
        uint8_t *x = random_bytes((size_t)(rows * x_ld) + 1);
        uint8_t *y = fresh((size_t)(rows * y_ld) + 64);
        tn_lut p = {at(x), at(y), at(table), rows, cols, x_ld, y_ld};
        run_op(TN_LUT, &p, sizeof p, 1);
        int wrong = 0;
        for (int64_t r = 0; r < rows; r++) {
            for (int64_t c = 0; c < y_ld; c++) {
                wrong += y[r * y_ld + c] != (c < cols ? table[x[r * x_ld + c]] : 0xAB);
            }
        }
        CHECK(wrong == 0, "lut of %d x %d: %d are wrong", (int)rows, (int)cols, wrong);
        free(x), free(y);
    }
    free(table);
}

static double paired(int64_t fn2, double a, double b) {
    switch (fn2) {
        case TN_ADD: return a + b;
        case TN_SUB: return a - b;
        case TN_MUL: return a * b;
        case TN_DIV: return a / b;
        case TN_MAX: return a > b ? a : b;
        default: return a < b ? a : b;
    }
}

static void qbinary(void) {
    uint8_t *table = random_bytes(256);
    for (int round = 0; round < 120; round++) {
        int64_t fn2 = round % 6, cols = random_int(0, 80), groups = random_int(0, 4);
        int64_t repeat = round / 6 % 3 == 0 ? 1 : random_int(1, 7), rows = groups * repeat;
        int64_t a_ld = cols + round % 2, b_ld = cols + round % 2, y_ld = cols + round % 2;
        uint8_t *a = random_bytes((size_t)(rows * a_ld) + 1);
        uint8_t *b = random_bytes((size_t)(groups * b_ld) + 1);
        uint8_t *y = fresh((size_t)(rows * y_ld) + 1);
        int with_lut = round % 4 == 3;
        tn_qbinary p = {at(a), at(b), at(y), with_lut ? at(table) : 0, fn2, rows, cols, repeat, a_ld,
                        b_ld, y_ld, 0.0213, 17, 0.0371, 200, 31.3, 99};
        const char *error = run_op(TN_QBINARY, &p, sizeof p, 1 + round % 3);
        CHECK(error[0] == 0, "qbinary: %s", error);
        for (int64_t r = 0; r < rows; r++) {
            for (int64_t c = 0; c < cols; c++) {
                double left = (float)0.0213 * (a[r * a_ld + c] - 17);
                double right = (float)0.0371 * (b[r / repeat * b_ld + c] - 200);
                double v = paired(fn2, left, right) * (float)31.3;
                int64_t low = clamped(nearbyint(v - 1e-3) + 99, 0, 255);
                int64_t high = clamped(nearbyint(v + 1e-3) + 99, 0, 255);
                int found = y[r * y_ld + c];
                int right_one = with_lut ? found == table[low] || found == table[high]
                                         : found >= low && found <= high;
                CHECK(right_one || v != v, "qbinary %d function %d: %d for %g", round, (int)fn2, found,
                      v + 99);
            }
        }
        free(a), free(b), free(y);
    }
    free(table);
}

static void tests(void) {
    quant_rows();
    quantize();
    dequantize();
    lut();
    qbinary();
}

int main(void) {
    return on_every_isa(tests);
}
