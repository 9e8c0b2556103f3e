/* Kernels of windows over pictures: depthwise convolution, pooling, resizing. */
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

/** Kinds of pooling. */
enum { TN_POOL_MAX, TN_POOL_MEAN, TN_POOL_L2, TN_POOL_MAX_U8, TN_POOL_MEAN_U8, TN_POOL_KINDS };

/** Output pixels that have as many taps as each other along their line; distances in elements. */
typedef struct tn_pool_line {
    int64_t pixels, channels, taps, tap_step, x_step, y_ld;
    /** Means: the sum times factor; of codes the sum less `zeros`, and then plus y_zp. */
    float factor, zeros, y_zp;
} tn_pool_line;

typedef struct tn_pool_kernels {
    /** y[i] = the largest or the sum over x[row * step + i], n elements. */
    void (*rows)(const void *x, int64_t step, int64_t rows, int64_t n, void *y);
    /** The same along a line that `rows` has made, and what is stored. */
    void (*columns)(const tn_pool_line *l, const void *x, void *y);
} tn_pool_kernels;

/** What an output row or column is made of: input indices, and how much of each. */
typedef struct tn_mix {
    int64_t taps, at[4];
    float weight[4];
} tn_mix;

struct tn_k_window {
    /** Floats of a vector. */
    int lanes;
    /**
     * With any epilogue; with none but clamping, stored as floats; as codes, where scale and bias are
     * in units of their scale; as codes behind HardSwish.
     */
    tn_depthwise_line depthwise_any, depthwise_floats, depthwise_codes, depthwise_swish;
    /** Copies the first channels of pixels x_ld apart to y_ld apart; bytes less the zero point. */
    void (*spread_f32)(const float *x, int64_t x_ld, int64_t pixels, int64_t channels, float *y,
                       int64_t y_ld);
    void (*spread_u8)(const uint8_t *x, int64_t x_ld, int64_t pixels, int64_t channels, int32_t zp,
                      float *y, int64_t y_ld);
    /** Of TN_U8, the rows of means are floats and those of the largest bytes. */
    tn_pool_kernels pool[TN_POOL_KINDS];
    /** y[pixel] = x[at[0] of its mix], so many bytes; steps in bytes. */
    void (*copy_pixels)(const char *x, int64_t x_step, const tn_mix *mixes, int64_t pixels,
                        int64_t bytes, char *y, int64_t y_step);
    /** y[i] = the mix of rows[tap][i]. */
    void (*mix_rows_f32)(const void *const *rows, const tn_mix *m, int64_t n, float *y);
    void (*mix_rows_u8)(const void *const *rows, const tn_mix *m, int64_t n, float *y);
    /** y[pixel] = its mix of pixels of a line of floats without gaps; as TN_F32, or rounded. */
    void (*mix_columns_f32)(const float *x, const tn_mix *mixes, int64_t pixels, int64_t channels,
                            void *y, int64_t y_ld);
    void (*mix_columns_u8)(const float *x, const tn_mix *mixes, int64_t pixels, int64_t channels,
                           void *y, int64_t y_ld);
};

#endif
