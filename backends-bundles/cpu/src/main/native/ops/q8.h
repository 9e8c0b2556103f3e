/*
 * Packed 8-bit weights: a header, for each column its sum and (if not all are 0) zero point, then
 * panels of columns: [panel][tap][(k + 3) / 4][columns][4].
 */
#ifndef TENON_Q8_H
#define TENON_Q8_H

#include "f32.h"

typedef struct tn_q8_packed {
    int32_t has_zps;
    int32_t unused[15];
} tn_q8_packed;

/** Columns rounded up to whole vectors. */
static inline int64_t tn_q8_columns_padded(const struct tn_k_q8 *k, int64_t n) {
    return (n + k->unit - 1) / k->unit * k->unit;
}

static inline const int32_t *tn_q8_sums(const void *packed) {
    return (const int32_t *)((const char *)packed + sizeof(tn_q8_packed));
}

/** Zero points of the columns; NULL if all are 0. `padded`: columns of all groups together. */
static inline const int32_t *tn_q8_zps(const void *packed, int64_t padded) {
    return ((const tn_q8_packed *)packed)->has_zps ? tn_q8_sums(packed) + padded : NULL;
}

static inline const int8_t *tn_q8_panels(const void *packed, int64_t padded) {
    return (const int8_t *)(tn_q8_sums(packed) + 2 * padded);
}

/** True if the pixels under all taps are gathered into one row: a tap alone is too short. */
static inline int tn_q8_gathers(int64_t ci, int64_t taps) {
    return ci < 16 && taps > 1;
}

/** How the columns of a matrix are divided, and its rows for tiles of them. */
typedef struct tn_q8_tiling {
    /** Columns of a panel, and rows of a tile. */
    int width, rows;
    /** Panels; the last one has as many vectors as are needed. */
    int64_t panels;
} tn_q8_tiling;

/** As few panels as can be, and as narrow as that allows: narrow tiles have more rows. */
static inline tn_q8_tiling tn_q8_tile(const struct tn_k_q8 *k, int64_t n) {
    int64_t vectors = (n + k->unit - 1) / k->unit;
    int64_t panels = (vectors + k->vectors - 1) / k->vectors;
    int64_t each = panels == 0 ? 1 : (vectors + panels - 1) / panels;
    return (tn_q8_tiling){(int)each * k->unit, k->rows[each], panels};
}

/** Vectors of the panel that begins with so many columns left. */
static inline int tn_q8_vectors(const struct tn_k_q8 *k, const tn_q8_tiling *t, int64_t left) {
    return (int)(((left < t->width ? left : t->width) + k->unit - 1) / k->unit);
}

/**
 * What a tile costs, in operations: few rows wait for weights, and storing a result takes as long as
 * 64 operations.
 */
static inline int64_t tn_q8_cost(int64_t rows, int64_t cols, int64_t depth) {
    return 2 * (rows > 4 ? rows : 4) * cols * depth + 64 * rows * cols;
}

#endif
