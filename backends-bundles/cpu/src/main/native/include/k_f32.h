/* Kernels of matrix products and convolutions of TN_F32 and TN_BF16. */
#ifndef TENON_K_F32_H
#define TENON_K_F32_H

#include "epi.h"
#include "ops.h"

/** Tiles have no more rows, and no more columns, than this. */
#define TN_TILE_ROWS 16
#define TN_TILE_COLS 64

struct tn_k_f32 {
    /**
     * Rows and columns of a tile: packed B is made of panels of nr columns, the last one of
     * `narrow` columns where no more are left.
     */
    int mr, nr, narrow;
    /**
     * c[rows][nr] = sum over taps and k of a[tap * rows + row][k] * b[tap * kc + k][nr], for
     * 1 <= rows <= mr.
     */
    void (*tile)(int rows, int64_t taps, int64_t kc, const float *const *a, const float *b,
                 float *c);
    /** The same with panels of `narrow` columns. */
    void (*tile_narrow)(int rows, int64_t taps, int64_t kc, const float *const *a, const float *b,
                        float *c);
    /** As tile, with b in pairs of TN_BF16, [(k + 1) / 2][nr][2] per tap, and a as TN_BF16. */
    void (*tile_bf16)(int rows, int64_t taps, int64_t kc, const uint16_t *const *a,
                      const uint16_t *b, float *c);
    /** Adds the bias to c[rows][nr], applies the epilogue and stores rows x cols of it. */
    void (*store)(const tn_epi *e, const float *c, int nr, void *out, int64_t ld, int64_t row,
                  int64_t col, int rows, int cols);
    /** n numbers as TN_BF16, rounded to nearest even. */
    void (*to_bf16)(const float *x, uint16_t *y, int64_t n);
};

#endif
