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
    /** Elements of the line, and of a period: whole vectors, of which the first `width` count. */
    int64_t n, period, width;
    /** Floats are clamped to this range. */
    float low, high;
    /** Results, y_ld elements from one period to the next, as are residuals in e. */
    void *y;
    int64_t y_ld;
    tn_epi e;
} tn_depthwise;

typedef void (*tn_depthwise_line)(const tn_depthwise *d);

struct tn_k_window {
    /** Floats of a vector. */
    int lanes;
    /** With any epilogue; with none but clamping, stored as floats; as codes. */
    tn_depthwise_line depthwise_any, depthwise_floats, depthwise_codes;
    /** Copies the first channels of pixels x_ld apart to y_ld apart; bytes less the zero point. */
    void (*spread_f32)(const float *x, int64_t x_ld, int64_t pixels, int64_t channels, float *y,
                       int64_t y_ld);
    void (*spread_u8)(const uint8_t *x, int64_t x_ld, int64_t pixels, int64_t channels, int32_t zp,
                      float *y, int64_t y_ld);
    /** One row of output pixels; `sums` is scratch of as many floats as there are channels. */
    void (*pool)(const tn_pool_op *p, const void *x, void *y, int64_t row, float *sums);
};

#endif
