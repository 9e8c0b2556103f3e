/*
 * A convolution of bytes seen as a product: each output pixel is a row, made of segments, each of
 * which is the address of `length` bytes; see tn_q8_form.
 */
#ifndef TENON_CONV_ROWS_H
#define TENON_CONV_ROWS_H

#include "ops.h"

enum tn_conv_way {
    /** A segment is an input pixel, or its group's channels. */
    TN_BY_PIXELS,
    /** Pixels that the kernel sees of an input line lie together and are one segment. */
    TN_BY_LINES,
    /** All that the kernel sees is copied together. */
    TN_COPIED
};

typedef struct tn_conv_rows {
    const tn_conv *p;
    const uint8_t *x, *x_end;
    /** A pixel of the padding. */
    const uint8_t *zeros, *zeros_end;
    /** Channels of a group. */
    int64_t ci;
    enum tn_conv_way way;
    /** Segments of a row, bytes of each that are read, and how many of them count. */
    int64_t segments, length, valid;
    /** Bytes that a row takes where it is copied, and that each line of the kernel takes of it. */
    int64_t copied, line;
    /** Output lines and columns that see nothing of the padding. */
    int64_t y_begin, y_end, x_begin, x_end_inner;
} tn_conv_rows;

/** Bytes of `zeros` for that convolution. */
size_t tn_conv_zeros_bytes(const tn_conv *p);

/** Bytes of scratch for tn_conv_see with so many rows. */
size_t tn_conv_scratch_bytes(const tn_conv *p, int rows);

/** The rows of p, which must outlive them, over x; zeros will be filled with x_zp. */
tn_conv_rows tn_conv_rows_of(const tn_conv *p, const uint8_t *x, uint8_t *zeros);

/** An output pixel, and the input pixel under its first tap, which may be outside. */
typedef struct tn_conv_pixel {
    int64_t picture, oy, ox, y, x;
} tn_conv_pixel;

tn_conv_pixel tn_conv_locate(const tn_conv *p, int64_t number);

/** Goes n pixels on. */
void tn_conv_go(const tn_conv *p, tn_conv_pixel *o, int64_t n);

/**
 * The addresses of `rows` output pixels from `first` on, of a group's channels: segment s of row r is
 * at [s * rows + r]. They are in scratch, and may point there.
 */
const uint8_t *const *tn_conv_see(const tn_conv_rows *c, const tn_conv_pixel *first, int rows,
                                  int64_t group, void *scratch);

/** A convolution in which no pixel sees another, as one of a single line of pixels; else p itself. */
tn_conv tn_conv_flat(const tn_conv *p);

#endif
