/*
 * Kernels of the family wb: weights of few bits in blocks, and sparse ones.
 *
 * Weights of few bits. A panel holds 32 columns, block after block of k:
 *
 *   float scale[32]
 *   steps of 16 k        bits * 64 bytes each
 *
 * and behind the blocks, if there are zero points, 32 for each block: int8_t where all of them are
 * whole, which is a quarter to read, else float.
 *
 * A block is padded to whole steps. In a step, k is 4 groups of 4; a group of 16 columns is one
 * vector of 64 bytes, column after column with 4 k each: what VPDPBUSD takes. Vector i = group * 2
 * + (column / 16) of a step lies in a plane of w bits per code at bits i * w ... of each byte lane:
 * in vector i * w / 8 of the plane, shifted by i * w % 8. 8, 4, 2 and 1 bits are one plane; 6 bits
 * are one of 4 (the lower bits) and one of 2. Codes are stored without sign, raised by `offset`.
 * One bit stands for 0 or 2, so that with the offset 1 it means -1 or 1.
 *
 * Rows of A are packed by tiles of `height` rows, block after block:
 *
 *   precision 1: int8_t [k / 4][height][4], float scale[height], int32_t seed[height] (-offset *
 *   sum of the q), float sum[height] (scale * sum of the q)
 *   precision 0 (few rows only, height 1): float [k], float sum
 *
 * Sparse weights. A panel holds 16 columns; k is cut into chunks of 32, and for each chunk the
 * panel has as many slots as its fullest column has elements there. A slot holds one element of
 * each column, and where in the chunk it lies; columns that have no more are filled with zeros.
 */
#ifndef TENON_K_WB_H
#define TENON_K_WB_H

#include "ops.h"

#define TN_WB_COLUMNS 32
#define TN_WB_STEP 16
/** The highest tile, and how many heights there are at most. */
#define TN_WB_MOST_ROWS 4
#define TN_WB_HEIGHTS 3

/** Numbers of bits, as indices of the table. */
enum { TN_WB_8, TN_WB_6, TN_WB_4, TN_WB_2, TN_WB_1, TN_WB_BITS };

static inline int tn_wb_index(int64_t bits) {
    return bits == 8 ? TN_WB_8 : bits == 6 ? TN_WB_6 : bits == 4 ? TN_WB_4 : bits == 2 ? TN_WB_2 : TN_WB_1;
}

/** What is added to a code so that it has no sign. */
static inline int tn_wb_offset(int64_t bits) {
    return 1 << (bits - 1);
}

/** How zero points are stored. */
enum tn_wb_zeros { TN_WB_NO_ZEROS, TN_WB_WHOLE_ZEROS, TN_WB_REAL_ZEROS };

/** Bytes of a block's zero points. */
static inline int64_t tn_wb_zero_bytes(int64_t zeros) {
    return zeros == TN_WB_NO_ZEROS ? 0 : zeros == TN_WB_WHOLE_ZEROS ? TN_WB_COLUMNS : 4 * TN_WB_COLUMNS;
}

/** A product of one tile of rows and one panel. */
typedef struct tn_wb_job {
    const char *panel, *zero, *a;
    int64_t blocks;
    /** Steps of a block, and of the last one. */
    int64_t steps, last_steps;
    /** enum tn_wb_zeros: what lies at zero. */
    int64_t zeros;
} tn_wb_job;

/** c[height][32] = rows of a x panel. */
typedef void (*tn_wb_tile)(const tn_wb_job *job, float *c);

#define TN_SPARSE_COLUMNS 16
#define TN_SPARSE_CHUNK 32
/** Rows of a tile, and of a block. */
#define TN_SPARSE_TILE 8
#define TN_SPARSE_ROWS 64

typedef struct tn_sparse_slot {
    float value[TN_SPARSE_COLUMNS];
    uint8_t index[TN_SPARSE_COLUMNS];
} tn_sparse_slot;

typedef struct tn_sparse_panel {
    int64_t k;
    /** Slots of every chunk. */
    const int32_t *slots;
    const tn_sparse_slot *slot;
} tn_sparse_panel;

struct tn_k_wb {
    /** Precision 1: the heights of the tiles that there are, descending to 1. */
    int heights[TN_WB_HEIGHTS];
    /** By bits, and place in heights. */
    tn_wb_tile tile[TN_WB_BITS][TN_WB_HEIGHTS];
    /** Precision 0, by bits: one row. */
    tn_wb_tile exact[TN_WB_BITS];
    /** By bits: w[k][32], the weights of block b, filled up to whole steps. */
    void (*decode[TN_WB_BITS])(const tn_wb_job *job, int64_t b, float *w);
    /** c[rows][32] += a[rows][k] x w[k][32], rows of a lda apart. */
    void (*dense)(const float *a, int64_t lda, int64_t rows, int64_t k, const float *w, float *c);
    /**
     * Quantizes n floats to q = round(x / *scale), -127 ... 127; the sum of the q. A block that
     * holds NaN or an infinity has the scale NaN.
     */
    int32_t (*quantize)(const float *x, int64_t n, int8_t *q, float *scale);
    /** c[16] = a[k] x panel. */
    void (*sparse_row)(const tn_sparse_panel *panel, const float *a, float *c);
    /** c[8][16] = eight rows, lda apart, x panel; NULL if that is no faster than row by row. */
    void (*sparse_tile)(const tn_sparse_panel *panel, const float *a, int64_t lda, float *c);
    /** c[16][64] = (a[k][64], transposed, x panel), transposed. */
    void (*sparse_block)(const tn_sparse_panel *panel, const float *a, float *c);
    /** From so many rows on sparse_block is faster, rows that are missing being zeros. */
    int64_t sparse_block_from;
};

#endif
