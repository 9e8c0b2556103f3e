/* An epilogue with its references resolved. */
#ifndef TENON_EPI_H
#define TENON_EPI_H

#include <math.h>

#include "ops.h"

typedef struct tn_epi {
    const float *bias, *scale;
    const void *residual;
    const uint8_t *lut;
    int64_t residual_ld, residual_type, residual_zp, residual_first;
    int64_t fn, out_type, out_zp;
    float a, b, post_mul, post_add, residual_scale;
    /** A code is round(v * out_inv_scale + out_add) + out_zp, within bounds. */
    float out_inv_scale, out_add;
    /** Bounds of codes less out_zp: whole numbers. */
    float low, high;
} tn_epi;

/** The code of a bound, less out_zp. */
static inline float tn_bound(const tn_epi *e, float x) {
    float code = nearbyintf(x * e->out_inv_scale + e->out_add);
    float least = -(float)e->out_zp;
    return code < least ? least : code > 255 + least ? 255 + least : code;
}

/**
 * Where codes are stored and nothing comes between, what is multiplied and added last becomes part of
 * the scale, and ReLU and clipping become bounds of the codes: rounding keeps order.
 */
static inline void tn_fold_codes(tn_epi *e) {
    if (e->out_type != TN_U8 || !(e->post_mul > 0) || (e->residual != NULL && !e->residual_first)) {
        return;
    }
    e->out_add = e->post_add * e->out_inv_scale;
    e->out_inv_scale *= e->post_mul;
    e->post_mul = 1;
    e->post_add = 0;
    if (e->fn == TN_RELU) {
        e->fn = TN_ID;
        e->low = tn_bound(e, 0);
    } else if (e->fn == TN_CLIP && e->a == e->a && e->b == e->b) {
        e->fn = TN_ID;
        e->low = tn_bound(e, e->a);
        e->high = tn_bound(e, e->b);
    }
}

static inline tn_epi tn_resolve(const tn_run *run, const tn_epilogue *e) {
    tn_epi resolved = {
        .bias = tn_at(run, e->bias),
        .scale = tn_at(run, e->scale),
        .residual = tn_at(run, e->residual),
        .lut = tn_at(run, e->lut),
        .residual_ld = e->residual_ld,
        .residual_type = e->residual_type,
        .residual_zp = e->residual_zp,
        .residual_first = e->residual_first,
        .fn = e->fn,
        .out_type = e->out_type,
        .out_zp = e->out_zp,
        .a = (float)e->a,
        .b = (float)e->b,
        .post_mul = (float)e->post_mul,
        .post_add = (float)e->post_add,
        .residual_scale = (float)e->residual_scale,
        .out_inv_scale = (float)e->out_inv_scale,
        .low = -(float)e->out_zp,
        .high = 255.0f - (float)e->out_zp,
    };
    tn_fold_codes(&resolved);
    return resolved;
}

/** The epilogue of columns further on. */
static inline tn_epi tn_shift(const tn_epi *e, int64_t columns) {
    tn_epi shifted = *e;
    shifted.bias = e->bias == NULL ? NULL : e->bias + columns;
    shifted.scale = e->scale == NULL ? NULL : e->scale + columns;
    if (e->residual != NULL) {
        shifted.residual = (const char *)e->residual + (size_t)columns * tn_size(e->residual_type);
    }
    return shifted;
}

#endif
