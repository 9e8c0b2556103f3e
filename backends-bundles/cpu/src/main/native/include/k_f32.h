/* Kernels of matrix products and convolutions of TN_F32 and TN_BF16. */
#ifndef TENON_K_F32_H
#define TENON_K_F32_H

#include "epi.h"
#include "ops.h"

/** Tiles have no more rows, and no more columns, than this. */
#define TN_TILE_ROWS 16
#define TN_TILE_COLS 64
#define TN_TILE_UNITS 4

/** How the sums of a tile begin and where they go. */
typedef struct tn_tile {
    /** What every row begins with, [cols]; NULL: zeros. */
    const float *bias;
    /** What each element begins with besides, rows add_ld apart; NULL: nothing. */
    const float *add;
    int64_t add_ld;
    /** Results are clamped to this range; NaN stays. */
    float low, high;
    /** Receives the rows, ld apart: the first cols columns, which reach into the last vector. */
    float *out;
    int64_t ld;
    int cols;
} tn_tile;

/**
 * The sum over taps and k of a[tap * rows + r][k] * b[tap * kc + k][width], for 1 <= rows <= mr and
 * panels that are `width` columns wide.
 */
typedef void (*tn_tile_f32)(int rows, int64_t taps, int64_t kc, const float *const *a, const float *b,
                            const tn_tile *t);

struct tn_k_f32 {
    /**
     * Rows and columns of a tile: packed B is made of panels of nr columns, the last one of as many
     * times `unit` (for TN_BF16 `vector`) as are needed.
     */
    int mr, nr, unit;
    /** Floats of a vector: channels at a time in Winograd's transforms. */
    int vector;
    /** For panels of one unit, two, and so on up to nr. */
    tn_tile_f32 tiles[TN_TILE_UNITS];
    /** With b in pairs of TN_BF16, [kc / 2][nr][2] per tap, and a as TN_BF16; kc is even. */
    void (*tile_bf16)(int rows, int64_t taps, int64_t kc, const uint16_t *const *a,
                      const uint16_t *b, const tn_tile *t);
    /** The same with panels of one vector. */
    void (*tile_bf16_narrow)(int rows, int64_t taps, int64_t kc, const uint16_t *const *a,
                             const uint16_t *b, const tn_tile *t);
    /** Adds the bias to c[rows][nr], applies the epilogue and stores rows x cols of it. */
    void (*store)(const tn_epi *e, const float *c, int nr, void *out, int64_t ld, int64_t row,
                  int64_t col, int rows, int cols);
    /** n numbers as TN_BF16, rounded to nearest even. */
    void (*to_bf16)(const float *x, uint16_t *y, int64_t n);
    /** y[i][c] = planes[c][i], for n pixels and any number of channels. */
    void (*interleave)(const float *x, int64_t plane, int64_t channels, int64_t n, float *y);
    /**
     * Winograd F(4x4, 3x3) of 6x6 pixels, x[36] pointing to `channels` numbers each: v[36] beside
     * each other at distance v_step, channels rounded up to whole vectors.
     */
    void (*winograd_in)(const float *const *x, int64_t channels, float *v, int64_t v_step);
    /**
     * And back: m[36][cols] at distance m_step become 16 pixels, each at a place of its own; t says
     * how many columns, their bias and range. add: NULL, or what is added to each pixel.
     */
    void (*winograd_out)(const float *m, int64_t m_step, const tn_tile *t, const float *const *add,
                         float *const *out);
};

#endif
