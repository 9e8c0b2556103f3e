/*
 * Transposed convolution. Where the kernel is as large as the stride, every output pixel comes from
 * one input pixel: one product with a column for every tap and channel (convt_product.c).
 *
 * Else output pixels fall into sh * sw phases, and a phase meets only those taps that it can be
 * reached by: an ordinary convolution with few taps, whose results lie sw pixels apart. Nothing is
 * added up in memory.
 */
#ifndef TENON_CONVT_H
#define TENON_CONVT_H

#include "f32.h"

/* A kernel with more taps than this is not packed. */
#define TN_CONVT_TAPS 256

/** The taps of a phase: kernel row * kw + column of each. */
typedef struct tn_phase {
    int count;
    int32_t tap[TN_CONVT_TAPS];
} tn_phase;

/** Taps that reach outputs with (y + pt) mod sh == py and (x + pl) mod sw == px. */
static inline tn_phase tn_phase_of(int64_t kh, int64_t kw, int64_t sh, int64_t sw, int64_t dh,
                                   int64_t dw, int64_t py, int64_t px) {
    tn_phase phase = {0};
    for (int64_t ky = 0; ky < kh; ky++) {
        for (int64_t kx = 0; kx < kw; kx++) {
            if (ky * dh % sh == py && kx * dw % sw == px && phase.count < TN_CONVT_TAPS) {
                phase.tap[phase.count++] = (int32_t)(ky * kw + kx);
            }
        }
    }
    return phase;
}

/** True where it is one product; parameters of the operator and of the packing say the same. */
static inline int tn_convt_is_product(int64_t kh, int64_t kw, int64_t sh, int64_t sw, int64_t dh,
                                      int64_t dw, int64_t groups) {
    return kh == sh && kw == sw && dh == 1 && dw == 1 && groups == 1;
}

/** The matrix that packed weights hold for a group, in phases: its columns. */
typedef struct tn_convt_form {
    int product;
    int64_t phases, columns;
} tn_convt_form;

static inline tn_convt_form tn_convt_form_of(const tn_pack_conv *p) {
    if (tn_convt_is_product(p->kh, p->kw, p->sh, p->sw, p->dh, p->dw, p->groups)) {
        return (tn_convt_form){1, 1, p->kh * p->kw * p->co};
    }
    return (tn_convt_form){0, p->sh * p->sw, p->co / p->groups};
}

void tn_run_convt_product(tn_run *run, const tn_conv *p, int q8);
size_t tn_local_convt_product(const tn_conv *p, const tn_kernels *k);
size_t tn_shared_convt_product(const tn_conv *p);

#endif
