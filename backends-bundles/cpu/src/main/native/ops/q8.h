/*
 * Packed 8-bit weights: a header, for each column its sum and (if not all are 0) zero point, then
 * panels of columns: [panel][segment][(length + 3) / 4][columns][4]. A product has one segment.
 */
#ifndef TENON_Q8_H
#define TENON_Q8_H

#include "f32.h"

typedef struct tn_q8_packed {
    int32_t has_zps;
    int32_t unused[15];
} tn_q8_packed;

/** Columns rounded up to whole units. */
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

/**
 * What an output pixel of a convolution sees, taps by lines and then channels, in segments that lie
 * together in memory; of weights each is padded to whole fours.
 */
typedef struct tn_q8_form {
    int64_t segments, length;
} tn_q8_form;

/**
 * A tap is a segment, but where channels are few: there it is all that the kernel sees of an input line,
 * unless padding would make that much longer; then it is all taps, which have to be copied together.
 */
static inline tn_q8_form tn_q8_form_of(int64_t ci, int64_t kh, int64_t kw) {
    if (ci >= 16 || kh * kw == 1) return (tn_q8_form){kh * kw, ci};
    int64_t line = kw * ci, padded = (line + 3) / 4 * 4;
    if (kw > 1 && 5 * padded <= 8 * line) return (tn_q8_form){kh, line};
    return (tn_q8_form){1, kh * kw * ci};
}

/** How the columns of a matrix are divided, and its rows for tiles of them. */
typedef struct tn_q8_tiling {
    /** Columns of a panel, and rows of a tile. */
    int width, rows;
    /** Panels; the last one has as many units as are needed. */
    int64_t panels;
} tn_q8_tiling;

/** As few panels as can be, and as narrow as that allows: narrow tiles have more rows. */
static inline tn_q8_tiling tn_q8_tile(const struct tn_k_q8 *k, int64_t n) {
    int64_t units = (n + k->unit - 1) / k->unit;
    int64_t panels = (units + k->units - 1) / k->units;
    int64_t each = panels == 0 ? 1 : (units + panels - 1) / panels;
    return (tn_q8_tiling){(int)each * k->unit, k->rows[each], panels};
}

/** Units of the panel that begins with so many columns left. */
static inline int tn_q8_units(const struct tn_k_q8 *k, const tn_q8_tiling *t, int64_t left) {
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
