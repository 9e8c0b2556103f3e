#include "store.h"

#include <math.h>
#include <string.h>

#include "kernels.h"

tn_store tn_store_of(const tn_run *run, const tn_epilogue *e, tn_ref c, int64_t ldc, int64_t n) {
    return (tn_store){.e = e,
                      .k = run->k,
                      .bias = tn_at(run, e->bias),
                      .residual = tn_at(run, e->residual),
                      .lut = tn_at(run, e->lut),
                      .c = tn_at(run, c),
                      .ldc = ldc,
                      .n = n};
}

static float sigmoid(float x) {
    return 1 / (1 + expf(-x));
}

static float clamp(float x, float low, float high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

static float apply(int64_t fn, float x, float a, float b) {
    switch (fn) {
        case TN_RELU: return x < 0 ? 0 : x;
        case TN_CLIP: return clamp(x, a, b);
        case TN_HARD_SWISH: return x * clamp(x / 6 + 0.5f, 0, 1);
        case TN_HARD_SIGMOID: return clamp(a * x + b, 0, 1);
        case TN_SILU: return x * sigmoid(x);
        case TN_SIGMOID: return sigmoid(x);
        case TN_GELU: return x / 2 * (1 + erff(x * 0.70710678f));
        case TN_GELU_TANH: return x / 2 * (1 + tanhf(0.79788456f * (x + 0.044715f * x * x * x)));
        case TN_TANH: return tanhf(x);
        case TN_LEAKY_RELU: return x < 0 ? a * x : x;
        case TN_QUICK_GELU: return x * sigmoid(a * x);
        case TN_ELU: return x < 0 ? a * expm1f(x) : x;
        case TN_SELU: return b * (x < 0 ? a * expm1f(x) : x);
        case TN_SOFTPLUS: return (x > 0 ? x : 0) + log1pf(expf(-fabsf(x)));
        case TN_SOFTSIGN: return x / (1 + fabsf(x));
        case TN_MISH: return x * tanhf((x > 0 ? x : 0) + log1pf(expf(-fabsf(x))));
        case TN_EXP: return expf(x);
        case TN_LOG: return logf(x);
        case TN_SQRT: return sqrtf(x);
        case TN_RECIPROCAL: return 1 / x;
        case TN_ABS: return fabsf(x);
        case TN_NEG: return -x;
        case TN_ERF: return erff(x);
        case TN_FLOOR: return floorf(x);
        case TN_CEIL: return ceilf(x);
        case TN_ROUND: return rintf(x);
        case TN_SIGN: return x > 0 ? 1 : x < 0 ? -1 : x;
        case TN_SIN: return sinf(x);
        case TN_COS: return cosf(x);
        case TN_AFFINE: return a * x + b;
        case TN_SQUARE: return x * x;
        case TN_THRESHOLDED_RELU: return x > a ? x : 0;
        default: return x;
    }
}

/* n elements of the residual at (row, column) are added to v. */
static void add_residual(const tn_store *s, float *v, int64_t row, int64_t column, int64_t n) {
    const tn_epilogue *e = s->e;
    int64_t at = row * e->residual_ld + column;
    if (e->residual_type == TN_U8) {
        const uint8_t *r = (const uint8_t *)s->residual + at;
        float scale = (float)e->residual_scale;
        int32_t zp = (int32_t)e->residual_zp;
        for (int64_t i = 0; i < n; i++) v[i] += scale * (float)(r[i] - zp);
    } else {
        const float *r = (const float *)s->residual + at;
        for (int64_t i = 0; i < n; i++) v[i] += r[i];
    }
}

static void store_u8(const tn_store *s, const float *v, uint8_t *c, int64_t n) {
    float inv_scale = (float)s->e->out_inv_scale;
    float zp = (float)s->e->out_zp;
    for (int64_t i = 0; i < n; i++) {
        float q = rintf(v[i] * inv_scale) + zp;
        /* in this order NaN becomes 0 */
        q = q > 0 ? q : 0;
        q = q < 255 ? q : 255;
        c[i] = (uint8_t)q;
    }
    for (int64_t i = 0; i < n && s->lut != NULL; i++) c[i] = s->lut[c[i]];
}

static void store_row(const tn_store *s, float *v, int64_t row, int64_t column, int64_t n) {
    const tn_epilogue *e = s->e;
    for (int64_t i = 0; i < n && s->bias != NULL; i++) v[i] += s->bias[column + i];
    if (s->residual != NULL && e->residual_first) {
        add_residual(s, v, row, column, n);
    }
    if (e->fn != TN_ID) {
        for (int64_t i = 0; i < n; i++) v[i] = apply(e->fn, v[i], (float)e->a, (float)e->b);
    }
    if (e->post_mul != 1 || e->post_add != 0) {
        float mul = (float)e->post_mul;
        float add = (float)e->post_add;
        for (int64_t i = 0; i < n; i++) v[i] = v[i] * mul + add;
    }
    if (s->residual != NULL && !e->residual_first) {
        add_residual(s, v, row, column, n);
    }
    if (e->out_type == TN_U8) {
        store_u8(s, v, (uint8_t *)s->c + row * s->ldc + column, n);
    } else {
        memcpy(s->c + (row * s->ldc + column) * (int64_t)sizeof(float), v, (size_t)n * sizeof(float));
    }
}

void tn_store_tile(const tn_store *s, float *acc, int64_t ld, int64_t row, int64_t rows,
                   int64_t column, int64_t columns) {
    int64_t n = s->n - column < columns ? s->n - column : columns;
    for (int64_t m = 0; m < rows; m++) store_row(s, acc + m * ld, row + m, column, n);
}
