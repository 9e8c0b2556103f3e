/* Which kernel does the epilogue of a line; see tn_depthwise. */
#ifndef TENON_DEPTHWISE_H
#define TENON_DEPTHWISE_H

#include <math.h>

#include "kernels.h"

/** Epilogues that do no more than clamp have kernels of their own. */
static inline tn_depthwise_line tn_depthwise_of(const struct tn_k_window *k, const tn_epi *e) {
    int clamps = e->residual == NULL && e->post_mul == 1 && e->post_add == 0 && e->lut == NULL;
    if (clamps && e->out_type != TN_F32) {
        if (e->fn == TN_ID) return k->depthwise_codes;
        if (e->fn == TN_HARD_SWISH) return k->depthwise_swish;
    }
    int range = e->fn == TN_ID || e->fn == TN_RELU || e->fn == TN_CLIP;
    return clamps && e->out_type == TN_F32 && range ? k->depthwise_floats : k->depthwise_any;
}

/** What scale and bias are multiplied with, and what is added, for that kernel: see k_window.h. */
static inline float tn_depthwise_factor(const struct tn_k_window *k, tn_depthwise_line line,
                                        const tn_epi *e) {
    return line == k->depthwise_codes ? e->out_inv_scale : 1;
}

static inline float tn_depthwise_add(const struct tn_k_window *k, tn_depthwise_line line,
                                     const tn_epi *e) {
    return line == k->depthwise_codes ? e->out_add : 0;
}

/** Sets the range that floats are clamped to. */
static inline void tn_clamp_range(tn_depthwise *d) {
    d->low = d->e.fn == TN_RELU ? 0 : d->e.fn == TN_CLIP ? d->e.a : -INFINITY;
    d->high = d->e.fn == TN_CLIP ? d->e.b : INFINITY;
}

#endif
