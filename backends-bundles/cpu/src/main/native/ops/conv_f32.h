/*
 * Packed weights of TN_CONV_F32 and TN_CONV_BF16: a header, then for each group panels of output
 * channels: [panel][tap][channels][columns], taps row by row; in pairs of channels for TN_BF16. In
 * Winograd's form there are 36 products instead of taps, and one group.
 */
#ifndef TENON_CONV_F32_H
#define TENON_CONV_F32_H

#include "f32.h"

typedef struct tn_conv_packed {
    int64_t winograd;
    int64_t unused[7];
} tn_conv_packed;

/**
 * True if Winograd's F(4x4, 3x3) is for a convolution: with few input channels its transforms cost
 * more than they save, and weights become four times as large.
 */
static inline int tn_winograd_fits(int64_t kh, int64_t kw, int64_t sh, int64_t sw, int64_t dh,
                                   int64_t dw, int64_t groups, int64_t ci, int64_t co) {
    return kh == 3 && kw == 3 && sh == 1 && sw == 1 && dh == 1 && dw == 1 && groups == 1 &&
           ci >= 8 && ci * co <= 256 * 256;
}

static inline int tn_conv_may_winograd(const tn_conv *p) {
    return !p->x_nchw &&
           tn_winograd_fits(p->kh, p->kw, p->sh, p->sw, p->dh, p->dw, p->groups, p->ci, p->co);
}

/** TN_CONV_F32 with weights in Winograd's form, and its scratch memory of each thread. */
void tn_run_winograd(tn_run *run, const tn_conv *p);
size_t tn_local_winograd(const tn_conv *p, const tn_kernels *k);

/** The form of weights w[co][ci][3][3], in blocks of [36] numbers for each ci and co: u[36]. */
void tn_winograd_weights(const float w[9], float u[36]);

#endif
