/* Kernels of windows over pictures: depthwise convolution, pooling. */
#ifndef TENON_K_WINDOW_H
#define TENON_K_WINDOW_H

#include "epi.h"
#include "ops.h"

/** A depthwise convolution with its references resolved. */
typedef struct tn_depthwise {
    const tn_conv *p;
    /** TN_F32 or TN_U8, and [taps][channels padded] of TN_F32. */
    const void *x;
    const float *w;
    void *y;
    int64_t padded;
    tn_epi e;
} tn_depthwise;

struct tn_k_window {
    /** Channels are padded to a multiple of this in packed weights. */
    int unit;
    /** One row of output pixels, number `row` of all pictures'. */
    void (*depthwise_f32)(const tn_depthwise *d, int64_t row);
    void (*depthwise_q8)(const tn_depthwise *d, int64_t row);
    /** One row of output pixels; `sums` is scratch of as many floats as there are channels. */
    void (*pool)(const tn_pool_op *p, const void *x, void *y, int64_t row, float *sums);
};

#endif
