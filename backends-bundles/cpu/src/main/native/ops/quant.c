/* TN_QUANT_ROWS, TN_QUANTIZE, TN_DEQUANTIZE: between numbers and integers. */
#include <math.h>

#include "grain.h"
#include "kernels.h"

/* Bytes of a channels-first block that is turned at a time. */
#define TURNED 8192

typedef struct job {
    tn_run *run;
    const void *p;
} job;

static void quant_rows(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_quant_rows *p = j->p;
    const float *x = tn_at(j->run, p->x);
    uint8_t *y = tn_at(j->run, p->y);
    tn_row *rows = tn_at(j->run, p->params);
    for (int64_t r = begin; r < end; r++) {
        j->run->k->math.quant_row(x + r * p->x_ld, y + r * p->y_ld, p->cols, rows + r);
    }
}

void tn_run_quant_rows(tn_run *run, const void *parameters) {
    const tn_quant_rows *p = parameters;
    job j = {run, p};
    tn_parallel(run, p->rows, tn_grain(20 + 0.2 * (double)p->cols), quant_rows, &j);
}

/* clamp(round(x * inv_scale) + zp) for the types that no kernel is for. */
static void quantize_wide(const tn_quantize *p, const float *x, void *y, int64_t n,
                          const float *scales, const int32_t *zps) {
    double low = p->type == TN_I16 ? INT16_MIN : p->type == TN_U16 ? 0 : INT32_MIN;
    double high = p->type == TN_I16 ? INT16_MAX : p->type == TN_U16 ? UINT16_MAX : INT32_MAX;
    for (int64_t i = 0; i < n; i++) {
        double zp = zps ? zps[i] : scales ? 0 : (double)p->zp;
        double v = nearbyint(x[i] * (scales ? scales[i] : p->scale)) + zp;
        v = v > low ? v < high ? v : high : low;
        if (p->type == TN_I32) {
            ((int32_t *)y)[i] = (int32_t)v;
        } else {
            ((uint16_t *)y)[i] = (uint16_t)(int32_t)v;
        }
    }
}

/* n elements of one row, whose column the first of scales and zps (if any) belongs to. */
static void quantize_some(const job *j, const float *x, char *y, int64_t n, const float *scales,
                          const int32_t *zps) {
    const tn_quantize *p = j->p;
    const struct tn_k_math *k = &j->run->k->math;
    if (p->type != TN_U8 && p->type != TN_S8) {
        quantize_wide(p, x, y, n, scales, zps);
    } else if (scales) {
        k->quantize_by_column(x, (uint8_t *)y, n, scales, zps, p->type == TN_S8);
    } else {
        k->quantize(x, (uint8_t *)y, n, (float)p->scale, (int32_t)p->zp, p->type == TN_S8);
    }
}

static void quantize_rows(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_quantize *p = j->p;
    const float *x = tn_at(j->run, p->x);
    char *y = tn_at(j->run, p->y);
    size_t size = tn_size(p->type);
    for (int64_t r = begin; r < end; r++) {
        quantize_some(j, x + r * p->x_ld, y + (size_t)(r * p->y_ld) * size, p->cols,
                      tn_at(j->run, p->scales), tn_at(j->run, p->zps));
    }
}

static void quantize_flat(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_quantize *p = j->p;
    const float *x = tn_at(j->run, p->x);
    char *y = tn_at(j->run, p->y);
    quantize_some(j, x + begin, y + (size_t)begin * tn_size(p->type), end - begin, NULL, NULL);
}

static int64_t turned_pixels(const tn_quantize *p) {
    int64_t pixels = TURNED / (p->cols + 1);
    return pixels > 64 ? pixels : 64;
}

/* planes[cols] of n bytes each, `ld` apart, become pixels of cols bytes each. */
static inline __attribute__((always_inline)) void interleave(const uint8_t *planes, int64_t ld,
                                                             uint8_t *y, int64_t y_ld, int64_t n,
                                                             int64_t cols) {
    for (int64_t i = 0; i < n; i++) {
        for (int64_t c = 0; c < cols; c++) y[i * y_ld + c] = planes[c * ld + i];
    }
}

/* Items are blocks of a picture's pixels. */
static void quantize_nchw(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_quantize *p = j->p;
    const float *x = tn_at(j->run, p->x);
    uint8_t *y = tn_at(j->run, p->y);
    const float *scales = tn_at(j->run, p->scales);
    const int32_t *zps = tn_at(j->run, p->zps);
    uint8_t *planes = tn_local(j->run, thread);
    const struct tn_k_math *k = &j->run->k->math;
    int64_t step = turned_pixels(p);
    int64_t blocks = (p->hw + step - 1) / step;
    for (int64_t b = begin; b < end; b++) {
        int64_t picture = b / blocks;
        int64_t first = b % blocks * step;
        int64_t n = p->hw - first < step ? p->hw - first : step;
        for (int64_t c = 0; c < p->cols; c++) {
            float scale = scales ? scales[c] : (float)p->scale;
            int32_t zp = zps ? zps[c] : scales ? 0 : (int32_t)p->zp;
            k->quantize(x + (picture * p->cols + c) * p->hw + first, planes + c * step, n, scale,
                        zp, p->type == TN_S8);
        }
        uint8_t *to = y + (picture * p->hw + first) * p->y_ld;
        switch (p->cols) {
            case 1: interleave(planes, step, to, p->y_ld, n, 1); break;
            case 3: interleave(planes, step, to, p->y_ld, n, 3); break;
            default: interleave(planes, step, to, p->y_ld, n, p->cols);
        }
    }
}

size_t tn_local_quantize(const void *parameters, const tn_kernels *k, int threads) {
    const tn_quantize *p = parameters;
    return p->hw > 0 ? (size_t)(turned_pixels(p) * p->cols) : 0;
}

void tn_run_quantize(tn_run *run, const void *parameters) {
    const tn_quantize *p = parameters;
    job j = {run, p};
    if (p->hw > 0) {
        if (p->type != TN_U8 && p->type != TN_S8) {
            tn_fail(run, "TN_QUANTIZE from channels-first input has no type %d", (int)p->type);
            return;
        }
        int64_t step = turned_pixels(p);
        int64_t blocks = p->rows / p->hw * ((p->hw + step - 1) / step);
        tn_parallel(run, blocks, tn_grain(0.5 * (double)(step * p->cols)), quantize_nchw, &j);
    } else if (p->scales == 0 && p->x_ld == p->cols && p->y_ld == p->cols) {
        tn_parallel(run, p->rows * p->cols, 1 << 17, quantize_flat, &j);
    } else {
        tn_parallel(run, p->rows, tn_grain(5 + 0.2 * (double)p->cols), quantize_rows, &j);
    }
}

static void dequantize_i32(const int32_t *x, float *y, int64_t n, const float *scales,
                           const int32_t *zps, float scale, int64_t zp) {
    for (int64_t i = 0; i < n; i++) {
        int64_t zero = zps ? zps[i] : scales ? 0 : zp;
        y[i] = (float)(x[i] - zero) * (scales ? scales[i] : scale);
    }
}

/* n elements of one row, whose column the first of scales and zps (if any) belongs to. */
static void dequantize_some(const job *j, const char *x, float *y, int64_t n, const float *scales,
                            const int32_t *zps) {
    const tn_quantize *p = j->p;
    const struct tn_k_math *k = &j->run->k->math;
    const uint8_t *codes = (const uint8_t *)x;
    if (p->type == TN_I32) {
        dequantize_i32((const int32_t *)(const void *)x, y, n, scales, zps, (float)p->scale, p->zp);
    } else if (scales) {
        k->dequantize_by_column(codes, y, n, scales, zps, p->type == TN_S8);
    } else {
        k->dequantize(codes, y, n, (float)p->scale, (int32_t)p->zp, p->type == TN_S8);
    }
}

static void dequantize_rows(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_quantize *p = j->p;
    const char *x = tn_at(j->run, p->x);
    float *y = tn_at(j->run, p->y);
    size_t size = tn_size(p->type);
    for (int64_t r = begin; r < end; r++) {
        dequantize_some(j, x + (size_t)(r * p->x_ld) * size, y + r * p->y_ld, p->cols,
                        tn_at(j->run, p->scales), tn_at(j->run, p->zps));
    }
}

static void dequantize_flat(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_quantize *p = j->p;
    const char *x = tn_at(j->run, p->x);
    float *y = tn_at(j->run, p->y);
    dequantize_some(j, x + (size_t)begin * tn_size(p->type), y + begin, end - begin, NULL, NULL);
}

void tn_run_dequantize(tn_run *run, const void *parameters) {
    const tn_quantize *p = parameters;
    job j = {run, p};
    if (p->type != TN_U8 && p->type != TN_S8 && p->type != TN_I32) {
        tn_fail(run, "TN_DEQUANTIZE has no type %d", (int)p->type);
    } else if (p->scales == 0 && p->x_ld == p->cols && p->y_ld == p->cols) {
        tn_parallel(run, p->rows * p->cols, 1 << 17, dequantize_flat, &j);
    } else {
        tn_parallel(run, p->rows, tn_grain(5 + 0.2 * (double)p->cols), dequantize_rows, &j);
    }
}
