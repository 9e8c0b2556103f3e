/* Stores accumulators in float32 as an epilogue says. */
#ifndef TENON_STORE_H
#define TENON_STORE_H

#include "kernels.h"
#include "ops.h"

/** An epilogue with its addresses. */
typedef struct tn_store {
    const tn_epilogue *e;
    const tn_kernels *k;
    const float *bias;
    const char *residual;
    const uint8_t *lut;
    char *c;
    int64_t ldc;
    /* columns of C; what a tile has beyond them is dropped */
    int64_t n;
} tn_store;

tn_store tn_store_of(const tn_run *run, const tn_epilogue *e, tn_ref c, int64_t ldc, int64_t n);

/** Stores a tile at (row, column) of C; acc[rows][ld]. It may be changed. */
void tn_store_tile(const tn_store *s, float *acc, int64_t ld, int64_t row, int64_t rows,
                   int64_t column, int64_t columns);

#endif
