/* Functions of two numbers of types that no kernel is for. */
#ifndef TENON_BINARY_H
#define TENON_BINARY_H

#include "ops.h"

/**
 * y = fn2(a, b) for n elements of an integer type, TN_BOOL or TN_F64, that are `a_stride` and
 * `b_stride` apart. Returns what is wrong, or NULL.
 */
const char *tn_binary_elements(int64_t fn2, int64_t type, const void *a, int64_t a_stride,
                               const void *b, int64_t b_stride, void *y, int64_t n);

#endif
