/* Kernels of products of 8-bit integers. */
#ifndef TENON_K_Q8_H
#define TENON_K_Q8_H

#include "epi.h"
#include "ops.h"

#define TN_Q8_ROWS 16
#define TN_Q8_COLS 48
#define TN_Q8_UNITS 6

/** What turns integer accumulators into reals, besides the epilogue. */
typedef struct tn_q8_columns {
    /** Sum of each column of B, and its zero point (NULL: all are 0); whole matrix. */
    const int32_t *sums, *zps;
    /** Parameters of each row of A (NULL: all have a_zp), and the sum of each row of the tile. */
    const tn_row *rows;
    const int32_t *row_sums;
    /** Zero point of A, and what the tile has taken from each of its elements (a_zp is less by it). */
    int32_t a_zp, offset;
    /** Length of the sums. */
    int64_t k;
} tn_q8_columns;

struct tn_k_q8 {
    /** Columns by which panels widen (a vector, or half of one), and how many the widest panel has. */
    int unit, units;
    /** Rows of tiles for panels of that many units. */
    int rows[TN_Q8_UNITS + 1];
    /** What tiles take from each element of A: 128 where they multiply signed numbers only. */
    int32_t offset;
    /**
     * c[rows][units * unit] = sum over segments and k of (a[segment * rows + row][k] - offset) * b,
     * with b [segments][(kc + 3) / 4][units * unit][4] TN_S8, zeros behind kc.
     */
    void (*tile)(int rows, int units, int64_t segments, int64_t kc, const uint8_t *const *a,
                 const int8_t *b, int32_t *c);
    /** Stores rows x cols of c[rows][width] as reals or codes; cols of the result from col on. */
    void (*store)(const tn_epi *e, const tn_q8_columns *q, const int32_t *c, int width, void *out,
                  int64_t ld, int64_t row, int64_t col, int rows, int cols);
};

#endif
