/* Kernels of windows over pictures: depthwise convolution, pooling. */
#ifndef TENON_K_WINDOW_H
#define TENON_K_WINDOW_H

#include "epi.h"
#include "ops.h"

/**
 * One line of output pixels of a depthwise convolution, of some channels. Input lines are copies in
 * which the pixels that neighbouring outputs read under one tap are neighbours too, so that
 * element i of the line is bias[i] + scale[i] * the sum over taps of x[tap][i] * w[tap][i], with
 * weights, scale and bias repeating after a period.
 */
typedef struct tn_depthwise {
    /** Where each tap begins to read; whole vectors are read. */
    const float *const *x;
    /** Weights of a tap, w_ld apart. */
    const float *w;
    int64_t w_ld, taps;
    const float *scale, *bias;
    /** Elements of a period, whole vectors; elements of the line. */
    int64_t period, n;
    /**
     * 1: pixels have no gaps between them, and vectors cross from one to the next. 0: a pixel is a
     * period, of which the first `channels` elements count.
     */
    int64_t together, channels;
    /** 1 if the epilogue is no more than clamping: e's codes, or floats in this range. */
    int64_t clamps;
    float low, high;
    /** Results: the first element is at this row and column. */
    void *y;
    int64_t y_ld, row, col;
    tn_epi e;
} tn_depthwise;

struct tn_k_window {
    /** Floats of a vector. */
    int lanes;
    void (*depthwise)(const tn_depthwise *d);
    /** Copies the first channels of pixels x_ld apart to y_ld apart; bytes less the zero point. */
    void (*spread_f32)(const float *x, int64_t x_ld, int64_t pixels, int64_t channels, float *y,
                       int64_t y_ld);
    void (*spread_u8)(const uint8_t *x, int64_t x_ld, int64_t pixels, int64_t channels, int32_t zp,
                      float *y, int64_t y_ld);
    /** One row of output pixels; `sums` is scratch of as many floats as there are channels. */
    void (*pool)(const tn_pool_op *p, const void *x, void *y, int64_t row, float *sums);
};

#endif
