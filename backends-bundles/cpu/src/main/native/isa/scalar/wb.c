/* Weights of few bits, code by code; sparse weights, element by element. */
#include <math.h>

#include "kernels.h"

/* The code without sign of group g, column, k (0 ... 3) of the group, in a step. */
static inline int raised(const uint8_t *step, int bits, int64_t g, int64_t column, int64_t k) {
    int64_t i = g * 2 + column / 16;
    int64_t lane = column % 16 * 4 + k;
    if (bits == 6) {
        int low = step[i / 2 * 64 + lane] >> (i % 2 * 4) & 15;
        return low | (step[256 + i / 4 * 64 + lane] >> (i % 4 * 2) & 3) << 4;
    }
    int code = step[i * bits / 8 * 64 + lane] >> (i * bits % 8) & ((1 << bits) - 1);
    return bits == 1 ? code * 2 : code;
}

/* Scale times zero point of column n of block b, which has zero points. */
static inline float zero_of(const tn_wb_job *job, int64_t b, int64_t n, float scale) {
    const char *zero = job->zero + b * tn_wb_zero_bytes(job->zeros);
    return scale * (job->zeros == TN_WB_WHOLE_ZEROS ? (float)((const int8_t *)zero)[n]
                                                    : ((const float *)(const void *)zero)[n]);
}

static inline __attribute__((always_inline)) void tile(const tn_wb_job *job, int bits, int exact,
                                                       float *c) {
    const float *scale = (const float *)job->panel;
    const char *a = job->a;
    for (int64_t n = 0; n < TN_WB_COLUMNS; n++) c[n] = 0;
    for (int64_t b = 0; b < job->blocks; b++) {
        const uint8_t *data = (const uint8_t *)(scale + TN_WB_COLUMNS);
        int64_t groups = 4 * (b + 1 < job->blocks ? job->steps : job->last_steps);
        const int8_t *q = (const int8_t *)a;
        const float *x = (const float *)a;
        const char *tail = a + job->steps * TN_WB_STEP * (exact ? 4 : 1);
        float a_scale = exact ? 1 : ((const float *)tail)[0];
        float a_sum = ((const float *)tail)[exact ? 0 : 2];
        for (int64_t n = 0; n < TN_WB_COLUMNS; n++) {
            int32_t sum = exact ? 0 : ((const int32_t *)tail)[1];
            float real = 0;
            for (int64_t g = 0; g < groups; g++) {
                for (int64_t k = 0; k < 4; k++) {
                    int code = raised(data + g / 4 * bits * 64, bits, g % 4, n, k);
                    if (exact) {
                        real += x[g * 4 + k] * (float)(code - tn_wb_offset(bits));
                    } else {
                        sum += code * q[g * 4 + k];
                    }
                }
            }
            c[n] += scale[n] * a_scale * (exact ? real : (float)sum);
            if (job->zeros) {
                c[n] -= zero_of(job, b, n, scale[n]) * a_sum;
            }
        }
        scale = (const float *)(data + job->steps * bits * 64);
        a = tail + (exact ? 4 : 12);
    }
}

static inline __attribute__((always_inline)) void decode(const tn_wb_job *job, int64_t b, int bits,
                                                         float *w) {
    const char *block = job->panel + b * (TN_WB_COLUMNS * 4 + job->steps * bits * 64);
    const float *scale = (const float *)block;
    const uint8_t *data = (const uint8_t *)(scale + TN_WB_COLUMNS);
    int64_t steps = b + 1 < job->blocks ? job->steps : job->last_steps;
    for (int64_t k = 0; k < steps * TN_WB_STEP; k++) {
        const uint8_t *step = data + k / TN_WB_STEP * bits * 64;
        for (int64_t n = 0; n < TN_WB_COLUMNS; n++) {
            int code = raised(step, bits, k / 4 % 4, n, k % 4) - tn_wb_offset(bits);
            float zero = job->zeros ? zero_of(job, b, n, scale[n]) : 0;
            w[k * TN_WB_COLUMNS + n] = scale[n] * (float)code - zero;
        }
    }
}

#define KERNELS(bits)                                                      \
    static void exact_##bits(const tn_wb_job *job, float *c) {             \
        tile(job, bits, 1, c);                                             \
    }                                                                      \
    static void integer_##bits(const tn_wb_job *job, float *c) {           \
        tile(job, bits, 0, c);                                             \
    }                                                                      \
    static void decode_##bits(const tn_wb_job *job, int64_t b, float *w) { \
        decode(job, b, bits, w);                                           \
    }
KERNELS(8)
KERNELS(6)
KERNELS(4)
KERNELS(2)
KERNELS(1)

static void dense(const float *a, int64_t lda, int64_t rows, int64_t k, const float *w, float *c) {
    for (int64_t m = 0; m < rows; m++) {
        for (int64_t i = 0; i < k; i++) {
            for (int64_t n = 0; n < TN_WB_COLUMNS; n++) {
                c[m * TN_WB_COLUMNS + n] += a[m * lda + i] * w[i * TN_WB_COLUMNS + n];
            }
        }
    }
}

static int32_t quantize(const float *x, int64_t n, int8_t *q, float *scale) {
    float most = 0;
    int finite = 1;
    for (int64_t i = 0; i < n; i++) {
        float size = fabsf(x[i]);
        finite &= size <= 3.4028234664e38f;
        most = size > most ? size : most;
    }
    float inverse = finite && most > 1e-30f ? 127 / most : 0;
    *scale = !finite ? NAN : inverse > 0 ? most / 127 : 0;
    int32_t sum = 0;
    for (int64_t i = 0; i < n; i++) {
        q[i] = inverse > 0 ? (int8_t)rintf(x[i] * inverse) : 0;
        sum += q[i];
    }
    return sum;
}

static void sparse_row(const tn_sparse_panel *panel, const float *a, float *c) {
    const tn_sparse_slot *slot = panel->slot;
    for (int64_t n = 0; n < TN_SPARSE_COLUMNS; n++) c[n] = 0;
    for (int64_t k = 0; k < panel->k; k += TN_SPARSE_CHUNK) {
        for (int32_t left = panel->slots[k / TN_SPARSE_CHUNK]; left > 0; left--, slot++) {
            for (int64_t n = 0; n < TN_SPARSE_COLUMNS; n++) {
                c[n] += slot->value[n] * a[k + slot->index[n]];
            }
        }
    }
}

static void sparse_block(const tn_sparse_panel *panel, const float *a, float *c) {
    const tn_sparse_slot *slot = panel->slot;
    for (int64_t i = 0; i < TN_SPARSE_COLUMNS * TN_SPARSE_ROWS; i++) c[i] = 0;
    for (int64_t k = 0; k < panel->k; k += TN_SPARSE_CHUNK) {
        for (int32_t left = panel->slots[k / TN_SPARSE_CHUNK]; left > 0; left--, slot++) {
            for (int64_t n = 0; n < TN_SPARSE_COLUMNS; n++) {
                const float *x = a + (k + slot->index[n]) * TN_SPARSE_ROWS;
                for (int64_t m = 0; m < TN_SPARSE_ROWS; m++) {
                    c[n * TN_SPARSE_ROWS + m] += slot->value[n] * x[m];
                }
            }
        }
    }
}

void tn_scalar_wb(struct tn_k_wb *k) {
    k->heights[0] = 1;
#define SET(bits)                              \
    k->tile[TN_WB_##bits][0] = integer_##bits; \
    k->exact[TN_WB_##bits] = exact_##bits;     \
    k->decode[TN_WB_##bits] = decode_##bits
    SET(8);
    SET(6);
    SET(4);
    SET(2);
    SET(1);
    k->dense = dense;
    k->quantize = quantize;
    k->sparse_row = sparse_row;
    k->sparse_block = sparse_block;
    k->sparse_block_from = 24;
}
