/* Depthwise convolution: TN_DWCONV_F32 and TN_DWCONV_Q8, row by row. */
#include <string.h>

#include "f32.h"

#define PIECE (1 << 18)

static int64_t padded(const tn_kernels *k, int64_t channels) {
    return (channels + k->window.unit - 1) / k->window.unit * k->window.unit;
}

/* Both packings: floats [taps][channels padded]; of integers exactly what they are, less their zero point. */
static size_t bytes(const void *parameters, const tn_kernels *k) {
    const tn_pack_conv *p = parameters;
    return (size_t)(p->kh * p->kw * padded(k, p->co)) * sizeof(float) + 4;
}

size_t tn_bytes_dwconv_f32(const void *parameters, const tn_kernels *k) {
    return bytes(parameters, k);
}

size_t tn_bytes_dwconv_q8(const void *parameters, const tn_kernels *k) {
    return bytes(parameters, k);
}

void tn_pack_dwconv_f32(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_conv *p = parameters;
    int64_t taps = p->kh * p->kw, ld = padded(k, p->co);
    float *out = target;
    memset(out, 0, bytes(parameters, k));
    for (int64_t c = 0; c < p->co; c++) {
        for (int64_t t = 0; t < taps; t++) {
            int64_t at = c * taps + t;
            float w;
            if (p->type == TN_F32) {
                w = ((const float *)(intptr_t)p->address)[at];
            } else {
                int32_t zp = p->zp == 0 ? 0 : ((const int32_t *)(intptr_t)p->zp)[c];
                int32_t q = p->type == TN_U8 ? ((const uint8_t *)(intptr_t)p->address)[at]
                                             : ((const int8_t *)(intptr_t)p->address)[at];
                w = (float)(q - zp);
            }
            out[t * ld + c] = w;
        }
    }
}

void tn_pack_dwconv_q8(const void *parameters, const tn_kernels *k, void *target) {
    tn_pack_dwconv_f32(parameters, k, target);
}

typedef struct job {
    tn_depthwise d;
    void (*row)(const tn_depthwise *, int64_t);
} job;

static void rows(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    for (int64_t row = begin; row < end; row++) j->row(&j->d, row);
}

static void run_rows(tn_run *run, const tn_conv *p, void (*row)(const tn_depthwise *, int64_t)) {
    job j = {{.p = p,
              .x = tn_at(run, p->x),
              .w = tn_at(run, p->w),
              .y = tn_at(run, p->y),
              .padded = padded(run->k, p->co),
              .e = tn_resolve(run, &p->e)},
             row};
    int64_t items = p->n * p->oh;
    tn_parallel(run, items, tn_grain(run, items, p->ow * p->co * p->kh * p->kw, PIECE), rows, &j);
}

void tn_run_dwconv_f32(tn_run *run, const void *parameters) {
    run_rows(run, parameters, run->k->window.depthwise_f32);
}

void tn_run_dwconv_q8(tn_run *run, const void *parameters) {
    run_rows(run, parameters, run->k->window.depthwise_q8);
}
