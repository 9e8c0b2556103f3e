/* Convolution of 8-bit integers, as conv_f32.c. */
#include <string.h>

#include "q8.h"

#define PIECE (8 << 20)

typedef struct job {
    const tn_kernels *k;
    const tn_conv *p;
    const uint8_t *x, *zeros;
    const int8_t *panels;
    void *y;
    char *local;
    size_t local_stride;
    int64_t pixels, ci, co, taps, padded;
    tn_q8_tiling tiling;
    tn_q8_columns q;
    tn_inner inner;
    tn_epi e;
} job;

#define ELEMENT uint8_t
#include "conv_rows.inc"

static int gathers(const tn_conv *p) {
    return tn_q8_gathers(p->ci / p->groups, p->kh * p->kw);
}

size_t tn_shared_conv_q8(const void *parameters, const tn_kernels *k, int threads) {
    const tn_conv *p = parameters;
    return (size_t)(p->ci / p->groups) + 64;
}

size_t tn_local_conv_q8(const void *parameters, const tn_kernels *k, int threads) {
    const tn_conv *p = parameters;
    size_t taps = (size_t)(p->kh * p->kw);
    size_t depth = taps * (size_t)(p->ci / p->groups);
    return gathers(p) ? (depth + 3) / 4 * 4 * TN_Q8_ROWS + 16 : taps * TN_Q8_ROWS * sizeof(void *);
}

static void sums(const uint8_t *const *a, int rows, int64_t taps, int64_t kc, int32_t *to) {
    memset(to, 0, sizeof(int32_t) * (size_t)rows);
    for (int64_t tap = 0; tap < taps; tap++) {
        for (int r = 0; r < rows; r++) {
            for (int64_t i = 0; i < kc; i++) to[r] += a[tap * rows + r][i];
        }
    }
}

static void blocks(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_conv *p = j->p;
    const struct tn_k_q8 *k = &j->k->q8;
    _Alignas(64) int32_t c[TN_Q8_ROWS * TN_Q8_COLS];
    const uint8_t *gathered[TN_Q8_ROWS];
    int32_t row_sums[TN_Q8_ROWS];
    const tn_q8_tiling *t = &j->tiling;
    int64_t depth = (j->taps * j->ci + 3) / 4 * 4;
    for (int64_t block = begin; block < end; block++) {
        int64_t at = block * t->rows;
        int rows = (int)(j->pixels - at < t->rows ? j->pixels - at : t->rows);
        const int8_t *w = j->panels;
        for (int64_t group = 0; group < p->groups; group++) {
            const uint8_t **pointers = (const uint8_t **)(j->local + j->local_stride * (size_t)thread);
            int64_t taps = j->taps, kc = j->ci;
            if (gathers(p)) {
                uint8_t *patch = (uint8_t *)pointers;
                gather(j, at, rows, group, patch, depth);
                for (int r = 0; r < rows; r++) gathered[r] = patch + r * depth;
                pointers = gathered;
                taps = 1;
                kc = depth;
            } else {
                point(j, at, rows, group, pointers);
            }
            tn_q8_columns q = j->q;
            q.row_sums = row_sums;
            q.sums += group * j->padded;
            if (q.zps != NULL) {
                q.zps += group * j->padded;
                sums(pointers, rows, taps, gathers(p) ? j->taps * j->ci : kc, row_sums);
            }
            /* columns of the group: those of the result are further on */
            tn_epi e = tn_shift(&j->e, group * j->co);
            char *y = (char *)j->y + (size_t)(group * j->co) * tn_size(j->e.out_type);
            for (int64_t col = 0; col < j->co; col += t->width) {
                int cols = (int)(j->co - col < t->width ? j->co - col : t->width);
                int vectors = tn_q8_vectors(k, t, j->co - col);
                k->tile(rows, vectors, taps, kc, pointers, w, c);
                k->store(&e, &q, c, vectors * k->unit, y, p->y_ld, at, col, rows, cols);
                w += taps * ((kc + 3) / 4 * 4) * vectors * k->unit;
            }
        }
    }
}

void tn_run_conv_q8(tn_run *run, const void *parameters) {
    const tn_conv as_line = flat(parameters);
    const tn_conv *p = &as_line;
    const struct tn_k_q8 *k = &run->k->q8;
    const void *w = tn_at(run, p->w);
    int64_t padded = tn_q8_columns_padded(k, p->co / p->groups);
    job j = {.k = run->k,
             .p = p,
             .x = tn_at(run, p->x),
             .zeros = (const uint8_t *)run->shared,
             .panels = tn_q8_panels(w, p->groups * padded),
             .y = tn_at(run, p->y),
             .local = run->local,
             .local_stride = run->local_stride,
             .pixels = p->n * p->oh * p->ow,
             .ci = p->ci / p->groups,
             .co = p->co / p->groups,
             .taps = p->kh * p->kw,
             .padded = padded,
             .tiling = tn_q8_tile(k, p->co / p->groups),
             .q = {.sums = tn_q8_sums(w),
                   .zps = tn_q8_zps(w, p->groups * padded),
                   .a_zp = (int32_t)p->x_zp - k->offset,
                   .offset = k->offset,
                   .k = p->kh * p->kw * p->ci / p->groups},
             .inner = inner_of(p),
             .e = tn_resolve(run, &p->e)};
    memset(run->shared, (int)p->x_zp, (size_t)j.ci);
    int64_t items = (j.pixels + j.tiling.rows - 1) / j.tiling.rows;
    int64_t each = 2 * j.tiling.rows * j.taps * j.ci * p->co;
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), blocks, &j);
}
