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

/** Vectors of the panel that begins at a column. */
static inline int tn_q8_vectors(const struct tn_k_q8 *k, int64_t columns_left) {
    int64_t vectors = (columns_left + k->unit - 1) / k->unit;
    return (int)(vectors < k->vectors ? vectors : k->vectors);
}

#endif
